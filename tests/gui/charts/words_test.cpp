// No words of a chart lie over others, from the size of a large screen down to that of a small window.
#include <QFontMetricsF>
#include <QGuiApplication>
#include <QTransform>
#include <QXmlStreamReader>
#include <gmock/gmock.h>

#include "gui/models/run_overlay.h"
#include "tests/gui/charts/sample_charts.h"

namespace remat {
namespace {

using namespace sample_charts;

struct Words {
  QString text;
  QRectF box;
};

/// "matrix(1,0,0,1,191.674,354)".
QTransform transformOf(QStringView text) {
  const auto from = text.indexOf(u'(');
  const auto numbers = text.mid(from + 1, text.size() - from - 2).split(u',');
  const auto at = [&](qsizetype i) { return numbers.value(i).toDouble(); };
  return numbers.size() == 6 ? QTransform(at(0), at(1), at(2), at(3), at(4), at(5)) : QTransform();
}

/// What is written in a picture, and where its letters are.
std::vector<Words> wordsOf(const QByteArray& svg) {
  std::vector<Words> words;
  QTransform transform;
  QXmlStreamReader reader(svg);
  while (!reader.atEnd()) {
    if (reader.readNext() != QXmlStreamReader::StartElement) continue;
    const QXmlStreamAttributes attributes = reader.attributes();
    const auto number = [&](const char* name) { return attributes.value(QLatin1String(name)).toDouble(); };
    if (reader.name() == u"g" && attributes.hasAttribute("transform")) {
      transform = transformOf(attributes.value("transform"));
    } else if (reader.name() == u"text") {
      QFont font(attributes.value("font-family").toString());
      font.setPixelSize(static_cast<int>(number("font-size")));
      font.setWeight(static_cast<QFont::Weight>(number("font-weight")));
      const QPointF at(number("x"), number("y"));
      const QString text = reader.readElementText();
      const QRectF letters = QFontMetricsF(font).tightBoundingRect(text).translated(at);
      words.push_back({text, transform.mapRect(letters)});
    }
  }
  return words;
}

/// Pairs of words that cover each other by more than a line's width.
QStringList overlaps(const std::vector<Words>& words) {
  QStringList found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t j = i + 1; j < words.size(); ++j) {
      const QRectF both = words[i].box.intersected(words[j].box);
      if (both.width() > 1.5 && both.height() > 1.5) found << words[i].text + " / " + words[j].text;
    }
  }
  return found;
}

QStringList outside(const std::vector<Words>& words, QSize size) {
  QStringList found;
  for (const Words& each : words) {
    if (!QRectF({}, size).adjusted(-1, -1, 1, 1).contains(each.box)) found << each.text;
  }
  return found;
}

std::unique_ptr<Chart> twoRuns() {
  auto chart = std::make_unique<FrontierChart>(FrontierChart::Runs::two);
  const GroupedRun run = grouped(std::make_shared<const remat::Run>(sampleRun()));
  chart->show(overlaidFrontiers(run, run, key(0), SpeedUnit::step_time, 700 * kMiB));
  return chart;
}

std::unique_ptr<Chart> comparedRuns() {
  auto chart = std::make_unique<ComparisonChart>();
  chart->show(compareRuns(sampleRun(), sampleRun()));
  return chart;
}

struct NamedChart {
  const char* name;
  std::unique_ptr<Chart> (*make)();
};

const NamedChart kCharts[] = {{"frontier", []() -> std::unique_ptr<Chart> { return frontier(); }},
                              {"blocks", []() -> std::unique_ptr<Chart> { return blocks(); }},
                              {"step memory", []() -> std::unique_ptr<Chart> { return step(); }},
                              {"batch grid", []() -> std::unique_ptr<Chart> { return grid(); }},
                              {"throughput", []() -> std::unique_ptr<Chart> { return throughput(); }},
                              {"depth", []() -> std::unique_ptr<Chart> { return depth(); }},
                              {"comparison", []() -> std::unique_ptr<Chart> { return comparison(); }},
                              {"two runs", twoRuns},
                              {"compared runs", comparedRuns}};

TEST(Words, lie_over_no_others_at_any_size) {
  for (const NamedChart& named : kCharts) {
    const auto chart = named.make();
    for (const QSize size :
         {QSize(1600, 560), QSize(1090, 330), QSize(1040, 420), QSize(760, 400), QSize(560, 340), QSize(460, 320)}) {
      const auto words = wordsOf(chart->svg(size, "small-llama"));
      ASSERT_GT(words.size(), 5U) << named.name;
      EXPECT_EQ(overlaps(words).join(u'\n').toStdString(), "") << named.name << " " << size.width();
      EXPECT_EQ(outside(words, size).join(u'\n').toStdString(), "") << named.name << " " << size.width();
    }
  }
}

TEST(Words, are_found_where_they_lie_over_each_other) {
  const QByteArray svg =
      R"svg(<svg><g transform="matrix(1,0,0,1,10,20)"><text x="0" y="0" font-family="DejaVu Sans" font-size="12"
      font-weight="400">first</text></g><g transform="matrix(1,0,0,1,0,0)"><text x="14" y="23"
      font-family="DejaVu Sans" font-size="12" font-weight="400">second</text></g></svg>)svg";
  EXPECT_EQ(overlaps(wordsOf(svg)), QStringList("first / second"));
  EXPECT_EQ(outside(wordsOf(svg), {200, 20}), QStringList("second"));
}

}  // namespace
}  // namespace remat
