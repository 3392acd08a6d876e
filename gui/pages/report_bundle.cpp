#include "gui/pages/report_bundle.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include "engine/spec/error.h"
#include "gui/charts/render.h"
#include "profiler/report/report_charts.h"

namespace remat {
namespace {

std::vector<std::filesystem::path> svgPaths(const QStringList& paths) {
  std::vector<std::filesystem::path> svgs;
  for (const QString& path : paths) {
    if (path.endsWith(QLatin1String(".svg"))) svgs.emplace_back(path.toStdString());
  }
  return svgs;
}

/// Kind by kind: as they are, and as PNG at two pixels per unit in charts/2x.
QStringList writeCharts(const Run& run, const QString& folder, const std::function<void(int, int)>& progress) {
  QStringList written;
  const int all = static_cast<int>(chartKinds().size());
  int done = 0;
  for (const ChartKind& kind : chartKinds()) {
    if (progress) progress(done++, all);
    const QStringList only = {QLatin1String(kind.id)};
    written += renderCharts(run, {.folder = folder, .charts = only});
    written += renderCharts(run, {.folder = QDir(folder).filePath(QStringLiteral("2x")),
                                  .charts = only,
                                  .formats = {QStringLiteral("png")},
                                  .scale = 2.0});
  }
  return written;
}

}  // namespace

QStringList writeReportBundle(const Run& run, const QString& folder, bool replace,
                              const std::function<void(int done, int all)>& progress) {
  const QDir target(folder);
  const QStringList files = {"report.html", "report.md", "points.csv", "layers.csv"};
  for (const QString& file : files) {
    if (!replace && target.exists(file)) {
      throw Error(ErrorKind::usage, target.filePath(file).toStdString(), "is there already",
                  "choose another folder, or tick Replace");
    }
  }
  const QString charts = target.filePath(QStringLiteral("charts"));
  QStringList written = writeCharts(run, charts, progress);
  ReportOptions options;
  options.force = true;
  options.program_version = QCoreApplication::applicationVersion().toStdString();
  options.created = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
  options.charts = readReportCharts(run, svgPaths(written));
  writeReport(run, folder.toStdString(), options);
  for (const QString& file : files) written += target.filePath(file);
  return written;
}

}  // namespace remat
