// What a run says, in sentences: computed from its numbers, claiming nothing that does not follow from them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "profiler/core/run.h"
#include "profiler/report/frontier.h"

namespace remat {

struct Finding {
  enum class Kind : std::uint8_t {
    result,     ///< what checkpointing cost and saved
    choice,     ///< fastest, smallest, frontier, dominated
    no_effect,  ///< why a policy saved nothing, and what would help
    peak,       ///< what sets the peak
    failure,    ///< points that ran out of memory or failed
    claim,      ///< common claims beside what was measured
    caution     ///< noise, gradients that differ, damaged lines
  };
  Kind kind = Kind::result;
  std::string text;
  bool operator==(const Finding&) const = default;
};

/// About points that differ in policy only.
struct GroupFindings {
  std::string title;
  PointGroup group;
  std::vector<Finding> findings;
};

[[nodiscard]] std::vector<GroupFindings> groupFindings(const Run& run);
[[nodiscard]] GroupFindings findingsOf(const Run& run, PointGroup group);
/// About the whole run: damage, events, points of different machines.
[[nodiscard]] std::vector<Finding> runFindings(const Run& run);

/// Both groups of findings as plain text for the terminal, wrapped to `width` columns.
[[nodiscard]] std::string findingsText(const Run& run, std::size_t width = 100);

}  // namespace remat
