#include "tests/gui/charts/sample_charts.h"

namespace remat::sample_charts {
namespace {

constexpr std::int64_t kMs = 1'000'000;

PointSpec batchSpec(const char* policy, std::int64_t batch) {
  PointSpec spec = sampleSpec("gpt2", policy);
  spec.training.batch_size = batch;
  return spec;
}

}  // namespace

const Run& sampleRun() {
  static const Run run = parseRun(fileText(sampleRecords()), "sample");
  return run;
}

PointGroup firstGroup() { return groupPoints(sampleRun()).front(); }

QString key(std::size_t point) { return QString::fromStdString(sampleRun().points[point].key()); }

const Run& batchRun() {
  static const Run run = [] {
    std::vector<Record> records = {RunStarted{.program_version = "1", .created = "c"}};
    for (const std::int64_t batch : {1, 2, 4}) {
      for (const char* policy : {"store_all", "full"}) {
        const bool stores = std::string_view(policy) == "store_all";
        auto point =
            samplePoint(batchSpec(policy, batch), (90 + batch * 10) * kMs, (stores ? 200 : 80) * batch * kMiB, kMiB);
        if (stores && batch == 4) {
          point = {point.front(),
                   PointFinished{.point = pointKey(batchSpec(policy, batch)), .outcome = Outcome::out_of_memory}};
        }
        records.insert(records.end(), point.begin(), point.end());
      }
    }
    return parseRun(fileText(records), "batches");
  }();
  return run;
}

std::unique_ptr<FrontierChart> frontier() {
  auto chart = std::make_unique<FrontierChart>();
  chart->show(frontierView(sampleRun(), firstGroup(), SpeedUnit::step_time, 700 * kMiB));
  return chart;
}

std::unique_ptr<BlocksChart> blocks() {
  auto chart = std::make_unique<BlocksChart>();
  chart->show(blocksView(sampleRun(), firstGroup(), key(3), 700 * kMiB));
  return chart;
}

std::unique_ptr<StepMemoryChart> step() {
  auto chart = std::make_unique<StepMemoryChart>();
  chart->show(stepMemoryView(&sampleRun().points[3], StepBands::by_kind, {}));
  return chart;
}

std::unique_ptr<BatchGridChart> grid() {
  auto chart = std::make_unique<BatchGridChart>();
  chart->show(batchGridView(batchRun(), groupPoints(batchRun())[0], SweepAxis::batch, GridMetric::step_time, {}));
  return chart;
}

std::unique_ptr<ThroughputChart> throughput() {
  auto chart = std::make_unique<ThroughputChart>();
  chart->show(throughputView(batchRun(), groupPoints(batchRun())[0], SweepAxis::batch, {}));
  return chart;
}

std::unique_ptr<DepthChart> depth() {
  auto chart = std::make_unique<DepthChart>();
  chart->show(depthView(batchRun(), groupPoints(batchRun())[0], SweepAxis::batch, {}));
  return chart;
}

std::unique_ptr<ComparisonChart> comparison() {
  auto chart = std::make_unique<ComparisonChart>();
  chart->setStyles(policyStyles(sampleRun()));
  chart->show(comparePoints(sampleRun(), key(0), sampleRun(), key(3)));
  return chart;
}

QWidget* canvas(Chart& chart) { return chart.findChild<QWidget*>(); }

void showWindow(Chart& chart) {
  chart.resize(kSize);
  chart.QWidget::show();
  QTest::qWait(30);
}

void click(Chart& chart, QPoint place) {
  QTest::mouseMove(canvas(chart), place);
  QTest::mouseClick(canvas(chart), Qt::LeftButton, {}, place);
}

bool clickUntil(Chart& chart, const QSignalSpy& signalled) {
  for (int y = 10; y < kSize.height(); y += 12) {
    for (int x = 10; x < kSize.width(); x += 12) {
      click(chart, {x, y});
      if (!signalled.isEmpty()) return true;
    }
  }
  return false;
}

}  // namespace remat::sample_charts
