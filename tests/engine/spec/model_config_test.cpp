#include "engine/spec/model_config.h"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

ModelConfig parse(const std::string& text) { return parseModelConfig(text, "config.json", "model"); }

/// A config of `model_type` with some more members: withKeys("llama", R"("head_dim": 64)").
ModelConfig withKeys(const std::string& model_type, const std::string& members) {
  return parse(R"({"model_type": ")" + model_type + "\"" + (members.empty() ? "" : ", ") + members + "}");
}

// ---- defaults -------------------------------------------------------------------------------------------------------

TEST(ModelConfigDefaults, LlamaIsTheSevenBillionModel) {
  ModelConfig expected;
  expected.name = "model";
  expected.model_type = "llama";
  expected.vocab_size = 32000;
  expected.hidden_size = 4096;
  expected.intermediate_size = 11008;
  expected.num_hidden_layers = 32;
  expected.num_attention_heads = 32;
  expected.num_key_value_heads = 32;
  expected.head_dim = 128;
  expected.max_position_embeddings = 2048;
  expected.hidden_act = "silu";
  expected.norm_eps = 1e-6;
  EXPECT_EQ(withKeys("llama", ""), expected);
}

TEST(ModelConfigDefaults, MistralHasEightKeyValueHeadsAndAWindow) {
  ModelConfig expected = withKeys("llama", "");
  expected.model_type = "mistral";
  expected.intermediate_size = 14336;
  expected.num_key_value_heads = 8;
  expected.max_position_embeddings = 131072;
  expected.sliding_window = 4096;
  EXPECT_EQ(withKeys("mistral", ""), expected);
}

TEST(ModelConfigDefaults, Qwen2HasBiasesOnQueryKeyAndValueOnlyAndNoWindow) {
  ModelConfig expected = withKeys("llama", "");
  expected.model_type = "qwen2";
  expected.vocab_size = 151936;
  expected.intermediate_size = 22016;
  expected.max_position_embeddings = 32768;
  expected.attention_bias = true;
  expected.attention_output_bias = false;
  EXPECT_EQ(withKeys("qwen2", ""), expected);
}

TEST(ModelConfigDefaults, Qwen3HasNormsOnQueryAndKeyAndHeadsOf128) {
  ModelConfig expected = withKeys("qwen2", "");
  expected.model_type = "qwen3";
  expected.attention_bias = false;
  expected.qk_norm = true;
  EXPECT_EQ(withKeys("qwen3", ""), expected);
  EXPECT_EQ(withKeys("qwen3", R"("hidden_size": 1024, "num_attention_heads": 16, "num_key_value_heads": 8)").head_dim,
            128);
}

TEST(ModelConfigDefaults, Gpt2IsTheSmallModelWithBiasesEverywhere) {
  ModelConfig expected;
  expected.name = "model";
  expected.model_type = "gpt2";
  expected.vocab_size = 50257;
  expected.hidden_size = 768;
  expected.intermediate_size = 3072;
  expected.num_hidden_layers = 12;
  expected.num_attention_heads = 12;
  expected.num_key_value_heads = 12;
  expected.head_dim = 64;
  expected.max_position_embeddings = 1024;
  expected.hidden_act = "gelu_new";
  expected.norm_eps = 1e-5;
  expected.tie_word_embeddings = true;
  expected.attention_bias = expected.attention_output_bias = expected.mlp_bias = true;
  expected.embedding_dropout = expected.hidden_dropout = expected.attention_dropout = 0.1;
  EXPECT_EQ(withKeys("gpt2", ""), expected);
}

TEST(ModelConfigDefaults, BertIsTheBaseModelAndItsClassifierDropsOutLikeItsLayers) {
  ModelConfig expected = withKeys("gpt2", "");
  expected.model_type = "bert";
  expected.vocab_size = 30522;
  expected.max_position_embeddings = 512;
  expected.type_vocab_size = 2;
  expected.pad_token_id = 0;
  expected.hidden_act = "gelu";
  expected.norm_eps = 1e-12;
  expected.classifier_dropout = 0.1;
  EXPECT_EQ(withKeys("bert", ""), expected);
}

TEST(ModelConfigDefaults, RobertaDiffersFromBertInVocabularyAndPadding) {
  ModelConfig expected = withKeys("bert", "");
  expected.model_type = "roberta";
  expected.vocab_size = 50265;
  expected.pad_token_id = 1;
  EXPECT_EQ(withKeys("roberta", ""), expected);
}

