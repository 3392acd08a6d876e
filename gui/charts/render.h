// Every chart there is, by name, and how it is made from a run: for rendering without a display and for export.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QSize>
#include <QString>
#include <QStringList>

#include "gui/charts/chart.h"
#include "gui/models/sweep_slice.h"
#include "profiler/core/run.h"

namespace remat {

struct ChartKind {
  const char* id;     ///< "frontier": on the command line and in file names
  const char* title;  ///< for tr() in the context "Charts"
  QSize size;         ///< of its picture, in logical pixels
  /// `point`: key of the point for charts of one point; empty: the one that tells most.
  std::unique_ptr<Chart> (*make)(const Run& run, const PointGroup& group, const QString& point);
  std::optional<SweepAxis> slice;  ///< shows points of other groups too: those along this axis
};

[[nodiscard]] const std::vector<ChartKind>& chartKinds();
/// Null if there is none.
[[nodiscard]] const ChartKind* findChart(const QString& id);

/// Where the numbers of a picture come from: model and sizes, run file, machine, versions, date. `axis`: along which
/// the picture shows points of other groups too.
[[nodiscard]] QString pictureFooter(const Run& run, const PointGroup& group,
                                    std::optional<SweepAxis> axis = std::nullopt);

struct RenderOptions {
  QString folder{};
  QStringList charts{};   ///< ids; empty: all
  QStringList formats{};  ///< of png, svg, csv; empty: all
  bool dark = false;
  double scale = 1.0;  ///< pixels per logical pixel of PNG files
};

/// One picture of a run: a kind of chart for one group of points.
struct ChartToDraw {
  const ChartKind* kind = nullptr;
  PointGroup group{};
  QString stem{};   ///< of its files: "frontier", of further groups "frontier-2"
  QString label{};  ///< what tells its group from the others: "8 layers, batch 4 x 256 tokens"; empty: there is one
};
/// In the order of drawing; of these kinds only, if any are named.
[[nodiscard]] std::vector<ChartToDraw> chartsToDraw(const Run& run, const QStringList& ids = {});
/// Writes one of them as `options` ask, except for which charts. No paths: there is nothing to show. Throws
/// Error(failed) if a file cannot be written.
QStringList renderChart(const Run& run, const ChartToDraw& wanted, const RenderOptions& options);

/// Writes frontier.png, frontier.svg, frontier.csv, ...; of further groups of points frontier-2.png, ... Charts that
/// have nothing to show are left out. Makes the folder. Returns the paths in the order of writing. Throws Error(usage)
/// for an unknown chart or format, Error(failed) if a file cannot be written.
QStringList renderCharts(const Run& run, const RenderOptions& options);

}  // namespace remat
