// How much memory this machine, or the container that this process runs in, can still give: so that a step that does
// not fit is an out-of-memory error of ours and not the end of the process by the kernel, which promises memory before
// it has it (overcommit). Linux: /proc/meminfo and control groups, version 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace remat {

/// MemAvailable of the text of /proc/meminfo, in bytes; nullopt if it is not there.
[[nodiscard]] std::optional<std::int64_t> availableOf(std::string_view meminfo);

/// What a control group leaves of its limit: `max` and `current` as memory.max and memory.current have them, `stat` as
/// memory.stat, whose inactive_file the kernel takes back when it needs memory. nullopt without a limit.
[[nodiscard]] std::optional<std::int64_t> leftByGroup(std::string_view max, std::string_view current,
                                                      std::string_view stat);

/// The lower of both, now; nullopt where nobody tells. Takes some ten microseconds.
[[nodiscard]] std::optional<std::int64_t> availableHostBytes();

}  // namespace remat
