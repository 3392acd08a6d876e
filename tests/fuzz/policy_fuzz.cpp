// Policies in JSON: whatever the text is, it is refused with a message or becomes a policy that survives being written
// and read again.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/error.h"
#include "engine/spec/schedule.h"

namespace {

const remat::ModelGraph& graph() {
  static const remat::ModelGraph built = [] {
    remat::TrainingSpec spec;
    spec.precision = remat::Precision::bf16_mixed;  // casts are the hard part
    return remat::buildModelGraph(
        remat::parseModelConfig(R"({"model_type": "qwen3", "vocab_size": 100, "hidden_size": 64, "head_dim": 16,
            "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 128})",
                                "fuzz", "fuzz"),
        spec);
  }();
  return built;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  remat::CheckpointPolicy policy;
  try {
    policy = remat::policyFromJson(text, "policy.json", graph());
  } catch (const remat::Error& error) {
    if (error.kind() != remat::ErrorKind::usage || std::string_view(error.what()).size() > 3000) std::abort();
    return 0;
  }
  const remat::CheckpointPolicy again =
      remat::policyFromJson(remat::policyToJson(policy, graph()), "policy.json", graph());
  if (again.blocks != policy.blocks) std::abort();
  (void)remat::actionsOf(remat::makeSchedule(graph(), policy, remat::TrainingSpec{}));
  return 0;
}
