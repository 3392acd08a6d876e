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

/// The same charts at two pixels per unit, in a folder of their own: charts/2x.
void addLargePictures(const Run& run, const QString& folder, QStringList& written) {
  const QString large = QDir(folder).filePath(QStringLiteral("2x"));
  written += renderCharts(run, {.folder = large, .formats = {QStringLiteral("png")}, .scale = 2.0});
}

}  // namespace

QStringList writeReportBundle(const Run& run, const QString& folder, bool replace) {
  const QDir target(folder);
  const QStringList files = {"report.html", "report.md", "points.csv", "layers.csv"};
  for (const QString& file : files) {
    if (!replace && target.exists(file)) {
      throw Error(ErrorKind::usage, target.filePath(file).toStdString(), "is there already",
                  "choose another folder, or tick Replace");
    }
  }
  const QString charts = target.filePath(QStringLiteral("charts"));
  QStringList written = renderCharts(run, {.folder = charts});
  addLargePictures(run, charts, written);
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
