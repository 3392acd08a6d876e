#include "gui/pages/export_steps.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include "engine/spec/error.h"
#include "gui/charts/render.h"
#include "gui/models/arguments.h"
#include "profiler/report/report_charts.h"

namespace remat {
namespace {

QString chartsIn(const QString& folder) { return QDir(folder).filePath(QStringLiteral("charts")); }

/// Of the charts that had something to show.
std::vector<std::filesystem::path> svgPaths(const std::vector<ChartToDraw>& charts, const QString& folder) {
  std::vector<std::filesystem::path> paths;
  for (const ChartToDraw& chart : charts) {
    const QString path = QDir(folder).filePath(chart.stem + QStringLiteral(".svg"));
    if (QFile::exists(path)) paths.emplace_back(path.toStdString());
  }
  return paths;
}

void writeTexts(const Run& run, const std::vector<ChartToDraw>& charts, const QString& folder) {
  ReportOptions options;
  options.force = true;
  options.program_version = QCoreApplication::applicationVersion().toStdString();
  options.created = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
  options.charts = readReportCharts(run, svgPaths(charts, chartsIn(folder)));
  writeReport(run, folder.toStdString(), options);
}

}  // namespace

std::vector<FolderExport::Step> chartSteps(const std::shared_ptr<const Run>& run, bool dark) {
  std::vector<FolderExport::Step> steps;
  for (const ChartToDraw& chart : chartsToDraw(*run)) {
    steps.emplace_back([run, chart, dark](const QString& folder) {
      renderChart(*run, chart, {.folder = folder, .dark = dark, .scale = 2.0});
    });
  }
  return steps;
}

QStringList chartFilesIn(const QString& folder, const Run& run) {
  QStringList there;
  for (const ChartToDraw& chart : chartsToDraw(run)) {
    for (const QString& format : pictureFormats()) {
      const QString file = chart.stem + u'.' + format;
      if (QFileInfo::exists(QDir(folder).filePath(file))) there << file;
    }
  }
  return there;
}

std::vector<FolderExport::Step> reportSteps(const std::shared_ptr<const Run>& run) {
  std::vector<FolderExport::Step> steps;
  const std::vector<ChartToDraw> charts = chartsToDraw(*run);
  for (const ChartToDraw& chart : charts) {
    steps.emplace_back([run, chart](const QString& folder) { renderChart(*run, chart, {.folder = chartsIn(folder)}); });
    steps.emplace_back([run, chart](const QString& folder) {
      const QString twice = QDir(chartsIn(folder)).filePath(QStringLiteral("2x"));
      renderChart(*run, chart, {.folder = twice, .formats = {QStringLiteral("png")}, .scale = 2.0});
    });
  }
  steps.emplace_back([run, charts](const QString& folder) { writeTexts(*run, charts, folder); });
  return steps;
}

void requireNoReport(const QString& folder) {
  for (const char* file : {"report.html", "report.md", "points.csv", "layers.csv"}) {
    const QString path = QDir(folder).filePath(QLatin1String(file));
    if (!QFile::exists(path)) continue;
    throw Error(ErrorKind::usage, path.toStdString(), "is there already", "choose another folder, or tick Replace");
  }
}

}  // namespace remat
