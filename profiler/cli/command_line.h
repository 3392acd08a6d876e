// The command line as a whole: parses, runs the command, turns every error into a message and an exit code.
#pragma once

#include <string>
#include <vector>

namespace remat {

inline constexpr int kExitUsage = 2;
inline constexpr int kExitWorkerFailed = 4;
inline constexpr int kExitCancelled = 130;

/// arguments[0]: name of the program. Returns its exit code.
[[nodiscard]] int runCommandLine(const std::vector<std::string>& arguments);

/// One line of text that a shell reads back as the same arguments.
[[nodiscard]] std::string shellText(const std::vector<std::string>& arguments);

/// "0.1.0"
[[nodiscard]] std::string programVersion();

/// The time now, UTC in ISO 8601: "2026-05-04T10:20:30Z".
[[nodiscard]] std::string utcNow();

}  // namespace remat
