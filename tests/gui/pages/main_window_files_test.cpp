// Journeys with files: export, bad files, dropped ones.
#include "tests/gui/pages/windows.h"

namespace remat {
namespace {

TEST_F(Windows, export_and_copy_a_chart) {
  ASSERT_TRUE(openSampleRun());
  ChartFrame& frontier = *frame("Frontier");
  using Format = ChartFrame::Format;
  for (const Format format : {Format::png, Format::png_2x, Format::svg, Format::csv}) {
    const QString path = folder_.filePath(frontier.fileName(format));
    EXPECT_TRUE(frontier.exportTo(path, format)) << window_.strip().text().toStdString();
    EXPECT_GT(QFile(path).size(), 100);
  }
  const QImage once(folder_.filePath("frontier.png")), twice(folder_.filePath("frontier@2x.png"));
  EXPECT_EQ(twice.width(), 2 * once.width());
  press("copy_picture");
  EXPECT_TRUE(QApplication::clipboard()->mimeData()->hasImage());
  press("copy_table");
  EXPECT_TRUE(QApplication::clipboard()->text().contains('\t'));
}

TEST_F(Windows, say_when_the_disk_is_full_and_leave_nothing_behind) {
  ASSERT_TRUE(openSampleRun());
  ChartFrame& frontier = *frame("Frontier");
  using Format = ChartFrame::Format;
  for (const Format format : {Format::png, Format::svg, Format::csv}) {
    const QString path = folder_.filePath(frontier.fileName(format));
    {
      const FullDisk full;
      EXPECT_FALSE(frontier.exportTo(path, format));
    }
    EXPECT_TRUE(window_.strip().text().contains("Not exported")) << window_.strip().text().toStdString();
    EXPECT_FALSE(QFile::exists(path));
    EXPECT_FALSE(frontier.exportTo("/nowhere/x", format));
    EXPECT_FALSE(frontier.exportTo("/dev/null", format)) << "a device is no file";
  }
}

TEST_F(Windows, take_the_setup_of_a_run_that_took_the_place_of_another) {
  const auto runOf = [](const char* created, std::int64_t batch) {
    PointSpec spec = sampleSpec("gpt2", "full");
    spec.training.batch_size = batch;
    std::vector<Record> records = {RunStarted{.program_version = "1", .created = created}};
    const auto point = samplePoint(spec, 1'000'000, 1'000'000, 1000);
    records.insert(records.end(), point.begin(), point.end());
    return fileText(records);
  };
  ASSERT_TRUE(open(runOf("2026-01-01T00:00:00Z", 2)));
  EXPECT_EQ(setup().setup().batch, "2");
  ASSERT_TRUE(open(runOf("2026-01-02T00:00:00Z", 6)));
  EXPECT_TRUE(waitUntil([&] { return setup().setup().batch == "6"; })) << setup().setup().batch.toStdString();
}

TEST_F(Windows, export_all_charts_into_a_folder_or_cancel_it) {
  ASSERT_TRUE(openSampleRun());
  const auto exportTo = [&](const QString& folder) {
    press("export_all");
    auto* dialog = window_.findChild<QFileDialog*>();
    emit dialog->fileSelected(folder);
    delete dialog;
  };
  exportTo(folder_.filePath("charts"));
  ASSERT_TRUE(waitForMessage("files written")) << window_.strip().text().toStdString();
  EXPECT_TRUE(QFile::exists(folder_.filePath("charts/frontier.png")));
  exportTo(folder_.filePath("charts"));
  ASSERT_TRUE(waitForMessage("of the files already")) << window_.strip().text().toStdString();
  QFile::remove(folder_.filePath("charts/frontier.png"));
  window_.strip().findChild<QPushButton*>()->click();
  ASSERT_TRUE(waitForMessage("files written")) << window_.strip().text().toStdString();
  EXPECT_TRUE(QFile::exists(folder_.filePath("charts/frontier.png")));
  exportTo(folder_.filePath("cancelled"));
  ASSERT_TRUE(waitForMessage("1 of "));
  window_.strip().findChild<QPushButton*>()->click();
  EXPECT_TRUE(window_.strip().text().contains("Nothing was written")) << window_.strip().text().toStdString();
  EXPECT_FALSE(QFile::exists(folder_.filePath("cancelled")));
}

TEST_F(Windows, say_what_is_wrong_with_every_bad_file) {
  const std::string good = fileText(sampleRecords());
  const struct {
    const char* name;
    std::string text;
    const char* sentence;
  } cases[] = {
      {"damaged.remat.jsonl", "rubbish\n" + good, "could not be read"},
      {"truncated.remat.jsonl", good.substr(0, good.size() - 20), "after the last whole line"},
      {"newer_minor.remat.jsonl", good + "{\"record\":\"from_the_future\",\"x\":1}\n", "newer"},
      {"newer_major.remat.jsonl", "{\"record\":\"run_started\",\"format_major\":99,\"format_minor\":0}\n", "99"},
      {"empty.remat.jsonl", "", "empty"},
      {"one.remat.jsonl", fileText(samplePoint(sampleSpec("gpt2", "full"), 1'000'000, 1 << 20, 1 << 19)), "One point"},
      {"no_run.remat.jsonl", "hello\nworld\n", "no_run.remat.jsonl"},
      {"picture.png", "\x89PNG\r\n", "neither a run file"},
      {"config.json", "{\"model_type\": \"mamba\"}", "cannot be measured"}};
  for (const auto& bad : cases) {
    ASSERT_TRUE(open(bad.text, bad.name));
    EXPECT_TRUE(window_.strip().text().contains(bad.sentence))
        << bad.name << ": " << window_.strip().text().toStdString();
    EXPECT_FALSE(window_.grab().toImage().isNull());
    window_.strip().dismiss(window_.strip().topic());
  }
  EXPECT_TRUE(setup().problem().contains("cannot be measured")) << setup().problem().toStdString();
}

TEST_F(Windows, take_files_that_are_dropped) {
  const QString path = write(fileText(sampleRecords()));
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(path)});
  QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&window_, &enter);
  EXPECT_TRUE(enter.isAccepted());
  QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&window_, &drop);
  ASSERT_TRUE(waitUntil([&] { return window_.document().state() == Document::State::open; }));
  EXPECT_EQ(Settings().recentFiles().front(), path);
}

}  // namespace
}  // namespace remat
