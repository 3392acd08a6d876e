// Bad input: each message says where, what was expected, what was found and what to do.
#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/spec/error.h"
#include "engine/spec/model_config.h"

namespace remat {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

ModelConfig parse(const std::string& text) { return parseModelConfig(text, "config.json", "model"); }

/// A config of `model_type` with some more members: withKeys("llama", R"("head_dim": 64)").
ModelConfig withKeys(const std::string& model_type, const std::string& members) {
  return parse(R"({"model_type": ")" + model_type + "\"" + (members.empty() ? "" : ", ") + members + "}");
}

/// The message of the Error that `action` throws; a failure if it throws none or another kind.
template <typename Action>
std::string messageOf(Action action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::bad_input);
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return {};
}

// ---- bad input ------------------------------------------------------------------------------------------------------

struct BadKeys {
  std::string model_type;
  std::string members;
  std::vector<std::string> parts;  // the first one starts the message
};

TEST(BadConfig, SaysWhereWhatWasExpectedWhatWasFoundAndWhatToDo) {
  const std::vector<BadKeys> cases = {
      {"llama",
       R"("num_attention_heads": 30)",
       {"config.json /num_attention_heads: must be a divisor of hidden_size 4096, got 30; "}},
      {"mistral",
       R"("num_attention_heads": 30)",
       {"config.json /num_attention_heads: must be a divisor of hidden_size 4096, got 30; "}},
      {"llama",
       R"("num_attention_heads": 30, "head_dim": 128, "num_key_value_heads": 2)",
       {"config.json /num_attention_heads: must be a divisor"}},
      {"bert",
       R"("hidden_size": 100)",
       {"config.json /num_attention_heads: must be a divisor of hidden_size 100, got the default 12; "}},
      {"gpt2", R"("n_head": 7)", {"config.json /n_head: must be a divisor of n_embd 768, got 7; "}},
      {"gpt2",
       R"("num_attention_heads": 7)",
       {"config.json /num_attention_heads: must be a divisor of n_embd 768, got 7; "}},
      {"gpt2",
       R"("n_embd": 128, "hidden_size": 256)",
       {"config.json /hidden_size: must be equal to n_embd 128", "got 256; remove one"}},
      {"llama",
       R"("num_key_value_heads": 5)",
       {"config.json /num_key_value_heads: must be a divisor of num_attention_heads 32, got 5; "}},
      {"qwen2",
       R"("num_attention_heads": 16)",
       {"config.json /num_key_value_heads: must be a divisor of num_attention_heads 16, got the default 32; "}},
      {"qwen3", R"("head_dim": 63)", {"config.json /head_dim: must be such that head_dim is even, got head_dim 63; "}},
      {"llama",
       R"("hidden_size": 0)",
       {"config.json /hidden_size: must be a whole number from 1 to 1099511627776, got 0; ", "default 4096"}},
      {"llama", R"("hidden_size": -4096)", {"config.json /hidden_size: must be a whole number", "got -4096; "}},
      {"llama", R"("hidden_size": 9223372036854775807)", {"config.json /hidden_size: ", "got 9223372036854775807; "}},
      {"llama", R"("hidden_size": 9223372036854775808)", {"config.json /hidden_size: ", "got 9223372036854775808; "}},
      {"llama",
       R"("hidden_size": 18446744073709551616)",
       {"config.json /hidden_size: ", "got 1.8446744073709552e+19; "}},
      {"llama", R"("hidden_size": 1099511627777)", {"config.json /hidden_size: ", "got 1099511627777; "}},
      {"llama",
       R"("num_hidden_layers": 100001)",
       {"config.json /num_hidden_layers: must be a whole number from 1 to 100000, got 100001; "}},
      {"llama",
       R"("vocab_size": 1099511627776)",
       {"config.json /vocab_size: must be small enough for vocab_size * hidden_size 4096",
        "2^40, got 1099511627776; "}},
      {"llama",
       R"("num_hidden_layers": 100000, "hidden_size": 524288)",
       {"config.json /num_hidden_layers: must be small enough for a model of at most 2^50 parameters, got 100000; "}},
      {"llama",
       R"("head_dim": 1000000000)",
       {"config.json /num_attention_heads: must be small enough for num_attention_heads * head_dim 1000000000 * hidden_size 4096 elements"}},
      {"bert",
       R"("max_position_embeddings": 1000000000000)",
       {"config.json /max_position_embeddings: must be small enough"}},
      {"llama", R"("hidden_size": "4096")", {"config.json /hidden_size: must be a whole number", "got \"4096\"; "}},
      {"llama", R"("hidden_size": true)", {"config.json /hidden_size: must be a whole number", "got true; "}},
      {"llama", R"("hidden_size": null)", {"config.json /hidden_size: must be a whole number", "got null; "}},
      {"llama", R"("hidden_size": [4096])", {"config.json /hidden_size: must be a whole number", "got a list of 1; "}},
      {"llama", R"("hidden_size": {})", {"config.json /hidden_size: must be a whole number", "got an object; "}},
      {"llama", R"("hidden_size": 4096.5)", {"config.json /hidden_size: must be a whole number", "got 4096.5; "}},
      {"llama", R"("hidden_size": NaN)", {"config.json /hidden_size: must be a whole number", "got NaN; "}},
      {"llama",
       R"("rms_norm_eps": Infinity)",
       {"config.json /rms_norm_eps: must be finite and a number from 0 to 1, got Infinity; ", "default 1e-06"}},
      {"llama",
       R"("rope_theta": 1e999)",
       {"config.json /rope_theta: must be finite and a number above 0, got Infinity; "}},
      {"llama", R"("rope_theta": 0)", {"config.json /rope_theta: must be a number above 0, got 0; "}},
      {"llama",
       R"("attention_dropout": 1.5)",
       {"config.json /attention_dropout: must be a number from 0 to 1, got 1.5; "}},
      {"llama", R"("tie_word_embeddings": 1)", {"config.json /tie_word_embeddings: must be true or false, got 1; "}},
      {"llama",
       R"("hidden_act": "swiglu")",
       {"config.json /hidden_act: must be one of silu, gelu, gelu_new, gelu_pytorch_tanh, relu, got \"swiglu\"; "}},
      {"llama", R"("hidden_act": 3)", {"config.json /hidden_act: must be a text in quotes, got 3; "}},
      {"llama",
       R"("pad_token_id": 32000)",
       {"config.json /pad_token_id: must be a whole number from -32000 to 31999, got 32000; "}},
      {"roberta", R"("pad_token_id": null)", {"config.json /pad_token_id: must be a whole number", "got null; "}},
      {"roberta", R"("vocab_size": 1)", {"config.json /vocab_size: must be above pad_token_id 1, got 1; "}},
      {"roberta",
       R"("max_position_embeddings": 2)",
       {"config.json /max_position_embeddings: must be above pad_token_id 1 + 1, got 2; "}},
      {"llama",
       R"("rope_scaling": {"rope_type": "yarn", "factor": 4})",
       {"config.json /rope_scaling/rope_type: must be one of default, linear, llama3, got \"yarn\"; "}},
      {"llama",
       R"("rope_scaling": {"type": "dynamic", "factor": 4})",
       {"config.json /rope_scaling/type: must be one of default, linear, llama3, got \"dynamic\"; "}},
      {"llama",
       R"("rope_scaling": {"type": "linear"})",
       {"config.json /rope_scaling/factor: must be a number of at least 1, got nothing; "}},
      {"llama",
       R"("rope_parameters": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4})",
       {"config.json /rope_parameters/high_freq_factor: must be above low_freq_factor 4, got 4; "}},
      {"qwen2",
       R"("rope_parameters": {"full_attention": {"rope_theta": 1}})",
       {"config.json /rope_parameters/full_attention: must be absent, got an object; "}},
      {"llama", R"("rope_scaling": 5)", {"config.json /rope_scaling: must be an object, got 5; "}},
      {"mistral", R"("sliding_window": 0)", {"config.json /sliding_window: must be a whole number from 1", "got 0; "}},
      {"qwen2",
       R"("layer_types": ["full_attention"])",
       {"config.json /layer_types: must be a list of num_hidden_layers 32 entries, got a list of 1; "}},
      {"qwen2",
       R"("num_hidden_layers": 1, "layer_types": ["mamba"])",
       {"config.json /layer_types: must be full_attention or sliding_attention in every entry, got \"mamba\"; "}},
      {"qwen2",
       R"("num_hidden_layers": 1, "layer_types": ["sliding_attention"])",
       {"config.json /layer_types: must be full_attention everywhere when no sliding window is on"}},
      {"mistral",
       R"("num_hidden_layers": 2, "layer_types": ["sliding_attention", "full_attention"])",
       {"config.json /layer_types: must be full_attention layers first"}},
      {"bert",
       R"("is_decoder": true)",
       {"config.json /is_decoder: must be false, got true; this variant is not supported"}},
      {"bert", R"("add_cross_attention": true)", {"config.json /add_cross_attention: must be false, got true; "}},
      {"roberta",
       R"("position_embedding_type": "relative_key")",
       {"config.json /position_embedding_type: must be \"absolute\", got \"relative_key\"; "}},
      {"bert", R"("chunk_size_feed_forward": 8)", {"config.json /chunk_size_feed_forward: must be 0, got 8; "}},
      {"gpt2", R"("scale_attn_weights": false)", {"config.json /scale_attn_weights: must be true, got false; "}},
      {"gpt2",
       R"("scale_attn_by_inverse_layer_idx": true)",
       {"config.json /scale_attn_by_inverse_layer_idx: must be false, got true; "}},
      {"gpt2",
       R"("reorder_and_upcast_attn": true)",
       {"config.json /reorder_and_upcast_attn: must be false, got true; "}},
      {"gpt2", R"("add_cross_attention": true)", {"config.json /add_cross_attention: must be false, got true; "}},
      {"bert",
       R"("id2label": {})",
       {"config.json /id2label: must be an object with at least one label, got an object; "}},
      {"bert", R"("num_labels": 0)", {"config.json /num_labels: must be a whole number from 1 to 1073741824, got 0; "}},
      {"bert", R"("architectures": [3])", {"config.json /architectures: must be a list of texts, got one with 3; "}},
      {"lama",
       "",
       {"config.json /model_type: must be one of bert, gpt2, llama, mistral, qwen2, qwen3, roberta, got \"lama\"; ",
        "did you mean 'llama'?"}},
      {"qwen3_moe", "", {"config.json /model_type: ", "other families are not supported"}},
  };
  for (const BadKeys& bad : cases) {
    SCOPED_TRACE(bad.model_type + " " + bad.members);
    const std::string message = messageOf([&] { (void)withKeys(bad.model_type, bad.members); });
    EXPECT_THAT(message, StartsWith(bad.parts.front()));
    for (const std::string& part : bad.parts) EXPECT_THAT(message, HasSubstr(part));
    EXPECT_EQ(std::count(message.begin(), message.end(), ';'), 1) << message;
  }
}

