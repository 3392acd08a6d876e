// What enters a model from files: weights under the names of any Hugging Face file, token ids and labels.
#include "engine/exec/model_state.h"

#include <functional>

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/exec/small_models.h"

namespace remat {
namespace {

using ::testing::HasSubstr;
using testing::smallConfig;
using testing::smallSpec;

struct Model {
  explicit Model(const std::string& name, Head head = Head::automatic) : config(smallConfig(name)) {
    spec.head = head;
    graph = buildModelGraph(config, spec);
    state = makeModelState(graph, config, spec);
  }
  /// Its own parameters with other values, named as a file names them.
  [[nodiscard]] NamedTensors weights(const std::function<std::string(std::string)>& rename) const {
    NamedTensors result;
    for (std::size_t i = 0; i < graph.parameters.size(); ++i)
      result[rename(graph.parameters[i].name)] = state.parameters[i].detach() + 1.0;
    return result;
  }
  void load(const NamedTensors& weights) { loadParameters(state, graph, weights, "W"); }
  void load(const at::Tensor& ids, const at::Tensor& labels) {
    loadInputs(state, graph, config, {{"input_ids", ids}, {"labels", labels}}, "I");
  }

  ModelConfig config;
  TrainingSpec spec = smallSpec();
  ModelGraph graph;
  ModelState state;
};

std::string complaint(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::bad_input);
    return error.what();
  }
  return "no error";
}

/// As the first BERT files on the Hub.
std::string firstSpelling(std::string name) {
  const auto norm = name.find("LayerNorm.");
  if (norm == std::string::npos) return name;
  return name.substr(0, norm) + (name.ends_with("weight") ? "LayerNorm.gamma" : "LayerNorm.beta");
}

std::string asIs(std::string name) { return name; }

TEST(ModelState, TakesWeightsUnderTheNamesOfAnOldFile) {
  Model model("bert");
  NamedTensors file = model.weights(firstSpelling);
  const NamedTensors expected = model.weights(asIs);
  file["cls.predictions.decoder.weight"] = file.at("bert.embeddings.word_embeddings.weight").clone();
  file["bert.embeddings.position_ids"] = at::zeros({1, 66}, at::kLong);
  model.load(file);
  for (std::size_t i = 0; i < model.graph.parameters.size(); ++i)
    EXPECT_TRUE(at::equal(model.state.parameters[i], expected.at(model.graph.parameters[i].name)));
}

TEST(ModelState, RefusesTwoValuesOfOneWeight) {
  Model model("gpt2");
  NamedTensors file = model.weights(asIs);
  const at::Tensor embedding = file.at("transformer.wte.weight");
  for (const at::Tensor& other : {embedding + 1.0, embedding.to(at::kBFloat16)}) {
    file["lm_head.weight"] = other;
    EXPECT_THAT(complaint([&] { model.load(file); }),
                HasSubstr("W: expected the same values in lm_head.weight and transformer.wte.weight; they are one "
                          "weight in this config"));
  }
}

TEST(ModelState, RefusesWeightsOfAnotherShapeOrOfWholeNumbers) {
  Model model("gpt2");
  NamedTensors file = model.weights(asIs);
  file["transformer.ln_f.bias"] = at::zeros({31});
  EXPECT_EQ(complaint([&] { model.load(file); }), "W transformer.ln_f.bias: expected shape [32], got [31]");
  file["transformer.ln_f.bias"] = at::zeros({32}, at::kLong);
  EXPECT_EQ(complaint([&] { model.load(file); }), "W transformer.ln_f.bias: expected floating point numbers, got Long");
}

TEST(ModelState, TakesLabelsOfTheVocabularyAndMinusHundred) {
  Model model("bert");
  const at::Tensor ids = at::full({2, 12}, 60, at::kLong);
  at::Tensor labels = at::full({2, 12}, -100, at::kLong);
  labels[0][3] = 60;
  labels[1][3] = 0;
  model.load(ids, labels);
  for (const std::int64_t wrong : {-101, -99, -1, 61}) {
    labels[1][5] = wrong;
    EXPECT_EQ(complaint([&] { model.load(ids, labels); }),
              "I labels: expected values from 0 to 60, or -100 for no label, got " + std::to_string(wrong));
  }
}

TEST(ModelState, RefusesTokensOutsideTheVocabulary) {
  Model model("gpt2");
  for (const std::int64_t wrong : {-100, -1, 61})
    EXPECT_EQ(complaint([&] {
                const at::Tensor ids = at::full({2, 12}, wrong, at::kLong);
                model.load(ids, ids);
              }),
              "I input_ids: expected values from 0 to 60, got " + std::to_string(wrong));
}

TEST(ModelState, TakesOneLabelPerSequenceForAClassifier) {
  Model model("bert", Head::sequence_classification);
  const at::Tensor ids = at::zeros({2, 12}, at::kLong);
  model.load(ids, at::full({2}, 1, at::kLong));
  EXPECT_EQ(complaint([&] { model.load(ids, at::full({2}, 2, at::kLong)); }),
            "I labels: expected values from 0 to 1, or -100 for no label, got 2");
  EXPECT_EQ(complaint([&] { model.load(ids, ids); }), "I labels: expected shape [2], got [2, 12]");
}

}  // namespace
}  // namespace remat
