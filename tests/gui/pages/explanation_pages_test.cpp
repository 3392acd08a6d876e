// The why panel and the pages Diagnose, Compare and Report, driven as people do. With REMAT_SCREENSHOT_DIR set, each
// leaves pictures there, light and dark.

#include <filesystem>
#include <fstream>

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <gmock/gmock.h>

#include "gui/charts/chart.h"
#include "gui/models/document.h"
#include "gui/models/selection.h"
#include "gui/pages/chart_frame.h"
#include "gui/pages/compare_page.h"
#include "gui/pages/diagnose_page.h"
#include "gui/pages/live_set_view.h"
#include "gui/pages/look.h"
#include "gui/pages/move_button.h"
#include "gui/pages/report_page.h"
#include "gui/pages/segments.h"
#include "gui/pages/why_panel.h"
#include "tests/gui/support/waiting.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::HasSubstr;

class ExplanationPages : public testing::Test {
 protected:
  void SetUp() override {
    const QByteArray given = qgetenv("REMAT_RUN");
    const QString path = given.isEmpty() ? write("sample", fileText(sampleRecords())) : QString::fromUtf8(given);
    document_.open(path);
    ASSERT_TRUE(waitUntil([&] { return document_.state() == Document::State::open; }));
  }

  QString write(const QString& name, const std::string& text) {
    const QString path = folder_.filePath(name + ".remat.jsonl");
    std::ofstream(path.toStdString()) << text;
    return path;
  }

  QString key(const std::string& policy, std::size_t group = 0) const {
    const auto& run = *document_.run();
    const PointGroup chosen = groupPoints(run).at(group);
    for (const std::size_t index : chosen.points) {
      if (run.points[index].spec().policy == policy) return QString::fromStdString(run.points[index].key());
    }
    return {};
  }

