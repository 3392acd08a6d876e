#include "gui/charts/render.h"

#include <algorithm>
#include <numeric>

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include "engine/spec/error.h"
#include "gui/charts/batch_grid_chart.h"
#include "gui/charts/blocks_chart.h"
#include "gui/charts/depth_chart.h"
#include "gui/charts/frontier_chart.h"
#include "gui/charts/step_memory_chart.h"
#include "gui/charts/throughput_chart.h"
#include "gui/models/arguments.h"
#include "gui/models/listed_names.h"
#include "gui/models/run_focus.h"
#include "gui/models/saved_file.h"
#include "profiler/report/findings.h"
#include "profiler/report/tables.h"

namespace remat {
namespace {

/// The point that tells most of a group: asked for, else `full` or the smallest of the frontier, else any that has
/// blocks.
const PointResult* pointToShow(const Run& run, const PointGroup& group, const QString& key) {
  if (const PointResult* asked = run.find(key.toStdString())) return asked;
  const PointResult* any = nullptr;
  for (const std::size_t index : group.points) {
    const PointResult& point = run.points[index];
    if (!point.completed()) continue;
    if (point.spec().policy == "full") return &point;
    if (any == nullptr || (any->blocks.empty() && !point.blocks.empty())) any = &point;
  }
  return any;
}

template <typename ChartType, typename View>
std::unique_ptr<Chart> chartOf(const View& view, const QString& selected = {}) {
  auto chart = std::make_unique<ChartType>();
  if constexpr (requires { chart->setSelected(selected); }) chart->setSelected(selected);
  chart->show(view);
  return chart;
}

std::unique_ptr<Chart> frontierChart(const Run& run, const PointGroup& group, const QString& point) {
  return chartOf<FrontierChart>(frontierView(run, group, SpeedUnit::step_time, std::nullopt), point);
}

std::unique_ptr<Chart> blocksChart(const Run& run, const PointGroup& group, const QString& point) {
  const PointResult* shown = pointToShow(run, group, point);
  const QString key = shown != nullptr ? QString::fromStdString(shown->key()) : QString();
  return chartOf<BlocksChart>(blocksView(run, group, key, measuredMemoryCap(run, group)));
}

std::unique_ptr<Chart> stepMemoryChart(const Run& run, const PointGroup& group, const QString& point) {
  return chartOf<StepMemoryChart>(
      stepMemoryView(pointToShow(run, group, point), StepBands::by_kind, measuredMemoryCap(run, group)));
}

std::unique_ptr<Chart> batchGridChart(const Run& run, const PointGroup& group, const QString& point) {
  return chartOf<BatchGridChart>(batchGridView(run, group, SweepAxis::batch, GridMetric::peak, std::nullopt), point);
}

std::unique_ptr<Chart> layerGridChart(const Run& run, const PointGroup& group, const QString& point) {
  return chartOf<BatchGridChart>(batchGridView(run, group, SweepAxis::layers, GridMetric::peak, std::nullopt), point);
}

std::unique_ptr<Chart> throughputChart(const Run& run, const PointGroup& group, const QString& point) {
  return chartOf<ThroughputChart>(throughputView(run, group, SweepAxis::batch, std::nullopt), point);
}

std::unique_ptr<Chart> depthChart(const Run& run, const PointGroup& group, const QString& point) {
  return chartOf<DepthChart>(depthView(run, group, SweepAxis::layers, std::nullopt), point);
}

void check(const QString& where, const QStringList& asked, const QStringList& known) {
  for (const QString& name : asked) {
    if (known.contains(name)) continue;
    throw Error(
        ErrorKind::usage, where.toStdString(),
        "must be of " + known.join(QStringLiteral(", ")).toStdString() + ", got \"" + name.toStdString() + "\"");
  }
}

void writeChart(Chart& chart, const ChartKind& kind, const QString& stem, const QString& footer,
                const RenderOptions& options, QStringList& written) {
  const QStringList& formats = options.formats.isEmpty() ? pictureFormats() : options.formats;
  for (const QString& format : formats) {
    const QString path = QDir(options.folder).filePath(stem + u'.' + format);
    if (format == QLatin1String("png")) chart.writePng(path, kind.size, options.scale, footer);
    if (format == QLatin1String("svg")) chart.writeSvg(path, kind.size, footer);
    if (format == QLatin1String("csv")) saveFile(path, QByteArray::fromStdString(csvText(chart.table())));
    written << path;
  }
}

/// Indices of the groups that a kind of chart is drawn for.
std::vector<std::size_t> groupsOfKind(const Run& run, const std::vector<PointGroup>& groups, const ChartKind& kind) {
  if (kind.slice) return groupsToShowAlong(run, groups, *kind.slice);
  std::vector<std::size_t> all(groups.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// Versions and dates of the sessions that measured these points; a run that was resumed has several.
QStringList sessionsText(const Run& run, const std::vector<std::size_t>& points) {
  QStringList versions, dates;
  for (const std::size_t index : points) {
    const int session = run.points[index].session;
    if (session < 0 || session >= static_cast<int>(run.sessions.size())) continue;
    const auto& started = run.sessions[static_cast<std::size_t>(session)].started;
    if (!started) continue;
    versions << QString::fromStdString(started->program_version);
    dates << QString::fromStdString(started->created).left(10);
  }
  for (QStringList* texts : {&versions, &dates}) {
    texts->sort();
    texts->removeDuplicates();
  }
  if (versions.isEmpty()) return {};
  return {QStringLiteral("rematscope ") + listedNames(versions), listedNames(dates)};
}

}  // namespace

const std::vector<ChartKind>& chartKinds() {
  static const std::vector<ChartKind> kinds = {
      {"frontier", QT_TRANSLATE_NOOP("Charts", "Frontier"), {1040, 420}, &frontierChart, {}},
      {"blocks", QT_TRANSLATE_NOOP("Charts", "Blocks"), {1040, 520}, &blocksChart, {}},
      {"step-memory", QT_TRANSLATE_NOOP("Charts", "Step memory"), {1040, 400}, &stepMemoryChart, {}},
      {"batch-grid", QT_TRANSLATE_NOOP("Charts", "Batch"), {1040, 460}, &batchGridChart, SweepAxis::batch},
      {"layer-grid", QT_TRANSLATE_NOOP("Charts", "Layers"), {1040, 460}, &layerGridChart, SweepAxis::layers},
      {"throughput", QT_TRANSLATE_NOOP("Charts", "Throughput"), {820, 520}, &throughputChart, SweepAxis::batch},
      {"depth", QT_TRANSLATE_NOOP("Charts", "Depth"), {1240, 360}, &depthChart, SweepAxis::layers}};
  return kinds;
}

const ChartKind* findChart(const QString& id) {
  const auto& kinds = chartKinds();
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const ChartKind& kind) { return id == QLatin1String(kind.id); });
  return found == kinds.end() ? nullptr : &*found;
}

QString pictureFooter(const Run& run, const PointGroup& group, std::optional<SweepAxis> axis) {
  if (group.points.empty()) return {};
  const PointResult& point = run.points[group.points.front()];
  QStringList parts(QString::fromStdString(axis ? titleAlong(run, group, *axis) : groupTitle(point.spec())));
  if (const Hello* worker = run.workerOf(point)) parts << QString::fromStdString(worker->device_name);
  if (!run.path.empty()) parts << QFileInfo(QString::fromStdString(run.path)).fileName();
  return (parts + sessionsText(run, axis ? pointsAlong(run, group, *axis) : group.points)).join(QStringLiteral(" · "));
}

std::vector<ChartToDraw> chartsToDraw(const Run& run, const QStringList& ids) {
  std::vector<ChartToDraw> charts;
  const std::vector<PointGroup> groups = groupPoints(run);
  const QStringList labels = groups.size() > 1 ? groupLabels(run, groups) : QStringList();
  for (const ChartKind& kind : chartKinds()) {
    if (!ids.isEmpty() && !ids.contains(QLatin1String(kind.id))) continue;
    for (const std::size_t group : groupsOfKind(run, groups, kind)) {
      const QString stem = QLatin1String(kind.id) + (group == 0 ? QString() : u'-' + QString::number(group + 1));
      const QString label = kind.slice ? QString() : labels.value(static_cast<qsizetype>(group));
      charts.push_back({&kind, groups[group], stem, label});
    }
  }
  return charts;
}

QStringList renderChart(const Run& run, const ChartToDraw& wanted, const RenderOptions& options) {
  const auto chart = wanted.kind->make(run, wanted.group, {});
  if (chart->isEmpty()) return {};
  if (!QDir().mkpath(options.folder)) {
    throw Error(ErrorKind::failed, options.folder.toStdString(), "cannot be made", "choose another folder");
  }
  chart->setTheme(options.dark ? darkTheme() : lightTheme());
  chart->setPictureLabel(wanted.label);
  QStringList written;
  writeChart(*chart, *wanted.kind, wanted.stem, pictureFooter(run, wanted.group, wanted.kind->slice), options, written);
  return written;
}

QStringList renderCharts(const Run& run, const RenderOptions& options) {
  QStringList ids;
  for (const ChartKind& kind : chartKinds()) ids << QLatin1String(kind.id);
  check(QStringLiteral("--charts"), options.charts, ids);
  check(QStringLiteral("--format"), options.formats, pictureFormats());
  QStringList written;
  for (const ChartToDraw& chart : chartsToDraw(run, options.charts)) written += renderChart(run, chart, options);
  return written;
}

}  // namespace remat