// ---- real files -----------------------------------------------------------------------------------------------------

struct RealConfig {
  std::string name;
  std::string model_type;
  std::vector<std::int64_t>
      sizes;  // vocabulary, hidden, intermediate, layers, heads, key-value heads, head_dim, positions
  double norm_eps;
  double rope_theta;
  bool tied;
  std::int64_t pad_token_id;
};

TEST(RealConfigs, AreReadWithTheirPublishedValues) {
  const std::vector<RealConfig> configs = {
      {"bert-base-uncased", "bert", {30522, 768, 3072, 12, 12, 12, 64, 512}, 1e-12, 1e4, true, 0},
      {"bert-large-uncased-whole-word-masking", "bert", {30522, 1024, 4096, 24, 16, 16, 64, 512}, 1e-12, 1e4, true, 0},
      {"gpt2", "gpt2", {50257, 768, 3072, 12, 12, 12, 64, 1024}, 1e-5, 1e4, true, -1},
      {"gpt2-medium", "gpt2", {50257, 1024, 4096, 24, 16, 16, 64, 1024}, 1e-5, 1e4, true, -1},
      {"gpt2-xl", "gpt2", {50257, 1600, 6400, 48, 25, 25, 64, 1024}, 1e-5, 1e4, true, -1},
      {"llama-2-7b", "llama", {32000, 4096, 11008, 32, 32, 32, 128, 2048}, 1e-5, 1e4, false, 0},
      {"llama-3-8b", "llama", {128256, 4096, 14336, 32, 32, 8, 128, 8192}, 1e-5, 5e5, false, -1},
      {"llama-3.2-1b", "llama", {128256, 2048, 8192, 16, 32, 8, 64, 131072}, 1e-5, 5e5, true, -1},
      {"mistral-7b-v0.1", "mistral", {32000, 4096, 14336, 32, 32, 8, 128, 32768}, 1e-5, 1e4, false, -1},
      {"qwen2.5-0.5b", "qwen2", {151936, 896, 4864, 24, 14, 2, 64, 32768}, 1e-6, 1e6, true, -1},
      {"qwen2.5-7b", "qwen2", {152064, 3584, 18944, 28, 28, 4, 128, 131072}, 1e-6, 1e6, false, -1},
      {"qwen3-0.6b", "qwen3", {151936, 1024, 3072, 28, 16, 8, 128, 40960}, 1e-6, 1e6, true, -1},
      {"qwen3-8b", "qwen3", {151936, 4096, 12288, 36, 32, 8, 128, 40960}, 1e-6, 1e6, false, -1},
      {"roberta-large", "roberta", {50265, 1024, 4096, 24, 16, 16, 64, 514}, 1e-5, 1e4, true, 1},
      {"smollm2-135m", "llama", {49152, 576, 1536, 30, 9, 3, 64, 8192}, 1e-5, 1e5, true, 2},
      {"tinyllama-1.1b-chat-v1.0", "llama", {32000, 2048, 5632, 22, 32, 4, 64, 2048}, 1e-5, 1e4, false, -1},
  };
  for (const RealConfig& expected : configs) {
    SCOPED_TRACE(expected.name);
    const ModelConfig c = loadModelConfig(std::string(REMAT_TEST_DATA_DIR "/configs/") + expected.name + ".json");
    EXPECT_EQ(c.name, expected.name);
    EXPECT_EQ(c.model_type, expected.model_type);
    EXPECT_EQ((std::vector{c.vocab_size, c.hidden_size, c.intermediate_size, c.num_hidden_layers, c.num_attention_heads,
                           c.num_key_value_heads, c.head_dim, c.max_position_embeddings}),
              expected.sizes);
    EXPECT_EQ(c.norm_eps, expected.norm_eps);
    EXPECT_EQ(c.rope.rope_theta, expected.rope_theta);
    EXPECT_EQ(c.tie_word_embeddings, expected.tied);
    EXPECT_EQ(c.pad_token_id, expected.pad_token_id);
    EXPECT_TRUE(c.architecture.has_value());
  }
}

TEST(RealConfigs, ScaleRotaryFrequenciesOnlyInLlama32) {
  const RopeParameters scaled = loadModelConfig(REMAT_TEST_DATA_DIR "/configs/llama-3.2-1b.json").rope;
  EXPECT_EQ(scaled, (RopeParameters{"llama3", 500000.0, 32.0, 1.0, 4.0, 8192.0}));
  EXPECT_EQ(loadModelConfig(REMAT_TEST_DATA_DIR "/configs/llama-3-8b.json").rope.rope_type, "default");
}