struct BadText {
  std::string text;
  std::vector<std::string> parts;
};

TEST(BadConfig, ThatIsNoJsonObjectSaysLineAndColumn) {
  std::string members;
  for (int i = 0; i < 100'000; ++i) members += "0,";
  const std::vector<BadText> cases = {
      {"", {"config.json: must be a JSON object, got an empty file; "}},
      {" \n", {"config.json: must be a JSON object, got an empty file; "}},
      {"[1]", {"config.json: must be a JSON object, got a list of 1; "}},
      {"NaN", {"config.json: must be a JSON object, got NaN; "}},
      {"{}", {"config.json /model_type: must be one of bert, gpt2, ", "got nothing; add the key"}},
      {R"({"model_type": null})", {"config.json /model_type: must be one of ", "got null; "}},
      {R"({"model_type": 5})", {"config.json /model_type: must be a text in quotes, got 5; "}},
      {"{\n  \"a\": ,\n}", {"config.json line 2 column 8: must be JSON, got a syntax error", "unexpected ','"}},
      {"\xEF\xBB\xBF{,", {"config.json line 1 column 2: must be JSON"}},
      {"{\"a\": 1", {"config.json line 1 column 8: must be JSON", "unexpected end of input"}},
      {"{\"a\": -NaN}", {"config.json line 1 column ", "must be JSON"}},
      {"{\"a\": Infinit}", {"config.json line 1 column ", "must be JSON"}},
      {"{\"a\": \"\xFF\"}", {"config.json line 1 column 8: must be JSON", "ill-formed UTF-8"}},
      {std::string("{\"a\": \0 1}", 10), {"config.json line 1 column 7: must be JSON"}},
      {"{\"a\": \"" + std::string(2 << 20, 'x') + "\"}",
       {"config.json line 1 column 7: must be a config with texts of at most 1048576 bytes"}},
      {"{\"a\": [" + members + "0]}", {"must be a config of at most 100000 values, got more; "}},
      {std::string(5 << 20, ' '), {"config.json: must be a config of at most 4 MiB, got 5242880 bytes; "}},
      {R"({"model_type": ")" + std::string(100'000, 'x') + "\"}",
       {"/model_type: must be one of", "xxx...; other families"}},
  };
  for (const BadText& bad : cases) {
    SCOPED_TRACE(bad.text.substr(0, 40));
    const std::string message = messageOf([&] { (void)parse(bad.text); });
    for (const std::string& part : bad.parts) EXPECT_THAT(message, HasSubstr(part));
    EXPECT_LT(message.size(), 500U);
  }
}

