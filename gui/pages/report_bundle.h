// The whole report of a run as a folder to hand on: report.html with the charts in it, report.md, points.csv,
// layers.csv, and in charts/ every chart as PNG (1x and 2x), SVG and CSV. Each picture says below where its numbers
// come from.
#pragma once

#include <functional>

#include <QString>
#include <QStringList>

#include "profiler/core/run.h"

namespace remat {

/// Paths in the order of writing. Throws Error(usage) if there is a report already and `replace` is not set,
/// Error(failed) if something cannot be written; what was written before stays, and a whole file is never lost.
/// `progress` is called between charts, so that whoever waits can say so.
QStringList writeReportBundle(const Run& run, const QString& folder, bool replace,
                              const std::function<void(int done, int all)>& progress = {});

}  // namespace remat
