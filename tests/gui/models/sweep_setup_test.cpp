#include "gui/models/sweep_setup.h"

#include <gtest/gtest.h>

#include "gui/models/model_words.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

SweepSetup smallSetup() {
  SweepSetup setup;
  setup.config_path = "/tmp/config.json";
  setup.output = "/tmp/run.remat.jsonl";
  setup.policies = QStringList{"store_all", "full"};
  return setup;
}

TEST(SweepSetups, are_the_command_line_that_measures_them) {
  SweepSetup setup = smallSetup();
  EXPECT_EQ(sweepArguments(setup), QStringList({"sweep", "/tmp/config.json", "--policy", "store_all,full", "--output",
                                                "/tmp/run.remat.jsonl"}));
  setup.batch = "1, 2-4";
  setup.layers = "4";
  setup.precision = "bfloat16";
  setup.memory_cap = "8GiB";
  setup.resume = true;
  EXPECT_EQ(sweepArguments(setup).mid(4),
            QStringList({"--batch", "1,2-4", "--layers", "4", "--dtype", "bfloat16", "--memory-cap", "8GiB", "--output",
                         "/tmp/run.remat.jsonl", "--resume"}));
}

TEST(SweepSetups, count_their_points) {
  SweepSetup setup = smallSetup();
  EXPECT_EQ(pointCount(setup), 2);
  setup.batch = "1-4";
  setup.layers = "2,4";
  EXPECT_EQ(pointCount(setup), 16);
  setup.batch = "4-1";
  EXPECT_EQ(pointCount(setup), std::nullopt);
}

TEST(SweepSetups, say_what_stands_in_the_way_of_measuring) {
  SweepSetup setup = smallSetup();
  EXPECT_TRUE(setupProblems(setup).empty());
  setup.batch = "two";
  setup.policies.clear();
  setup.config_path.clear();
  const auto problems = setupProblems(setup);
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[0].field, SetupField::config);
  EXPECT_EQ(problems[1].field, SetupField::batch);
  EXPECT_TRUE(problems[1].text.contains("got 'two'")) << problems[1].text.toStdString();
  EXPECT_EQ(problems[2].field, SetupField::policies);
  setup.memory_cap = "much";
  EXPECT_EQ(setupProblems(setup).at(2).field, SetupField::memory_cap);
}

TEST(SweepSetups, quote_their_command_for_a_shell) {
  EXPECT_EQ(commandText("rematscope", {"a b", "it's", "x=1,2:3"}), R"(rematscope 'a b' 'it'\''s' x=1,2:3)");
}

TEST(SweepSetups, come_back_from_a_run) {
  const SweepSetup setup = setupOf(parseRun(fileText(sampleRecords()), "x"));
  EXPECT_EQ(setup.config_path, "configs/smollm2-135m.json");
  EXPECT_EQ(setup.batch, "8");
  EXPECT_EQ(setup.layers, "6");
  EXPECT_EQ(setup.policies, QStringList({"store_all", "cheap", "every_n:2", "full", "offload_input"}));
  EXPECT_EQ(setupOf(remat::Run{}), SweepSetup{});
}

TEST(SweepSetups, write_runs_to_files_that_are_not_there) {
  const QString path = newRunPath("a model/7B");
  EXPECT_TRUE(path.contains("a_model_7B-"));
  EXPECT_TRUE(path.endsWith(".remat.jsonl"));
}

TEST(SweepSetups, offer_every_policy_that_needs_no_choice) {
  QStringList names;
  for (const PolicyChoice& choice : policyChoices()) names << choice.policy;
  for (const char* name : {"store_all", "full", "cheap", "every_n:2"}) EXPECT_TRUE(names.contains(name)) << name;
}

TEST(ModelWordsOf, a_config_tell_its_sizes) {
  const ModelWords words = modelWords(REMAT_SOURCE_DIR "/resources/configs/gpt2.json");
  EXPECT_EQ(words.problem, "");
  ASSERT_TRUE(words.config.has_value());
  EXPECT_TRUE(words.text.contains("12 blocks, hidden 768, 12 heads")) << words.text.toStdString();
  EXPECT_TRUE(words.text.contains("124 million parameters")) << words.text.toStdString();
}

TEST(ModelWordsOf, a_config_that_is_not_understood_say_why) {
  const ModelWords words = modelWords(REMAT_SOURCE_DIR "/README.md");
  EXPECT_FALSE(words.config.has_value());
  EXPECT_TRUE(words.problem.contains("README.md")) << words.problem.toStdString();
  EXPECT_FALSE(modelWords("/nowhere/config.json").problem.isEmpty());
}

TEST(ModelWordsOf, a_measured_point_need_no_config) {
  const remat::Run run = parseRun(fileText(sampleRecords()), "x");
  EXPECT_TRUE(modelWords(run.points.back()).text.contains("GPT2LMHeadModel"));
}

TEST(PolicyKeeping, is_counted_from_the_model) {
  const ModelWords words = modelWords(REMAT_SOURCE_DIR "/resources/configs/gpt2.json");
  const auto keeps = policyKeeps(*words.config, TrainingSpec{}, {"store_all", "full", "no_such_policy"});
  ASSERT_EQ(keeps.size(), 3U);
  EXPECT_GT(*keeps[0].retained_bytes, *keeps[1].retained_bytes);
  EXPECT_FALSE(keeps[2].retained_bytes.has_value());
  EXPECT_TRUE(keeps[2].note.contains("no_such_policy"));
}

}  // namespace
}  // namespace remat
