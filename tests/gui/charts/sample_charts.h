// Charts of the small sample run, and hands that use them: for tests of gui/charts only.
#pragma once

#include <cstdint>
#include <memory>

#include <QSignalSpy>
#include <QTest>

#include "gui/charts/batch_grid_chart.h"
#include "gui/charts/blocks_chart.h"
#include "gui/charts/comparison_chart.h"
#include "gui/charts/depth_chart.h"
#include "gui/charts/frontier_chart.h"
#include "gui/charts/step_memory_chart.h"
#include "gui/charts/throughput_chart.h"
#include "tests/support/sample_run.h"

namespace remat::sample_charts {

inline constexpr std::int64_t kMiB = 1024 * 1024;
inline constexpr QSize kSize(900, 420);

const Run& sampleRun();
/// Of the first group: store_all, cheap, every_n:2, full, offload_input.
PointGroup firstGroup();
QString key(std::size_t point);
/// Two policies by three batches: store_all runs out of memory at the largest.
const Run& batchRun();

std::unique_ptr<FrontierChart> frontier();
std::unique_ptr<BlocksChart> blocks();
std::unique_ptr<StepMemoryChart> step();
std::unique_ptr<BatchGridChart> grid();
std::unique_ptr<ThroughputChart> throughput();
std::unique_ptr<DepthChart> depth();
/// store_all and full.
std::unique_ptr<ComparisonChart> comparison();

/// The widget inside a chart that the mouse is over.
QWidget* canvas(Chart& chart);
void showWindow(Chart& chart);
void click(Chart& chart, QPoint place);
/// Clicks here and there until the chart signals; false: it never did.
bool clickUntil(Chart& chart, const QSignalSpy& signalled);

}  // namespace remat::sample_charts
