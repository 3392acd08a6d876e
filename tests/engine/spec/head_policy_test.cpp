// What policies say about the head: their texts, and the graph whose head is in chunks.
#include "engine/spec/head_policy.h"

#include <map>
#include <numeric>
#include <set>

#include <gmock/gmock.h>

#include "engine/spec/chunked_head.h"
#include "tests/engine/spec/graphs.h"

namespace remat {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

ModelGraph chunkedGraph(const std::string& family, std::int64_t chunks, const TrainingSpec& spec = smallSpec()) {
  return withChunkedHead(smallGraph(family, spec), chunks, spec);
}

const BlockBody& headBody(const ModelGraph& graph) { return graph.body(graph.blockCount() - 1); }

std::vector<std::string> keptInHead(const ModelGraph& graph, const std::string& policy, const TrainingSpec& spec) {
  const Schedule schedule = makeSchedule(graph, makePolicy(policy, graph), spec);
  const std::vector<int> in_head = retainedActivations(graph, schedule).back();
  std::vector<std::string> names;
  for (int kept : in_head) names.push_back(headBody(graph).activations[kept].name);
  return names;
}

std::int64_t retained(const ModelGraph& graph, const std::string& policy, const TrainingSpec& spec) {
  const auto bytes = retainedBytes(graph, makeSchedule(graph, makePolicy(policy, graph), spec), spec.sizes());
  return std::accumulate(bytes.begin(), bytes.end(), std::int64_t{0});
}

TEST(HeadPart, follows_a_policy_or_stands_alone) {
  const HeadPart checkpoint = {HeadPart::Kind::checkpoint, 0};
  const HeadPart chunked = {HeadPart::Kind::chunked, 8};
  const std::map<std::string, PolicyParts> cases = {{"full", {"full", {}}},
                                                    {"full/head_checkpoint", {"full", checkpoint}},
                                                    {"every_n:2/head_chunked:8", {"every_n:2", chunked}},
                                                    {"head_checkpoint", {"store_all", checkpoint}},
                                                    {"head_chunked:8", {"store_all", chunked}}};
  for (const auto& [text, expected] : cases) {
    const PolicyParts parts = splitPolicy(text);
    EXPECT_EQ(parts.layers, expected.layers) << text;
    EXPECT_EQ(parts.head, expected.head) << text;
    EXPECT_EQ(headPartOf(text), expected.head) << text;
  }
  EXPECT_EQ(headPartText(chunked), "head_chunked:8");
  EXPECT_EQ(headPartText(checkpoint), "head_checkpoint");
  EXPECT_EQ(headPartText({}), "");
}

TEST(HeadPart, says_what_was_meant) {
  const auto error = [](const std::string& text) {
    return errorOf(ErrorKind::usage, [&] { (void)makePolicy(text, smallGraph("llama")); });
  };
  EXPECT_THAT(error("full/head_chunkd:8"), HasSubstr("did you mean 'head_chunked'?"));
  EXPECT_THAT(error("head_checkpont"), HasSubstr("did you mean 'head_checkpoint'?"));
  EXPECT_THAT(error("full/"), HasSubstr("expected head_checkpoint or head_chunked:N"));
  EXPECT_THAT(error("ful/head_checkpoint"), HasSubstr("did you mean 'full'?"));
  EXPECT_THAT(error("head_checkpoint:2"), HasSubstr("takes no argument"));
  for (const char* text : {"head_chunked", "head_chunked:", "head_chunked:0", "full/head_chunked:-1", "head_chunked:x"})
    EXPECT_THAT(error(text), HasSubstr("number of chunks of at least 1")) << text;
  EXPECT_LT(error("full/" + std::string(1 << 20, 'x')).size(), 1000U);
}

TEST(HeadPart, has_a_key_of_its_own_in_json) {
  EXPECT_EQ(headPartOfJson(R"({"head": "head_chunked:8"})", "mine.json"), (HeadPart{HeadPart::Kind::chunked, 8}));
  EXPECT_EQ(headPartOfJson("{}", "mine.json"), HeadPart{});
  const auto error = [](const std::string& json) {
    return errorOf(ErrorKind::usage, [&] { (void)policyFromJson(json, "mine.json", smallGraph("llama")); });
  };
  EXPECT_THAT(error(R"({"head": 8})"), HasSubstr("mine.json /head: expected a text"));
  EXPECT_THAT(error(R"({"head": "head_chunked:0"})"), HasSubstr("mine.json /head: expected a number of chunks"));
  EXPECT_THAT(error(R"({"head": "full"})"), HasSubstr("mine.json /head: expected head_checkpoint"));
  EXPECT_THAT(error(R"({"default": "full/head_chunked:2"})"), HasSubstr(R"(write "head": "head_chunked:2")"));
}

TEST(HeadPart, survives_the_json_form) {
  for (const std::string& family : families()) {
    for (const char* text : {"full/head_checkpoint", "every_n:2/head_chunked:3", "head_chunked:1"}) {
      const std::optional<ModelGraph> own = graphForHead(smallGraph(family), headPartOf(text), smallSpec());
      const ModelGraph graph = own.value_or(smallGraph(family));
      CheckpointPolicy policy = makePolicy(text, graph);
      const std::string json = policyToJson(policy, graph);
      EXPECT_EQ(policyFromJson(json, "mine.json", graph), policy) << json;
      EXPECT_EQ(headPartOfJson(json, "mine.json"), headPartOf(text)) << json;
      policy.blocks.back()[2] = Decision::save;  // one decision of its own
      EXPECT_EQ(policyFromJson(policyToJson(policy, graph), "mine.json", graph), policy);
    }
  }
}

TEST(HeadCheckpoint, keeps_nothing_but_input_and_losses) {
  for (const std::string& family : families()) {
    const ModelGraph graph = smallGraph(family);
    EXPECT_THAT(
        keptInHead(graph, "head_checkpoint", smallSpec()),
        testing::UnorderedElementsAre(headBody(graph).activations[headBody(graph).input].name, "loss", "total_weight"))
        << family;
  }
}

TEST(ChunkedHead, makes_the_same_of_parameters_tables_and_other_blocks) {
  for (const std::string& family : families()) {
    const ModelGraph graph = smallGraph(family);
    const ModelGraph chunked = chunkedGraph(family, 3);
    EXPECT_EQ(headChunks(graph), 0);
    EXPECT_EQ(headChunks(chunked), 3);
    EXPECT_EQ(parameterCount(chunked), parameterCount(graph));
    EXPECT_EQ(chunked.tables.size(), graph.tables.size());
    EXPECT_EQ(chunked.blocks.back().parameters, graph.blocks.back().parameters);
    EXPECT_EQ(chunked.bodies.size(), graph.bodies.size());
    EXPECT_EQ(headBody(chunked).activations[headBody(chunked).output].name, "loss");
    const std::int64_t flops = forwardFlops(graph, smallSpec().sizes());
    EXPECT_EQ(forwardFlops(chunked, smallSpec().sizes()), flops + 3) << "two sums and a division more";
  }
}

TEST(ChunkedHead, has_names_of_its_own_and_all_rows_once) {
  for (const Precision precision : {Precision::float32, Precision::bfloat16, Precision::bf16_mixed}) {
    TrainingSpec spec = smallSpec();
    spec.precision = precision;
    const ModelGraph graph = chunkedGraph("llama", 4, spec);
    std::set<std::string> names;
    std::int64_t rows = 0;
    for (const Activation& a : headBody(graph).activations) {
      EXPECT_TRUE(names.insert(a.name).second) << a.name;
      if (!a.name.starts_with("log_probabilities")) continue;
      EXPECT_EQ(a.dtype, Dtype::float32);
      rows += evaluate(a.shape[0], spec.sizes());
    }
    EXPECT_EQ(rows, 10);
    std::set<std::string> ops;
    for (const Op& op : headBody(graph).ops) EXPECT_TRUE(ops.insert(op.name).second) << op.name;
  }
}

TEST(ChunkedHead, casts_a_weight_once_for_all_chunks) {
  TrainingSpec spec = smallSpec();
  spec.precision = Precision::bf16_mixed;
  const ModelGraph graph = chunkedGraph("gpt2", 5, spec);
  int casts = 0;
  for (const Op& op : headBody(graph).ops)
    casts += op.kind == OpKind::cast && op.inputs[0].kind == Operand::Kind::parameter;
  EXPECT_EQ(casts, 1);
}

TEST(ChunkedHead, keeps_no_logits_and_replays_those_of_every_chunk) {
  for (const std::string& family : families()) {
    const ModelGraph graph = chunkedGraph(family, 3);
    for (const std::string& name : keptInHead(graph, "head_chunked:3", smallSpec())) {
      EXPECT_THAT(name, Not(HasSubstr("log"))) << family;
      EXPECT_THAT(name, Not(HasSubstr("rows"))) << family;
    }
    EXPECT_LT(retained(graph, "head_chunked:3", smallSpec()), retained(smallGraph(family), "store_all", smallSpec()));
    std::vector<std::string> replayed;
    const Schedule schedule = makeSchedule(graph, makePolicy("head_chunked:3", graph), smallSpec());
    for (const Action& action : actionsOf(schedule))
      if (action.phase == Phase::recompute) replayed.push_back(headBody(graph).ops[action.op].name);
    EXPECT_THAT(replayed, testing::ElementsAre("split_rows", "logits_2", "log_softmax_2", "logits_1", "log_softmax_1",
                                               "logits_0", "log_softmax_0"))
        << family;
  }
}

TEST(ChunkedHead, is_refused_where_it_cannot_be) {
  const auto error = [](const TrainingSpec& spec, std::int64_t chunks) {
    return errorOf(ErrorKind::usage, [&] { (void)withChunkedHead(smallGraph("bert", spec), chunks, spec); });
  };
  TrainingSpec spec = smallSpec();
  EXPECT_EQ(error(spec, 10), "no error");
  EXPECT_THAT(error(spec, 11), HasSubstr("policy head_chunked:11: expected at most 10 chunks"));
  spec.batch_size = 1000;
  EXPECT_THAT(error(spec, 1025), HasSubstr("expected at most 1024 chunks"));
  spec = smallSpec();
  spec.head = Head::sequence_classification;
  EXPECT_THAT(error(spec, 2), HasSubstr("nothing to chunk: BertForSequenceClassification"));
  spec = smallSpec();
  spec.use_reentrant = true;
  EXPECT_THAT(error(spec, 2), HasSubstr("--use-reentrant"));
  spec = smallSpec();
  spec.early_stop = false;
  EXPECT_THAT(error(spec, 2), HasSubstr("--no-early-stop"));
}

TEST(ChunkedHead, has_a_policy_that_fits_its_graph_only) {
  const ModelGraph whole = smallGraph("llama");
  const auto error = [&](const ModelGraph& graph) {
    return errorOf(ErrorKind::failed, [&] { (void)makePolicy("head_chunked:2", graph); });
  };
  EXPECT_THAT(error(whole), HasSubstr("expected a graph whose head is chunked so"));
  EXPECT_THAT(error(chunkedGraph("llama", 3)), HasSubstr("expected a graph whose head is chunked so"));
  EXPECT_EQ(error(chunkedGraph("llama", 2)), "no error");
}

}  // namespace
}  // namespace remat
