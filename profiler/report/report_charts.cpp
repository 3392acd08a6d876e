#include "profiler/report/report_charts.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <iterator>

#include "engine/spec/error.h"
#include "profiler/report/sweep_axis.h"
#include "profiler/report/tables.h"

namespace remat {
namespace {

namespace fs = std::filesystem;

/// Without what stands before the element, which HTML does not know.
std::string svgElement(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t start = text.find("<svg");
  if (!file || start == std::string::npos) throw Error(ErrorKind::failed, path.string(), "must be a picture in SVG");
  return text.substr(start);
}

/// "step-memory-2": name and number of the group, counted from 1.
struct Stem {
  std::string name;
  std::size_t group = 1;
};

Stem stemOf(const fs::path& path) {
  Stem stem{path.stem().string()};
  const std::size_t dash = stem.name.rfind('-');
  if (dash == std::string::npos) return stem;
  const char* first = stem.name.data() + dash + 1;
  const char* last = stem.name.data() + stem.name.size();
  const auto read = std::from_chars(first, last, stem.group);
  if (read.ec != std::errc() || read.ptr != last) return {stem.name};
  stem.name.resize(dash);
  return stem;
}

std::string titleOf(const Stem& stem, const Run& run, const std::vector<PointGroup>& groups) {
  std::string title = stem.name;
  std::replace_if(
      title.begin(), title.end(), [](char c) { return c == '-' || c == '_'; }, ' ');
  if (!title.empty()) title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  if (groups.size() < 2 || stem.group < 1 || stem.group > groups.size()) return title;
  const PointGroup& group = groups[stem.group - 1];
  const auto axis = axisOfChart(stem.name);
  return title + ": " + (axis ? titleAlong(run, group, *axis) : groupTitle(run.points[group.points.front()].spec()));
}

}  // namespace

std::vector<ReportChart> readReportCharts(const Run& run, const std::vector<fs::path>& paths) {
  const std::vector<PointGroup> groups = groupPoints(run);
  std::vector<ReportChart> charts;
  for (const fs::path& path : paths) {
    if (path.extension() == ".svg")
      charts.push_back({path.stem().string(), titleOf(stemOf(path), run, groups), svgElement(path)});
  }
  return charts;
}

}  // namespace remat
