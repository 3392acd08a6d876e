// What a run file says of the ends of points, line by line and not as a run, which would merge repetitions.
#pragma once

#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "profiler/core/records.h"

namespace remat {

/// Outcomes of every point, by key, in the order of the file. A torn last line counts for nothing.
[[nodiscard]] inline std::map<std::string, std::vector<Outcome>> finishedRecords(const std::string& path) {
  std::map<std::string, std::vector<Outcome>> outcomes;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line) && !file.eof();) {
    const std::optional<Record> record = parseRecord(line, path);
    if (!record) continue;
    if (const auto* finished = std::get_if<PointFinished>(&*record))
      outcomes[finished->point].push_back(finished->outcome);
  }
  return outcomes;
}

}  // namespace remat
