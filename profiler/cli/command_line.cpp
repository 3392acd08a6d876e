#include "profiler/cli/command_line.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <new>

#include <CLI/CLI.hpp>

#include "engine/spec/error.h"
#include "engine/spec/nearest_name.h"
#include "profiler/cli/commands.h"
#include "profiler/cli/record_output.h"
#include "profiler/cli/training_toggles.h"
#include "profiler/core/value_list.h"

namespace remat {
namespace {

constexpr const char* kAbout =
    "rematscope measures what activation checkpointing costs and saves, for the config.json of a transformer.";
constexpr const char* kFooter =
    "Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 bad input file, 4 no worker could measure, 130 cancelled.\n"
    "Example: rematscope sweep config.json --policy store_all,cheap,full --batch 1-4 --output run.remat.jsonl";

int complain(const std::string& message, int code) {
  std::fputs(("rematscope: " + message + "\n").c_str(), stderr);
  return code;
}

/// CLI11 knows what is wrong, but not what was probably meant.
std::string usageText(const CLI::App& program, const std::vector<std::string>& arguments,
                      const CLI::ParseError& error) {
  std::string text = error.what();
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::vector<std::string> commands;
  for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; }))
    commands.push_back(command->get_name());
  const auto used = program.get_subcommands();
  if (used.empty()) {
    if (arguments.size() < 2) return "expected a command; 'rematscope --help' lists them";
    const std::string shown = shownWord(arguments[1]);
    return "expected a command, got '" + shown + "'; " + didYouMean(shown, commands, "'rematscope --help' lists them");
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    std::vector<std::string> flags;
    for (const CLI::Option* option : used.front()->get_options())
      for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
    for (const std::string& left : used.front()->remaining()) {
      if (!left.starts_with("-")) continue;
      const std::string shown = shownWord(left);
      return shown + ": no such flag; " +
             didYouMean(shown, flags, "'rematscope " + used.front()->get_name() + " --help' lists them");
    }
  }
  return shownWord(text) + "; 'rematscope " + used.front()->get_name() + " --help' shows how";
}

int run(const std::vector<Command>& commands) {
  for (const Command& command : commands)
    if (command.parser->parsed()) return command.run();
  return kExitUsage;
}

}  // namespace

CLI::App* declareCommand(CLI::App& program, const std::string& name, const std::string& summary,
                         const std::string& example) {
  CLI::App* command = program.add_subcommand(name, summary);
  command->footer("Example:\n  " + example);
  return command;
}

std::string programVersion() { return REMAT_VERSION; }

std::string utcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts = {};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::string shellText(const std::vector<std::string>& arguments) {
  std::string text;
  for (const std::string& argument : arguments) {
    const bool plain = !argument.empty() && argument.find_first_not_of(
                                                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                "0123456789_-+=:,./@%") == std::string::npos;
    std::string quoted = argument;
    for (std::size_t at = 0; (at = quoted.find('\'', at)) != std::string::npos; at += 4)
      quoted.replace(at, 1, R"('\'')");
    text += (text.empty() ? "" : " ") + (plain ? argument : "'" + quoted + "'");
  }
  return text;
}

int runCommandLine(const std::vector<std::string>& arguments) {
  CLI::App program(kAbout, "rematscope");
  program.footer(kFooter);
  program.set_version_flag("--version", "rematscope " + programVersion());
  program.set_help_all_flag("--help-all", "Print the help of every command and exit");
  program.require_subcommand(1);
  program.get_formatter()->column_width(30);
  const std::vector<Command> commands = {addInspect(program), addSweep(program, shellText(arguments)),
                                         addShow(program),    addReport(program),
                                         addStep(program),    addTrace(program),
                                         addDoctor(program)};
  std::vector<std::string> reversed = joinSwitchValues(arguments);
  std::reverse(reversed.begin(), reversed.end());  // as CLI11 wants them
  if (!reversed.empty()) reversed.pop_back();
  try {
    program.parse(std::move(reversed));
    return run(commands);
  } catch (const CLI::CallForHelp&) {
    writeOutput(program.help());
    return 0;
  } catch (const CLI::CallForAllHelp&) {
    writeOutput(program.help("", CLI::AppFormatMode::All));
    return 0;
  } catch (const CLI::CallForVersion&) {
    writeOutput("rematscope " + programVersion() + "\n");
    return 0;
  } catch (const CLI::ParseError& error) {
    return complain(usageText(program, arguments, error), kExitUsage);
  } catch (const Error& error) {
    return complain(error.what(), exitCode(error.kind()));
  } catch (const std::bad_alloc&) {
    return complain("memory ran out", exitCode(ErrorKind::failed));
  } catch (const std::exception& error) {
    return complain(std::string("unexpected: ") + error.what(), exitCode(ErrorKind::failed));
  }
}

}  // namespace remat