TEST(BadConfig, NestedAHundredThousandDeepIsRefusedWithoutRecursion) {
  for (const std::string& open : {std::string("["), std::string("{\"a\":")}) {
    std::string text = R"({"model_type": "llama", "x": )";
    for (int i = 0; i < 100'000; ++i) text += open;
    EXPECT_THAT(messageOf([&] { (void)parse(text); }), HasSubstr("must be nested at most 64 levels deep, got more; "));
  }
}

TEST(BadConfig, ValuesInMessagesAreCutBetweenCharacters) {
  std::string act = "x";
  for (int i = 0; i < 100; ++i) act += "\xC3\xA9";
  const std::string message = messageOf([&] { (void)withKeys("llama", "\"hidden_act\": \"" + act + "\""); });
  EXPECT_THAT(message, HasSubstr("\xC3\xA9..."));
}

// ---- files ----------------------------------------------------------------------------------------------------------

class ConfigFile : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }

  // One per test: tests of a program run at the same time.
  const std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / "remat_model_config" /
                                        testing::UnitTest::GetInstance()->current_test_info()->name() / "TinyModel";
};

TEST_F(ConfigFile, NamesTheModelByItsOwnNameOrByItsFolder) {
  EXPECT_EQ(loadModelConfig(write("config.json", R"({"model_type": "bert"})")).name, "TinyModel");
  EXPECT_EQ(loadModelConfig(write("my.model.json", R"({"model_type": "bert"})")).name, "my.model");
}