TEST(RealConfigs, UseTheirWindowInMistralAndNotInQwen) {
  EXPECT_EQ(loadModelConfig(REMAT_TEST_DATA_DIR "/configs/mistral-7b-v0.1.json").sliding_window, 4096);
  EXPECT_EQ(loadModelConfig(REMAT_TEST_DATA_DIR "/configs/qwen2.5-7b.json").sliding_window, std::nullopt);
}

// ---- what keys mean -------------------------------------------------------------------------------------------------

TEST(ModelConfigKeys, AKeyValueHeadCountOfNullMeansOnePerHead) {
  for (const char* model_type : {"llama", "mistral", "qwen2", "qwen3"}) {
    EXPECT_EQ(withKeys(model_type, R"("num_key_value_heads": null)").num_key_value_heads, 32) << model_type;
  }
}

TEST(ModelConfigKeys, AHeadDimNeedNotMultiplyToTheHiddenSize) {
  EXPECT_EQ(withKeys("mistral", R"("hidden_size": 5120, "head_dim": 128)").head_dim, 128);
  EXPECT_EQ(withKeys("qwen3", R"("hidden_size": 2048, "head_dim": null)").head_dim, 64);
}

TEST(ModelConfigKeys, Gpt2ReadsBothItsOwnNamesAndTheGeneralOnes) {
  const ModelConfig own = withKeys("gpt2", R"("n_embd": 128, "n_layer": 3, "n_head": 4, "n_positions": 64)");
  const ModelConfig general = withKeys(
      "gpt2", R"("hidden_size": 128, "num_hidden_layers": 3, "num_attention_heads": 4, "max_position_embeddings": 64)");
  EXPECT_EQ(own, general);
  EXPECT_EQ(own.hidden_size, 128);
  EXPECT_EQ(own.num_hidden_layers, 3);
  EXPECT_EQ(own.head_dim, 32);
  EXPECT_EQ(own.max_position_embeddings, 64);
  EXPECT_EQ(withKeys("gpt2", R"("n_embd": 128, "hidden_size": 128, "n_head": 4)").hidden_size, 128);
}

TEST(ModelConfigKeys, Gpt2WithoutAnInnerSizeUsesFourTimesTheHiddenSize) {
  EXPECT_EQ(withKeys("gpt2", R"("n_inner": null)").intermediate_size, 3072);
  EXPECT_EQ(withKeys("gpt2", R"("n_inner": 100)").intermediate_size, 100);
}

TEST(ModelConfigKeys, BiasesFollowTheFamily) {
  const ModelConfig llama = withKeys("llama", R"("attention_bias": true, "mlp_bias": true)");
  EXPECT_TRUE(llama.attention_bias && llama.attention_output_bias && llama.mlp_bias);
  const ModelConfig mistral = withKeys("mistral", R"("attention_bias": true, "mlp_bias": true)");
  EXPECT_FALSE(mistral.attention_bias || mistral.attention_output_bias || mistral.mlp_bias);
  const ModelConfig qwen2 = withKeys("qwen2", R"("attention_bias": false)");
  EXPECT_TRUE(qwen2.attention_bias && !qwen2.attention_output_bias);
  const ModelConfig qwen3 = withKeys("qwen3", R"("attention_bias": true)");
  EXPECT_TRUE(qwen3.attention_bias && qwen3.attention_output_bias && !qwen3.mlp_bias);
}

TEST(ModelConfigKeys, DropoutOfGpt2HasThreeNames) {
  const ModelConfig c = withKeys("gpt2", R"("embd_pdrop": 0.2, "resid_pdrop": 0, "attn_pdrop": 0.3)");
  EXPECT_EQ(c.embedding_dropout, 0.2);
  EXPECT_EQ(c.hidden_dropout, 0.0);
  EXPECT_EQ(c.attention_dropout, 0.3);
}

TEST(ModelConfigKeys, DropoutOfBertGoesToTheClassifierUnlessThatHasItsOwn) {
  const ModelConfig c = withKeys("bert", R"("hidden_dropout_prob": 0.3, "classifier_dropout": null)");
  EXPECT_EQ(c.embedding_dropout, 0.3);
  EXPECT_EQ(c.hidden_dropout, 0.3);
  EXPECT_EQ(c.classifier_dropout, 0.3);
  EXPECT_EQ(withKeys("roberta", R"("classifier_dropout": 0.0)").classifier_dropout, 0.0);
}

