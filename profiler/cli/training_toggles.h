// The flags that choose among ways to run a step, such as --attention and --dropout: one table for all commands. In a
// sweep each takes a list, and every value is a point of its own.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "profiler/core/sweep_plan.h"

namespace remat {

struct ToggleFlag {
  const char* name;      ///< "--gradients"
  const char* fallback;  ///< its text if it is not given
  const char* type;      ///< of its text, for people; null: on or off, and the name alone is "on"
  const char* about;
  /// Values of a text: one, or several if it is a list. Throws Error(usage).
  std::vector<Toggle> (*parse)(const std::string& flag, const std::string& text);
  const char* opposite = nullptr;  ///< flag that means "off" here
};

extern const std::array<ToggleFlag, 10> kToggleFlags;

/// `--dropout on,off` as `--dropout=on,off`, for every flag that is on or off: the word behind one that stands alone
/// may be a config.
[[nodiscard]] std::vector<std::string> joinSwitchValues(const std::vector<std::string>& arguments);

}  // namespace remat
