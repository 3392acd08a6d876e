#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "profiler/report/findings.h"
#include "profiler/report/provenance.h"
#include "profiler/report/report.h"
#include "profiler/report/tables.h"

namespace remat {
namespace {

std::string listText(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) text += "- " + finding.text + "\n";
  return text + "\n";
}

std::string chartsText(const std::vector<ReportChart>& charts, const std::function<bool(const ReportChart&)>& wanted) {
  std::string text;
  for (const ReportChart& chart : charts)
    if (wanted(chart)) text += "![" + chart.title + "](" + chartPath(chart) + ")\n\n";
  return text;
}

}  // namespace

std::string markdownReport(const Run& run, const ReportOptions& options) {
  std::string text = "# " + reportTitle(run) + "\n\n" + reportLead(run) + "\n\n";
  const auto about_run = runFindings(run);
  if (!about_run.empty()) text += "## About this run\n\n" + listText(about_run);
  const std::vector<GroupFindings> groups = groupFindings(run);
  text += chartsText(options.charts, [&](const ReportChart& chart) {
    return std::none_of(groups.begin(), groups.end(), [&](const auto& group) { return belongsTo(chart, group.title); });
  });
  for (const GroupFindings& group : groups) {
    text += "## " + group.title + "\n\n" + listText(group.findings);
    text += chartsText(options.charts, [&](const ReportChart& chart) { return belongsTo(chart, group.title); });
    text +=
        markdownText(pointTable(run, group.group)) + "\nChange is against `store_all`; step time is the median.\n\n";
    for (const std::size_t index : group.group.points) {
      const PointResult& point = run.points[index];
      if (point.blocks.empty()) continue;
      text += "<details><summary>" + point.spec().policy + ", per block</summary>\n\n" +
              markdownText(layerTable(point)) + "\n</details>\n\n";
    }
  }
  text += "## How this was measured\n\n";
  for (const ProvenanceItem& item : provenance(run, options)) text += "- " + item.name + ": " + item.text + "\n";
  return text;
}

}  // namespace remat
