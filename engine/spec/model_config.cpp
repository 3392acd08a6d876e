#include "engine/spec/model_config.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "engine/spec/config_families.h"
#include "engine/spec/config_reader.h"
#include "engine/spec/config_rules.h"
#include "engine/spec/error.h"
#include "engine/spec/json_scan.h"
#include "engine/spec/nearest_name.h"

namespace remat {
namespace {

constexpr std::int64_t kMaxLayers = 100'000;
constexpr NumberRange kFromZeroToOne{0.0, 1.0, "a number from 0 to 1"};
constexpr std::array<std::string_view, 5> kActivations = {"silu", "gelu", "gelu_new", "gelu_pytorch_tanh", "relu"};

template <typename Names>
std::string joined(const Names& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

const ConfigFamily& chooseFamily(ConfigReader& reader) {
  const std::vector<std::string> known = supportedModelTypes();
  std::string model_type;
  if (!reader.has("model_type")) {
    reader.fail("model_type", "one of " + joined(known), "add the key, which decides what all others mean");
  }
  reader.readString("model_type", model_type);
  for (const ConfigFamily& family : configFamilies()) {
    if (family.defaults.model_type == model_type) return family;
  }
  reader.fail("model_type", "one of " + joined(known),
              didYouMean(model_type.substr(0, 64), known, "other families are not supported"));
}

void readSizes(ConfigReader& reader, const ConfigKeys& keys, ModelConfig& config) {
  reader.readInteger("vocab_size", config.vocab_size, {});
  reader.readInteger(keys.hidden_size, config.hidden_size, {});
  // Where the default is derived, a null asks for just that.
  const auto derived = config.intermediate_size == 0 ? std::optional<std::int64_t>(0) : std::nullopt;
  reader.readInteger(keys.intermediate_size, config.intermediate_size, {}, derived);
  reader.readInteger(keys.num_hidden_layers, config.num_hidden_layers, {.max = kMaxLayers});
  reader.readInteger(keys.num_attention_heads, config.num_attention_heads, {});
  reader.readInteger(keys.num_key_value_heads, config.num_key_value_heads, {}, 0);
  reader.readInteger(keys.head_dim, config.head_dim, {}, 0);
  reader.readInteger(keys.max_position_embeddings, config.max_position_embeddings, {});
  reader.readInteger(keys.type_vocab_size, config.type_vocab_size, {});
}

void deriveSizes(const ConfigReader& reader, const ConfigFamily& family, ModelConfig& config) {
  if (config.intermediate_size == 0) config.intermediate_size = 4 * config.hidden_size;
  if (config.num_key_value_heads == 0) config.num_key_value_heads = config.num_attention_heads;
  const bool divides = config.hidden_size % config.num_attention_heads == 0;
  if (!divides && (config.head_dim == 0 || family.heads_divide_hidden_size)) {
    reader.fail(family.keys.num_attention_heads,
                "a divisor of " + std::string(family.keys.hidden_size) + " " + std::to_string(config.hidden_size),
                "correct one of the two",
                shownOrDefault(reader, family.keys.num_attention_heads, config.num_attention_heads));
  }
  if (config.head_dim == 0) config.head_dim = config.hidden_size / config.num_attention_heads;
}

void readPadding(ConfigReader& reader, const ConfigFamily& family, ModelConfig& config) {
  const IntegerRange range{-config.vocab_size, config.vocab_size - 1};
  const auto if_null = family.positions_follow_padding ? std::nullopt : std::optional<std::int64_t>(-1);
  // As torch.nn.Embedding does: a negative index in a file counts from the last row.
  if (reader.readInteger(family.keys.pad_token_id, config.pad_token_id, range, if_null) && config.pad_token_id < 0) {
    config.pad_token_id += config.vocab_size;
  }
  if (config.pad_token_id >= config.vocab_size) {
    reader.fail("vocab_size", "above pad_token_id " + std::to_string(config.pad_token_id), "correct one of the two");
  }
}

void readFeatures(ConfigReader& reader, const ConfigKeys& keys, ModelConfig& config) {
  reader.readString(keys.hidden_act, config.hidden_act);
  if (std::find(kActivations.begin(), kActivations.end(), config.hidden_act) == kActivations.end()) {
    reader.fail(keys.hidden_act, "one of " + joined(kActivations), "other activation functions are not supported");
  }
  reader.readNumber(keys.norm_eps, config.norm_eps, kFromZeroToOne);
  reader.readNumber("initializer_range", config.initializer_range, kFromZeroToOne);
  reader.readBool("tie_word_embeddings", config.tie_word_embeddings);
  if (reader.readBool(keys.attention_bias, config.attention_bias)) config.attention_output_bias = config.attention_bias;
  reader.readBool(keys.mlp_bias, config.mlp_bias);
}

void readDropout(ConfigReader& reader, const ConfigKeys& keys, ModelConfig& config) {
  reader.readNumber(keys.embedding_dropout, config.embedding_dropout, kFromZeroToOne);
  reader.readNumber(keys.hidden_dropout, config.hidden_dropout, kFromZeroToOne);
  reader.readNumber(keys.attention_dropout, config.attention_dropout, kFromZeroToOne);
  reader.readNumber(keys.classifier_dropout, config.classifier_dropout, kFromZeroToOne, -1.0);
  if (config.classifier_dropout < 0) config.classifier_dropout = config.hidden_dropout;
}

void readHead(ConfigReader& reader, ModelConfig& config) {
  const IntegerRange range{1, std::int64_t{1} << 30};
  if (const auto labels = reader.memberCount("id2label")) {
    if (*labels == 0) reader.fail("id2label", "an object with at least one label", "remove the key for 2 labels");
    config.num_labels = *labels;  // as in transformers, whatever num_labels says
  } else {
    reader.readInteger("num_labels", config.num_labels, range, config.num_labels);
  }
  const auto architectures = reader.strings("architectures");
  if (architectures && !architectures->empty()) config.architecture = architectures->front();
}

}  // namespace

std::string readConfigText(const std::filesystem::path& path) {
  const std::string where = path.string();
  const auto refuse = [&](const std::string& what, const std::string& remedy) {
    throw Error(ErrorKind::bad_input, where, what, remedy);
  };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) refuse("must be a file, got nothing of that name", "check the path");
  if (std::filesystem::is_directory(status)) {
    refuse("must be a file, got a folder", "name the config.json in it");
  }
  if (!std::filesystem::is_regular_file(status))
    refuse("must be a regular file, got a device or pipe", "save it as a file");
  const auto bytes = std::filesystem::file_size(path, error);
  if (!error && bytes > kMaxJsonBytes) {
    refuse("must be a config of at most " + std::to_string(kMaxJsonBytes >> 20) + " MiB, got " + std::to_string(bytes) +
               " bytes",
           "name the config.json of a model, not its weights");
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) refuse(std::string("must be readable, got: ") + std::strerror(errno), "check its permissions");
  std::string text(error ? 0 : static_cast<std::size_t>(bytes), '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

std::string configName(const std::filesystem::path& path) {
  if (path.filename() != "config.json") return (path.extension() == ".json" ? path.stem() : path.filename()).string();
  std::error_code error;
  const std::string folder =
      std::filesystem::absolute(path, error).lexically_normal().parent_path().filename().string();
  return folder.empty() ? "config" : folder;
}

ModelConfig parseModelConfig(std::string_view text, const std::string& where, const std::string& name) {
  ConfigReader reader(text, where);
  const ConfigFamily& family = chooseFamily(reader);
  for (const auto& [alias, key] : family.aliases) reader.applyAlias(alias, key);
  for (const auto& [key, value] : family.required) reader.require(key, value, "this variant is not supported");
  ModelConfig config = family.defaults;
  config.name = name;
  readSizes(reader, family.keys, config);
  deriveSizes(reader, family, config);
  readPadding(reader, family, config);
  readFeatures(reader, family.keys, config);
  readDropout(reader, family.keys, config);
  readRope(reader, family, config);
  readSlidingWindow(reader, family, config);
  readHead(reader, config);
  checkArchitecture(reader, family, config);
  config.other_keys.merge(reader.unusedKeys());
  return config;
}

ModelConfig loadModelConfig(const std::filesystem::path& path) {
  return parseModelConfig(readConfigText(path), path.string(), configName(path));
}

std::string sequenceNote(const ModelConfig& config, std::int64_t sequence_length) {
  if (sequence_length <= config.max_position_embeddings) return {};
  return "sequences of " + std::to_string(sequence_length) + " tokens are longer than the " +
         std::to_string(config.max_position_embeddings) +
         " of the config's max_position_embeddings: bytes and times hold, a model trained so would have to be made for it";
}

std::vector<std::string> supportedModelTypes() {
  std::vector<std::string> result;
  for (const ConfigFamily& family : configFamilies()) result.push_back(family.defaults.model_type);
  return result;
}

}  // namespace remat
