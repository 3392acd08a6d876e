#include "gui/models/arguments.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

using Mode = Arguments::Mode;

TEST(ArgumentsOfTheWindow, are_files_to_open) {
  EXPECT_EQ(parseArguments({}).mode, Mode::window);
  EXPECT_EQ(parseArguments({"a.jsonl", "b.json"}).files, QStringList({"a.jsonl", "b.json"}));
  EXPECT_EQ(parseArguments({"--", "--odd-name"}).files, QStringList("--odd-name"));
}

TEST(ArgumentsOfTheWindow, leave_those_of_Qt_to_Qt) {
  const Arguments arguments = parseArguments({"-platform", "offscreen", "a.jsonl"});
  EXPECT_EQ(arguments.mode, Mode::window);
  EXPECT_EQ(arguments.files, QStringList("a.jsonl"));
}

TEST(ArgumentsOfTheWindow, describe_pictures_to_render) {
  const Arguments arguments = parseArguments({"--render", "a.jsonl", "--output=out", "--charts", "frontier,blocks",
                                              "--theme", "dark", "--scale", "2", "--format", "svg,csv"});
  EXPECT_EQ(arguments.mode, Mode::render);
  EXPECT_EQ(arguments.run, "a.jsonl");
  EXPECT_EQ(arguments.output, "out");
  EXPECT_EQ(arguments.charts, QStringList({"frontier", "blocks"}));
  EXPECT_EQ(arguments.formats, QStringList({"svg", "csv"}));
  EXPECT_TRUE(arguments.dark);
  EXPECT_EQ(arguments.scale, 2.0);
}

TEST(ArgumentsOfTheWindow, ask_for_help_whatever_else_they_say) {
  EXPECT_EQ(parseArguments({"--render", "x", "--help"}).mode, Mode::help);
  EXPECT_EQ(parseArguments({"--version"}).mode, Mode::version);
  EXPECT_TRUE(argumentsHelp().contains("--render"));
}

TEST(ArgumentsOfTheWindow, that_are_wrong_say_what_was_expected) {
  const auto problem = [](const QStringList& words) {
    const Arguments arguments = parseArguments(words);
    return arguments.mode == Mode::wrong ? arguments.problem : QString("accepted");
  };
  EXPECT_TRUE(problem({"--sclae", "2"}).contains("--sclae"));
  EXPECT_TRUE(problem({"--render"}).contains("expected a value"));
  EXPECT_TRUE(problem({"--render", "a"}).contains("--output"));
  EXPECT_TRUE(problem({"--output", "a"}).contains("--render"));
  EXPECT_TRUE(problem({"--theme", "blue"}).contains("light or dark"));
  EXPECT_TRUE(problem({"--render", "a", "--output", "b", "--format", "gif"}).contains("png, svg or csv"));
  EXPECT_TRUE(problem({"--format", "svg"}).contains("--render"));
  EXPECT_TRUE(problem({"--scale", "100"}).contains("0.5 to 4"));
  EXPECT_TRUE(problem({"--render", "a", "--output", "b", "c"}).contains("no file"));
}

}  // namespace
}  // namespace remat