  /// Whether it was written; a sentence about the outcome is on the page then.
  static bool exportTo(ReportPage& page, const QString& folder, bool replace = false) {
    page.exportTo(folder, replace);
    EXPECT_TRUE(waitUntil([&] { return !page.isExporting(); }, 60'000));
    return page.outcome().contains("files written");
  }

  /// Shown as in the window, under both themes.
  static void picture(QWidget& widget, const QString& name, QSize size) {
    const QByteArray folder = qgetenv("REMAT_SCREENSHOT_DIR");
    widget.resize(size);
    widget.show();
    for (const Theme* theme : {&darkTheme(), &lightTheme()}) {
      widget.setPalette(paletteOf(*theme));
      widget.setStyleSheet(styleSheetOf(*theme));
      QTest::qWait(50);
      if (folder.isEmpty()) continue;
      QDir().mkpath(folder);
      widget.grab().save(QDir(folder).filePath(name + (theme->dark ? "-dark.png" : "-light.png")));
    }
  }

  QTemporaryDir folder_;
  Document document_;
  Selection selection_;
};

TEST_F(ExplanationPages, why_follows_the_selection) {
  WhyPanel panel(document_, selection_);
  picture(panel, "why-nothing", {320, 500});
  selection_.setPoint(key("cheap"));
  EXPECT_EQ(panel.view().policy, "cheap");
  picture(panel, "why", {320, 900});
  EXPECT_EQ(panel.findChildren<MoveButton*>().size(), 2);
}

TEST_F(ExplanationPages, why_of_every_kind_of_point_can_be_shown) {
  WhyPanel panel(document_, selection_);
  for (const PointResult& point : document_.run()->points) {
    selection_.setPoint(QString::fromStdString(point.key()));
    EXPECT_FALSE(panel.view().sentence.isEmpty());
  }
  selection_.setPoint(key("store_all", 2));
  picture(panel, "why-out-of-memory", {320, 500});
}

TEST_F(ExplanationPages, a_move_selects_its_point_and_a_row_its_activation) {
  WhyPanel panel(document_, selection_);
  panel.resize(320, 900);
  panel.show();
  selection_.setPoint(key("cheap"));
  auto* move = panel.findChild<MoveButton*>();
  ASSERT_NE(move, nullptr);
  EXPECT_THAT(move->accessibleName().toStdString(), HasSubstr("To full: -260.0 MiB for +94.0 ms"));
  auto* live = panel.findChild<LiveSetView*>();
  emit live->clicked(live->model()->index(0, 0));
  EXPECT_EQ(selection_.activation(), live->rows().front().name);
  QTest::keyClick(move, Qt::Key_Space);
  EXPECT_EQ(selection_.point(), key("full"));
}

TEST_F(ExplanationPages, diagnose_filters_and_copies) {
  DiagnosePage page(document_, selection_);
  picture(page, "diagnose", {1100, 600});
  auto* table = page.findChild<QTableView*>();
  const int all = table->model()->rowCount();
  EXPECT_GT(all, 8);
  page.findChild<QLineEdit*>()->setText("out of memory");
  EXPECT_LT(table->model()->rowCount(), all);
  ASSERT_GT(table->model()->rowCount(), 0);
  table->selectAll();
  QTest::keyClick(&page, Qt::Key_C, Qt::ControlModifier);
  EXPECT_THAT(QApplication::clipboard()->text().toStdString(), HasSubstr("out of memory\tstore_all\t"));
  page.addLogLine("worker: started");
  page.findChild<QLineEdit*>()->clear();
  picture(page, "diagnose-log", {1100, 600});
}

TEST_F(ExplanationPages, diagnose_shows_one_point_and_leads_to_it) {
  DiagnosePage page(document_, selection_);
  page.show();
  selection_.setPoint(key("cheap"));
  auto* scope = page.findChild<Segments*>();
  scope->setCurrent(1);
  emit scope->picked(1);
  picture(page, "diagnose-point", {1100, 600});
  auto* table = page.findChild<QTableView*>();
  EXPECT_GT(table->model()->rowCount(), 10);
  selection_.setPoint({});
  EXPECT_EQ(table->model()->rowCount(), 0);
  emit table->activated(table->model()->index(0, 0));
}

TEST_F(ExplanationPages, compare_takes_store_all_as_what_one_starts_from) {
  ComparePage page(document_, selection_);
  selection_.setPoint(key("full"));
  picture(page, "compare", {1300, 900});
  EXPECT_EQ(page.view().a_title, "store_all");
  EXPECT_EQ(page.view().b_title, "full");
  page.findChildren<QComboBox*>().at(0)->activated(1);
  EXPECT_EQ(page.view().a_title, "cheap");
}

TEST_F(ExplanationPages, compare_opens_another_run_and_survives_a_bad_one) {
  ComparePage page(document_, selection_);
  selection_.setPoint(key("full"));
  page.show();
  auto slower = sampleRecords();
  for (Record& record : slower) {
    auto* finished = std::get_if<PointFinished>(&record);
    if (finished == nullptr || !finished->step_time_ns) continue;
    for (auto* time : {&finished->step_time_ns, &finished->step_time_low_ns, &finished->step_time_high_ns})
      *time = **time * 11 / 10;
  }
  page.openOther(write("before", fileText(slower)));
  ASSERT_TRUE(waitUntil([&] { return page.view().rows.size() > 6; }));
  EXPECT_THAT(page.view().finding.toStdString(), HasSubstr("points in both. B against A: step time: better in"));
  EXPECT_TRUE(page.overlayFrame().isVisible());
  EXPECT_THAT(page.overlayFrame().chart().finding().toStdString(), HasSubstr("B against A, "));
  picture(page, "compare-runs", {1300, 900});
  page.openOther(folder_.filePath("missing.remat.jsonl"));
  EXPECT_TRUE(waitUntil([&] {
    const auto labels = page.findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(), [](const QLabel* l) { return l->text().contains("missing"); });
  }));
  page.openOther({});
  EXPECT_EQ(page.view().b_title, "full");
  EXPECT_FALSE(page.overlayFrame().isVisible()) << "two points have no frontiers";
}

TEST_F(ExplanationPages, report_previews_and_exports_everything) {
  ReportPage page(document_);
  page.resize(1100, 900);
  page.show();
  ASSERT_TRUE(waitUntil([&] { return page.previewText().contains("Where the numbers come from"); }));
  QTest::qWait(1500);
  picture(page, "report", {1100, 900});
  const QString target = folder_.filePath("report");
  ASSERT_TRUE(exportTo(page, target)) << page.outcome().toStdString();
  for (const char* file : {"report.html", "report.md", "points.csv", "layers.csv", "charts/frontier.png",
                           "charts/frontier.svg", "charts/frontier.csv", "charts/2x/frontier.png"}) {
    EXPECT_TRUE(QFile::exists(QDir(target).filePath(file))) << file;
  }
  QFile html(QDir(target).filePath("report.html"));
  ASSERT_TRUE(html.open(QIODevice::ReadOnly));
  EXPECT_TRUE(html.readAll().contains("<svg"));
  EXPECT_FALSE(exportTo(page, target)) << "there is a report already";
  EXPECT_THAT(page.outcome().toStdString(), HasSubstr("is there already"));
  EXPECT_TRUE(exportTo(page, target, true)) << page.outcome().toStdString();
}

/// Stems of the pictures that a report page shows, in alphabetical order.
QStringList picturesOf(const ReportPage& page) {
  QStringList stems;
  const QString html = page.findChild<QTextBrowser*>()->toHtml();
  static const QRegularExpression source("src=\"chart:([^\"]*)\"");
  for (auto matches = source.globalMatch(html); matches.hasNext();) stems << matches.next().captured(1);
  stems.sort();
  return stems;
}

TEST_F(ExplanationPages, report_previews_the_charts_that_it_exports) {
  ReportPage page(document_);
  page.resize(1100, 900);
  page.show();
  const QString target = folder_.filePath("report");
  ASSERT_TRUE(exportTo(page, target)) << page.outcome().toStdString();
  QStringList exported;
  for (const QString& file : QDir(target + "/charts").entryList({"*.svg"})) exported << file.chopped(4);
  exported.sort();
  ASSERT_GT(exported.size(), 5);
  EXPECT_TRUE(waitUntil([&] { return picturesOf(page) == exported; }))
      << picturesOf(page).join(' ').toStdString() << "\ninstead of\n"
      << exported.join(' ').toStdString();
}

TEST_F(ExplanationPages, report_previews_the_first_charts_of_many) {
  std::vector<Record> records;
  for (std::int64_t batch = 1; batch <= 20; ++batch) {
    PointSpec spec = sampleSpec("gpt2", "full");
    spec.training.batch_size = batch;
    spec.training.sequence_length = 16 * batch;
    const auto point = samplePoint(spec, 100'000'000 * batch, batch << 28, 1 << 20);
    records.insert(records.end(), point.begin(), point.end());
  }
  document_.open(write("many", fileText(records)));
  ASSERT_TRUE(waitUntil([&] { return document_.run()->points.size() == 20U; }));
  ReportPage page(document_);
  page.resize(1100, 900);
  page.show();
  EXPECT_TRUE(waitUntil([&] { return page.previewText().contains("more charts are in the report"); }));
  EXPECT_EQ(picturesOf(page).size(), 16);
}

TEST_F(ExplanationPages, report_shows_how_far_its_export_is_and_can_be_cancelled) {
  ReportPage page(document_);
  page.resize(1100, 500);
  page.show();
  QTest::qWait(10);
  const auto button = [&](const QString& text) {
    const auto all = page.findChildren<QPushButton*>();
    return *std::find_if(all.begin(), all.end(), [&](const QPushButton* b) { return b->text() == text; });
  };
  auto* bar = page.findChild<QProgressBar*>();
  EXPECT_FALSE(bar->isVisible());
  EXPECT_FALSE(button("Cancel")->isVisible());
  page.exportTo(folder_.filePath("report"));
  EXPECT_TRUE(bar->isVisible());
  EXPECT_FALSE(button("Export report")->isEnabled());
  ASSERT_TRUE(waitUntil([&] { return bar->value() >= 2; })) << "it is drawn chart by chart";
  EXPECT_THAT(page.outcome().toStdString(), HasSubstr("Drawing the charts: "));
  EXPECT_GT(bar->maximum(), 10);
  page.exportTo(folder_.filePath("another"));  // one at a time
  button("Cancel")->click();
  EXPECT_THAT(page.outcome().toStdString(), HasSubstr("Nothing was written"));
  EXPECT_FALSE(QFile::exists(folder_.filePath("report")));
  EXPECT_FALSE(QFile::exists(folder_.filePath("another")));
  EXPECT_TRUE(button("Export report")->isEnabled());
  EXPECT_FALSE(bar->isVisible());
}

TEST_F(ExplanationPages, report_keeps_the_folder_that_was_typed_while_its_run_grows) {
  ReportPage page(document_);
  page.show();
  auto* folder = page.findChild<QLineEdit*>();
  folder->setText("/somewhere/else");
  document_.reload();
  QSignalSpy changes(&document_, &Document::stateChanged);
  ASSERT_TRUE(waitUntil([&] { return !changes.empty(); }));
  EXPECT_EQ(folder->text(), "/somewhere/else");
}

TEST_F(ExplanationPages, report_says_why_it_cannot_be_written) {
  ReportPage page(document_);
  page.show();
  EXPECT_FALSE(exportTo(page, "/proc/nowhere/report"));
  EXPECT_THAT(page.outcome().toStdString(), HasSubstr("Not exported"));
  EXPECT_FALSE(exportTo(page, "  "));
  EXPECT_THAT(page.outcome().toStdString(), HasSubstr("Choose a folder"));
}

TEST_F(ExplanationPages, show_an_empty_document) {
  Document empty;
  WhyPanel why(empty, selection_);
  DiagnosePage diagnose(empty, selection_);
  ComparePage compare(empty, selection_);
  ReportPage report(empty);
  for (QWidget* page : std::initializer_list<QWidget*>{&why, &diagnose, &compare, &report}) {
    page->resize(600, 400);
    page->show();
    QTest::qWait(10);
  }
  picture(compare, "compare-empty", {1100, 500});
}

}  // namespace
}  // namespace remat
