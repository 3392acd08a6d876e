// Lists of names as save_pretrained of transformers 5.23 and the first files of the Hub have them, for one layer.
#include "engine/spec/weight_names.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/spec/graphs.h"

namespace remat {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Names = std::vector<std::string>;

Names operator+(Names left, const Names& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Names prefixed(const std::string& prefix, const Names& names) {
  Names result;
  for (const std::string& name : names) result.push_back(prefix + name);
  return result;
}

Names weightsAndBiases(const Names& modules) {
  Names result;
  for (const std::string& module : modules) result.insert(result.end(), {module + ".weight", module + ".bias"});
  return result;
}

Names without(Names names, const std::string& name) {
  EXPECT_THAT(names, Contains(name));
  std::erase(names, name);
  return names;
}

Names replaced(Names names, const std::string& part, const std::string& by) {
  for (std::string& name : names)
    if (const auto at = name.find(part); at != std::string::npos) name.replace(at, part.size(), by);
  return names;
}

/// GPT2Model
Names gpt2Names() {
  return Names{"wte.weight", "wpe.weight"} + weightsAndBiases({"ln_f"}) +
         prefixed("h.0.", weightsAndBiases({"ln_1", "ln_2", "attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"}));
}

/// BertModel, RobertaModel
Names bertNames() {
  return Names{"embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight",
               "embeddings.token_type_embeddings.weight"} +
         weightsAndBiases({"embeddings.LayerNorm", "pooler.dense"}) +
         prefixed("encoder.layer.0.",
                  weightsAndBiases({"attention.self.query", "attention.self.key", "attention.self.value",
                                    "attention.output.dense", "attention.output.LayerNorm", "intermediate.dense",
                                    "output.dense", "output.LayerNorm"}));
}

Names bertMaskedHead() {
  return Names{"cls.predictions.bias"} +
         weightsAndBiases({"cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm"});
}

Names robertaMaskedHead() { return Names{"lm_head.bias"} + weightsAndBiases({"lm_head.dense", "lm_head.layer_norm"}); }

/// LlamaModel
Names llamaNames() {
  return Names{"embed_tokens.weight", "norm.weight"} +
         prefixed("layers.0.", {"input_layernorm.weight", "post_attention_layernorm.weight", "self_attn.q_proj.weight",
                                "self_attn.k_proj.weight", "self_attn.v_proj.weight", "self_attn.o_proj.weight",
                                "mlp.gate_proj.weight", "mlp.up_proj.weight", "mlp.down_proj.weight"});
}

ModelGraph graphOf(const std::string& model_type, Head head = Head::automatic, const std::string& members = {}) {
  TrainingSpec spec = smallSpec();
  spec.num_hidden_layers = 1;
  spec.head = head;
  return buildModelGraph(smallConfig(model_type, members), spec);
}

const std::string kTied = R"("tie_word_embeddings": true)";
const std::string kUntied = R"("tie_word_embeddings": false)";

/// Names of the file that hold a parameter.
Names holders(const ModelGraph& graph, const Names& names, const std::string& parameter) {
  const WeightNames found = matchWeightNames(graph, names, "W");
  EXPECT_THAT(found, SizeIs(graph.parameters.size()));
  for (std::size_t i = 0; i < found.size(); ++i)
    if (graph.parameters[i].name == parameter) return found[i];
  throw std::out_of_range("no parameter is named " + parameter);
}

std::string complaint(const ModelGraph& graph, const Names& names) {
  return errorOf(ErrorKind::bad_input, [&] { (void)matchWeightNames(graph, names, "W"); });
}

TEST(WeightNames, OfTheSameClassAreThoseOfTheGraph) {
  for (const std::string& family : families()) {
    const ModelGraph graph = graphOf(family);
    Names names;
    for (const Parameter& parameter : graph.parameters) names.push_back(parameter.name);
    std::reverse(names.begin(), names.end());
    for (const std::string& name : names) EXPECT_THAT(holders(graph, names, name), ElementsAre(name));
  }
}

TEST(WeightNames, OfGpt2OnTheHubLackThePrefixAndHaveMasks) {
  const Names names = gpt2Names() + Names{"h.0.attn.bias", "h.0.attn.masked_bias"};
  EXPECT_THAT(holders(graphOf("gpt2"), names, "transformer.wte.weight"), ElementsAre("wte.weight"));
  EXPECT_THAT(holders(graphOf("gpt2"), names, "transformer.h.0.attn.c_attn.bias"), ElementsAre("h.0.attn.c_attn.bias"));
}

TEST(WeightNames, OfBertForPreTrainingHaveAHeadThatIsNotTrainedHere) {
  const Names names = prefixed("bert.", bertNames()) + bertMaskedHead() + weightsAndBiases({"cls.seq_relationship"}) +
                      Names{"bert.embeddings.position_ids"};
  EXPECT_THAT(holders(graphOf("bert"), names, "cls.predictions.bias"), ElementsAre("cls.predictions.bias"));
}

TEST(WeightNames, OfTheFirstBertFilesSpellLayerNormAsTensorFlow) {
  Names names = prefixed("bert.", bertNames()) + bertMaskedHead();
  names = replaced(replaced(names, "LayerNorm.weight", "LayerNorm.gamma"), "LayerNorm.bias", "LayerNorm.beta");
  EXPECT_THAT(holders(graphOf("bert"), names, "bert.encoder.layer.0.output.LayerNorm.bias"),
              ElementsAre("bert.encoder.layer.0.output.LayerNorm.beta"));
}

TEST(WeightNames, OfRobertaOnTheHubHaveAPoolerAndPositions) {
  const Names names =
      prefixed("roberta.", bertNames()) + robertaMaskedHead() + Names{"roberta.embeddings.position_ids"};
  EXPECT_THAT(holders(graphOf("roberta"), names, "lm_head.bias"), ElementsAre("lm_head.bias"));
}

TEST(WeightNames, OfLlamaMayHaveRotaryFrequencies) {
  const Names names = prefixed("model.", llamaNames()) + Names{"lm_head.weight"} +
                      Names{"model.layers.0.self_attn.rotary_emb.inv_freq"};
  EXPECT_THAT(holders(graphOf("llama"), names, "lm_head.weight"), ElementsAre("lm_head.weight"));
}

TEST(WeightNames, OfABaseModelAreEnoughForATiedHead) {
  EXPECT_THAT(holders(graphOf("llama", Head::automatic, kTied), llamaNames(), "model.norm.weight"),
              ElementsAre("norm.weight"));
}

TEST(WeightNames, OfAPoolerAreParametersWhereTheHeadNeedsIt) {
  const ModelGraph graph = graphOf("bert", Head::sequence_classification);
  const Names names = prefixed("bert.", bertNames()) + weightsAndBiases({"classifier"});
  EXPECT_THAT(holders(graph, names, "bert.pooler.dense.bias"), ElementsAre("bert.pooler.dense.bias"));
}

TEST(WeightNames, WithAPrefixThatTheClassDoesNotHaveLoseIt) {
  const Names names = prefixed("model.", llamaNames()) + Names{"model.lm_head.weight"};
  EXPECT_THAT(holders(graphOf("llama"), names, "lm_head.weight"), ElementsAre("model.lm_head.weight"));
}

TEST(WeightNames, OfATiedWeightMayBeBothOrEither) {
  const ModelGraph gpt2 = graphOf("gpt2");
  EXPECT_THAT(holders(gpt2, gpt2Names() + Names{"lm_head.weight"}, "transformer.wte.weight"),
              ElementsAre("wte.weight", "lm_head.weight"));
  EXPECT_THAT(holders(gpt2, without(gpt2Names(), "wte.weight") + Names{"lm_head.weight"}, "transformer.wte.weight"),
              ElementsAre("lm_head.weight"));
  const Names bert = prefixed("bert.", bertNames()) + bertMaskedHead() + weightsAndBiases({"cls.predictions.decoder"});
  EXPECT_THAT(holders(graphOf("bert"), bert, "cls.predictions.bias"),
              ElementsAre("cls.predictions.bias", "cls.predictions.decoder.bias"));
  const Names roberta = prefixed("roberta.", bertNames()) + robertaMaskedHead() + weightsAndBiases({"lm_head.decoder"});
  EXPECT_THAT(holders(graphOf("roberta"), roberta, "roberta.embeddings.word_embeddings.weight"),
              ElementsAre("roberta.embeddings.word_embeddings.weight", "lm_head.decoder.weight"));
}

TEST(WeightNames, OfAnUntiedWeightAreKeptApart) {
  const ModelGraph graph = graphOf("gpt2", Head::automatic, kUntied);
  const Names names = gpt2Names() + Names{"lm_head.weight"};
  EXPECT_THAT(holders(graph, names, "transformer.wte.weight"), ElementsAre("wte.weight"));
  EXPECT_THAT(holders(graph, names, "lm_head.weight"), ElementsAre("lm_head.weight"));
}

TEST(WeightNames, OfABaseModelLackAnUntiedHead) {
  EXPECT_EQ(
      complaint(graphOf("llama"), llamaNames()),
      "W: has no tensor lm_head.weight; the file is of a model without the head of LlamaForCausalLM: save one from "
      "that class, or choose another head with --head");
}

TEST(WeightNames, OfAMaskedLanguageModelLackTheClassifier) {
  const ModelGraph graph = graphOf("bert", Head::sequence_classification);
  const Names names = prefixed("bert.", bertNames()) + bertMaskedHead();
  EXPECT_THAT(complaint(graph, names), HasSubstr("has no tensor classifier.weight (and 1 more), but has "
                                                 "cls.predictions.bias (and 4 more)"));
  EXPECT_THAT(complaint(graph, names), HasSubstr("without the head of BertForSequenceClassification"));
}

TEST(WeightNames, OfNoTensorsAreAllMissing) {
  EXPECT_THAT(complaint(graphOf("gpt2"), {}), HasSubstr("W: has no tensor transformer.wte.weight (and 15 more)"));
}

TEST(WeightNames, ThatMissAParameterOfTheBaseModelDoNotBlameTheHead) {
  const std::string text = complaint(graphOf("gpt2"), without(gpt2Names(), "h.0.ln_1.bias"));
  EXPECT_EQ(text,
            "W: has no tensor transformer.h.0.ln_1.bias; weights need the names of the Hugging Face state dict of this "
            "config");
}

TEST(WeightNames, ThatNobodyKnowsAreRefused) {
  const ModelGraph graph = graphOf("gpt2");
  const std::string remedy = "; is it the file of another config, or of more layers?";
  EXPECT_EQ(complaint(graph, gpt2Names() + Names{"h.1.ln_1.bias", "h.1.ln_1.weight"}),
            "W: has a tensor that this model does not have: h.1.ln_1.bias (and 1 more)" + remedy);
  for (const std::string name : {"h.0.attn.c_attn.lora", "embeddings.position_ids", "pooler.dense.bias", "attn_bias",
                                 "h.0.crossattn.bias", "LayerNorm.gamma", "transformer.", ""})
    EXPECT_EQ(complaint(graph, gpt2Names() + Names{name}),
              "W: has a tensor that this model does not have: " + name + remedy);
}

TEST(WeightNames, OfAnotherFamilyAreNamedBesideWhatIsMissing) {
  EXPECT_THAT(complaint(graphOf("gpt2"), prefixed("model.", llamaNames())),
              HasSubstr("has no tensor transformer.wte.weight (and 15 more), but has model.embed_tokens.weight"));
}

}  // namespace
}  // namespace remat