TEST(ModelConfigKeys, APaddingIndexBelowZeroCountsFromTheLastRow) {
  EXPECT_EQ(withKeys("llama", R"("pad_token_id": -1)").pad_token_id, 31999);
  EXPECT_EQ(withKeys("bert", R"("pad_token_id": null)").pad_token_id, -1);
}

TEST(ModelConfigKeys, TheEmbeddingOfGpt2HasNoPaddingRow) {
  const ModelConfig c = withKeys("gpt2", R"("pad_token_id": 7)");
  EXPECT_EQ(c.pad_token_id, -1);
  EXPECT_EQ(c.other_keys.at("pad_token_id"), "7");
}

TEST(ModelConfigKeys, LabelsComeFromTheirNamesElseTheirNumberElseTwo) {
  EXPECT_EQ(withKeys("bert", R"("id2label": {"0": "a", "1": "b", "2": "c"}, "num_labels": 5)").num_labels, 3);
  EXPECT_EQ(withKeys("bert", R"("num_labels": 5)").num_labels, 5);
  EXPECT_EQ(withKeys("bert", R"("id2label": null)").num_labels, 2);
}

TEST(ModelConfigKeys, KeysThatDecideNothingAreKeptAsJson) {
  const ModelConfig c = withKeys("llama", R"("use_cache": true, "eos_token_id": [1, 2], "a.b": {"c": null}, "t": NaN)");
  EXPECT_EQ(c.other_keys,
            (std::map<std::string, std::string>{
                {"use_cache", "true"}, {"eos_token_id", "[1,2]"}, {"a.b", R"({"c":null})"}, {"t", R"("NaN")"}}));
}

TEST(ModelConfigKeys, AnEmptyKeyIsAKeyLikeAnyOther) {
  EXPECT_EQ(withKeys("gpt2", R"("": 5)").other_keys, (std::map<std::string, std::string>{{"", "5"}}));
}

TEST(ModelConfigKeys, TheFirstArchitectureIsKeptAndMayBeAbsent) {
  EXPECT_EQ(withKeys("bert", R"("architectures": ["BertModel", "X"])").architecture, "BertModel");
  EXPECT_EQ(withKeys("bert", R"("architectures": null)").architecture, std::nullopt);
  EXPECT_EQ(withKeys("bert", R"("architectures": [])").architecture, std::nullopt);
}

// ---- rotary positions -----------------------------------------------------------------------------------------------

TEST(RotaryParameters, OfTransformersFourAreTwoKeys) {
  const RopeParameters rope =
      withKeys("llama", R"("rope_theta": 1000, "rope_scaling": {"type": "linear", "factor": 2})").rope;
  EXPECT_EQ(rope.rope_type, "linear");
  EXPECT_EQ(rope.rope_theta, 1000.0);
  EXPECT_EQ(rope.factor, 2.0);
}

TEST(RotaryParameters, OfTransformersFiveAreOneObjectThatGoesFirst) {
  const ModelConfig c = withKeys("llama", R"("rope_theta": 7, "rope_scaling": {"type": "linear", "factor": 3},
      "rope_parameters": {"rope_type": "default", "rope_theta": 2e4})");
  EXPECT_EQ(c.rope.rope_type, "default");
  EXPECT_EQ(c.rope.rope_theta, 20000.0);
  EXPECT_TRUE(c.other_keys.contains("rope_scaling")) << "what was not used stays visible";
}

TEST(RotaryParameters, TakeAThetaFromTheTopWhenTheObjectHasNone) {
  EXPECT_EQ(withKeys("llama", R"("rope_theta": 7, "rope_parameters": {"rope_type": "default"})").rope.rope_theta, 7.0);
}

TEST(RotaryParameters, OfTypeLlama3DefaultToTheLengthOfTheModel) {
  const std::string scaling =
      R"("rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4})";
  EXPECT_EQ(withKeys("llama", scaling).rope.original_max_position_embeddings, 2048.0);
}

TEST(RotaryParameters, MayBeNullOrEmpty) {
  EXPECT_EQ(withKeys("llama", R"("rope_scaling": null, "rope_parameters": {})").rope, RopeParameters{});
}

