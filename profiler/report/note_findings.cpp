#include "profiler/report/note_findings.h"

#include <algorithm>
#include <string>
#include <utility>

#include "profiler/report/phrases.h"

namespace remat {

void addNoteFindings(const std::vector<const PointResult*>& points, std::vector<Finding>& findings) {
  std::vector<std::pair<std::string, std::vector<std::string>>> policies_of;  // by note, in the order of appearance
  for (const PointResult* point : points) {
    for (const std::string& note : point->finished->notes) {
      auto row = std::find_if(policies_of.begin(), policies_of.end(), [&](const auto& r) { return r.first == note; });
      if (row == policies_of.end()) row = policies_of.insert(row, {note, {}});
      row->second.push_back(quoted(point->spec().policy));
    }
  }
  for (const auto& [note, policies] : policies_of)
    findings.push_back({Finding::Kind::caution, listed(policies) + ": " + note + "."});
}

}  // namespace remat
