#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

#include <kainjow/mustache.hpp>

#include "engine/spec/error.h"
#include "profiler/report/findings.h"
#include "profiler/report/provenance.h"
#include "profiler/report/report.h"
#include "profiler/report/report_template.h"
#include "profiler/report/tables.h"

namespace remat {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::list;
using kainjow::mustache::object;

/// Text of a finding as HTML: escaped, and what stands between backquotes as code.
std::string findingHtml(const std::string& text) {
  std::string html;
  bool in_code = false;
  for (const char c : text) {
    switch (c) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '"': html += "&quot;"; break;
      case '`':
        html += in_code ? "</code>" : "<code>";
        in_code = !in_code;
        break;
      default: html += c;
    }
  }
  return in_code ? html + "</code>" : html;
}

struct KindName {
  std::string_view style;  ///< class in the style sheet of the template
  std::string_view label;
};

KindName nameOf(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::result: return {"result", "Measured"};
    case Finding::Kind::choice: return {"choice", "Choice"};
    case Finding::Kind::no_effect: return {"no_effect", "No effect"};
    case Finding::Kind::peak: return {"peak", "Peak"};
    case Finding::Kind::failure: return {"failure", "Did not run"};
    case Finding::Kind::claim: return {"claim", "Claim"};
    case Finding::Kind::caution: return {"caution", "Caution"};
  }
  return {};
}

data findingsData(const std::vector<Finding>& findings) {
  list items;
  for (const Finding& finding : findings) {
    const KindName name = nameOf(finding.kind);
    items.push_back(object{
        {"kind", std::string(name.style)}, {"label", std::string(name.label)}, {"text", findingHtml(finding.text)}});
  }
  return items;
}

std::string alignOf(const Column& column) { return column.unit == ColumnUnit::text ? "text" : "number"; }

/// `states`: class of each row, or none.
data tableData(const ResultTable& table, const std::vector<std::string>& states) {
  list columns;
  for (const Column& column : table.columns) {
    columns.push_back(object{{"title", std::string(column.title)}, {"align", alignOf(column)}});
  }
  list rows;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    list cells;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const Column& column = table.columns[i];
      cells.push_back(object{{"text", cellText(table.rows[row][i], column.unit)}, {"align", alignOf(column)}});
    }
    rows.push_back(object{{"cells", cells}, {"state", row < states.size() ? states[row] : std::string()}});
  }
  return object{{"columns", columns}, {"rows", rows}};
}

std::vector<std::string> rowStates(const Run& run, const PointGroup& group) {
  const std::vector<Standing> standings = frontier(run, group);
  std::vector<std::string> states;
  for (const std::size_t point : group.points) {
    const auto dominated = [&](const Standing& s) { return s.point == point && s.dominated_by; };
    if (!run.points[point].completed()) {
      states.emplace_back("failed");
    } else {
      states.emplace_back(std::any_of(standings.begin(), standings.end(), dominated) ? "dominated" : "");
    }
  }
  return states;
}

/// A list of these charts: of one group, or those that are about none.
data chartsData(const std::vector<ReportChart>& charts, const std::function<bool(const ReportChart&)>& wanted) {
  list shown;
  for (const ReportChart& chart : charts)
    if (wanted(chart)) shown.push_back(object{{"title", chart.title}, {"svg", chart.svg}});
  return data(shown);
}

data groupData(const Run& run, const GroupFindings& group, const std::vector<ReportChart>& charts) {
  const std::vector<std::string> states = rowStates(run, group.group);
  list layers;
  for (const std::size_t index : group.group.points) {
    const PointResult& point = run.points[index];
    if (point.blocks.empty()) continue;
    data table = tableData(layerTable(point), {});
    table.set("policy", point.spec().policy);
    layers.push_back(table);
  }
  object all{{"title", group.title}, {"findings", findingsData(group.findings)}};
  all["points"] = tableData(pointTable(run, group.group), states);
  all["has_dominated"] = data(std::find(states.begin(), states.end(), "dominated") != states.end());
  all["has_layers"] = data(!layers.empty());
  all["layers"] = data(layers);
  all["charts"] = chartsData(charts, [&](const ReportChart& chart) { return belongsTo(chart, group.title); });
  return all;
}

}  // namespace

std::string htmlReport(const Run& run, const ReportOptions& options) {
  const auto about_run = runFindings(run);
  object all{{"title", reportTitle(run)}, {"lead", reportLead(run)}, {"run_findings", findingsData(about_run)}};
  all["has_run_findings"] = data(!about_run.empty());
  list groups;
  const std::vector<GroupFindings> all_findings = groupFindings(run);
  for (const GroupFindings& group : all_findings) groups.push_back(groupData(run, group, options.charts));
  all["groups"] = data(groups);
  all["charts"] = chartsData(options.charts, [&](const ReportChart& chart) {
    return std::none_of(all_findings.begin(), all_findings.end(),
                        [&](const GroupFindings& group) { return belongsTo(chart, group.title); });
  });
  list items;
  for (const ProvenanceItem& item : provenance(run, options)) {
    items.push_back(object{{"name", item.name}, {"text", item.text}});
  }
  all["provenance"] = data(items);

  kainjow::mustache::mustache page{std::string(htmlReportTemplate())};
  if (!page.is_valid()) throw Error(ErrorKind::failed, "report.html.mustache", page.error_message());
  return page.render(data(all));
}

}  // namespace remat
