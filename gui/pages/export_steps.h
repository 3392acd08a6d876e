// What is exported into a folder, as the steps of a FolderExport: every chart of a run; or its whole report to hand on:
// report.html with the charts in it, report.md, points.csv, layers.csv, and in charts/ every chart as PNG (1x and 2x),
// SVG and CSV. Each picture says below where its numbers come from.
#pragma once

#include <memory>
#include <vector>

#include "gui/models/folder_export.h"
#include "profiler/core/run.h"

namespace remat {

/// Names of the lists in which folders keep what was exported into them.
inline const QString kChartList = QStringLiteral(".rematscope-charts");
inline const QString kReportList = QStringLiteral(".rematscope-report");

/// One step per chart: PNG at two pixels per unit, SVG and CSV.
[[nodiscard]] std::vector<FolderExport::Step> chartSteps(const std::shared_ptr<const Run>& run, bool dark);

/// Names of files in `folder` that charts of this run would replace.
[[nodiscard]] QStringList chartFilesIn(const QString& folder, const Run& run);

[[nodiscard]] std::vector<FolderExport::Step> reportSteps(const std::shared_ptr<const Run>& run);
/// Throws Error(usage) if there is a report already.
void requireNoReport(const QString& folder);

}  // namespace remat