TEST(RotaryParameters, ThatAreNotUnderstoodAreKept) {
  const ModelConfig c = withKeys("llama", R"("rope_scaling": {"type": "linear", "factor": 2, "beta": 1})");
  EXPECT_EQ(c.other_keys.at("rope_scaling/beta"), "1");
}

// ---- sliding windows ------------------------------------------------------------------------------------------------

TEST(SlidingWindow, OfMistralHoldsForAllLayersUnlessNull) {
  const ModelConfig c = withKeys("mistral", R"("sliding_window": 100)");
  EXPECT_EQ(c.sliding_window, 100);
  EXPECT_EQ(c.first_sliding_layer, 0);
  EXPECT_EQ(withKeys("mistral", R"("sliding_window": null)").sliding_window, std::nullopt);
}

TEST(SlidingWindow, OfQwenIsOffUnlessAskedForAndStartsAtMaxWindowLayers) {
  for (const char* model_type : {"qwen2", "qwen3"}) {
    EXPECT_EQ(withKeys(model_type, R"("sliding_window": NaN, "max_window_layers": -5)").sliding_window, std::nullopt);
    const ModelConfig on = withKeys(model_type, R"("use_sliding_window": true)");
    EXPECT_EQ(on.sliding_window, 4096);
    EXPECT_EQ(on.first_sliding_layer, 28);
    EXPECT_EQ(withKeys(model_type, R"("use_sliding_window": true, "max_window_layers": 0)").first_sliding_layer, 0);
    EXPECT_EQ(withKeys(model_type, R"("use_sliding_window": true, "sliding_window": null)").sliding_window,
              std::nullopt);
  }
}

TEST(SlidingWindow, MayBeSaidLayerByLayer) {
  const std::string three = R"("num_hidden_layers": 3, "use_sliding_window": true, "layer_types": )";
  const ModelConfig c = withKeys("qwen3", three + R"(["full_attention", "sliding_attention", "sliding_attention"])");
  EXPECT_EQ(c.sliding_window, 4096);
  EXPECT_EQ(c.first_sliding_layer, 1);
  const ModelConfig full = withKeys("qwen3", three + R"(["full_attention", "full_attention", "full_attention"])");
  EXPECT_EQ(full.sliding_window, std::nullopt);
}

TEST(SlidingWindow, IsNotForLlama) {
  const ModelConfig c = withKeys("llama", R"("sliding_window": 100)");
  EXPECT_EQ(c.sliding_window, std::nullopt);
  EXPECT_EQ(c.other_keys.at("sliding_window"), "100");
}

// ---- JSON as Python writes it ---------------------------------------------------------------------------------------

TEST(ConfigText, MayHoldNumbersThatJsonDoesNotHave) {
  const ModelConfig c = withKeys("llama", R"("a": [0.0, Infinity, -Infinity, NaN], "b": 1e999, "c": -1e999, "d": 1e-999,
      "vocab_size": 100, "e": "NaN", "true": true)");
  EXPECT_EQ(c.vocab_size, 100) << "the replaced numbers must not shift the others";
  EXPECT_EQ(c.other_keys.at("a"), R"([0.0,"Infinity","-Infinity","NaN"])");
  EXPECT_EQ(c.other_keys.at("b"), R"("Infinity")");
  EXPECT_EQ(c.other_keys.at("c"), R"("-Infinity")");
  EXPECT_EQ(c.other_keys.at("d"), "0.0");
}

TEST(ConfigText, MayWriteWholeNumbersWithAPoint) {
  EXPECT_EQ(withKeys("llama", R"("num_hidden_layers": 10.0, "vocab_size": 1e3)").num_hidden_layers, 10);
}

TEST(ConfigText, MayStartWithBlankLinesOrAByteOrderMark) {
  EXPECT_EQ(parse("\xEF\xBB\xBF\n \t\r\n{\"model_type\": \"bert\"}").model_type, "bert");
}

TEST(ConfigText, UsesTheLastOfEqualKeys) {
  EXPECT_EQ(withKeys("bert", R"("vocab_size": 5, "vocab_size": 6)").vocab_size, 6);
}

TEST(SupportedModelTypes, AreSorted) {
  EXPECT_EQ(supportedModelTypes(),
            (std::vector<std::string>{"bert", "gpt2", "llama", "mistral", "qwen2", "qwen3", "roberta"}));
}

}  // namespace
}  // namespace remat
