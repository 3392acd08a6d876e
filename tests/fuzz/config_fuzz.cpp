// Whatever bytes stand in a config.json: a model that can be built, or an Error(bad_input) that says where.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "engine/spec/error.h"
#include "engine/spec/model_config.h"

namespace {

void check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

void checkModel(const remat::ModelConfig& c) {
  check(c.vocab_size >= 1 && c.hidden_size >= 1 && c.intermediate_size >= 1, "sizes are at least 1");
  check(c.num_hidden_layers >= 1 && c.head_dim >= 1 && c.max_position_embeddings >= 1, "sizes are at least 1");
  check(c.num_attention_heads >= 1 && c.num_key_value_heads >= 1, "there are heads");
  check(c.num_attention_heads % c.num_key_value_heads == 0, "key-value heads divide heads");
  check(c.pad_token_id >= -1 && c.pad_token_id < c.vocab_size, "padding lies in the vocabulary");
  check(c.norm_eps >= 0 && c.hidden_dropout >= 0 && c.classifier_dropout >= 0, "numbers are finite");
  check(c.rope.rope_theta > 0 && c.rope.factor >= 1, "rotary parameters are finite");
  check(!c.sliding_window || *c.sliding_window >= 1, "a window sees something");
  std::int64_t elements = 0;
  check(!__builtin_mul_overflow(c.vocab_size, c.hidden_size, &elements), "a matrix can be counted");
  check(!__builtin_mul_overflow(c.num_attention_heads * c.head_dim, c.hidden_size, &elements),
        "a matrix can be counted");
  check(!__builtin_mul_overflow(c.intermediate_size, c.hidden_size * c.num_hidden_layers, &elements),
        "layers can be counted");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  try {
    checkModel(remat::parseModelConfig(text, "fuzz.json", "fuzz"));
  } catch (const remat::Error& error) {
    check(error.kind() == remat::ErrorKind::bad_input, "an error is about the input");
    check(std::string_view(error.what()).starts_with("fuzz.json"), "an error says where");
  }
  return 0;
}
