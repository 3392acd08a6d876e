// The report as rich text for a QTextDocument: the same findings, tables and provenance as report.html, without its
// style sheet and scripts, which a text browser does not know.
#pragma once

#include <vector>

#include <QString>

#include "gui/models/theme.h"
#include "profiler/core/run.h"
#include "profiler/report/report.h"

namespace remat {

/// An image of the document's resources.
struct PreviewPicture {
  QString title;
  QString url;
  int width = 0;
};

struct PreviewPictures {
  std::vector<PreviewPicture> shown{};
  std::size_t more = 0;  ///< at most: which only the report has, if there is something to show
};

/// Long runs are cut, and the text says so: a preview is looked at, the report is whole.
struct PreviewLimits {
  std::size_t groups = 12;
  std::size_t rows = 40;
};

[[nodiscard]] QString reportPreview(const Run& run, const ReportOptions& options, const Theme& theme,
                                    const PreviewPictures& pictures, const PreviewLimits& limits = {});

}  // namespace remat
