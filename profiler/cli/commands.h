// The commands of rematscope. To add one: a file <name>_command.cpp with its function, declared here and called in
// command_line.cpp.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace remat {

/// A command whose flags have been declared. `run` does its work once they are parsed; it returns the exit code and may
/// throw Error.
struct Command {
  CLI::App* parser;
  std::function<int()> run;
};

[[nodiscard]] Command addInspect(CLI::App& program);
[[nodiscard]] Command addSweep(CLI::App& program, const std::string& command_line);
[[nodiscard]] Command addShow(CLI::App& program);
[[nodiscard]] Command addReport(CLI::App& program);
[[nodiscard]] Command addStep(CLI::App& program);
[[nodiscard]] Command addTrace(CLI::App& program);
[[nodiscard]] Command addDoctor(CLI::App& program);

/// A command with its one-line description and its example.
[[nodiscard]] CLI::App* declareCommand(CLI::App& program, const std::string& name, const std::string& summary,
                                       const std::string& example);

}  // namespace remat