TEST_F(ConfigFile, ThatCannotBeReadSaysSo) {
  const std::string missing = (folder_ / "missing.json").string();
  EXPECT_EQ(messageOf([&] { (void)loadModelConfig(missing); }),
            missing + ": must be a file, got nothing of that name; check the path");
  EXPECT_EQ(messageOf([&] { (void)loadModelConfig(folder_); }),
            folder_.string() + ": must be a file, got a folder; name the config.json in it");
  EXPECT_THAT(messageOf([&] { (void)loadModelConfig("/dev/null"); }), HasSubstr("got a device or pipe"));
  EXPECT_THAT(messageOf([&] { (void)loadModelConfig(write("empty.json", "")); }), HasSubstr("got an empty file"));
}

TEST_F(ConfigFile, OfAHundredMegabytesIsRefusedBySizeAlone) {
  const auto path = write("weights.json", "{");
  std::filesystem::resize_file(path, 100 << 20);  // sparse: takes no space
  EXPECT_EQ(
      messageOf([&] { (void)loadModelConfig(path); }),
      path.string() +
          ": must be a config of at most 4 MiB, got 104857600 bytes; name the config.json of a model, not its weights");
}

TEST_F(ConfigFile, NamesItselfInEveryMessage) {
  const auto path = write("config.json", R"({"model_type": "bert", "vocab_size": 0})");
  EXPECT_THAT(messageOf([&] { (void)loadModelConfig(path); }), StartsWith(path.string() + " /vocab_size: "));
}

}  // namespace
}  // namespace remat
