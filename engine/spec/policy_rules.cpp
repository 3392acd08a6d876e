#include "engine/spec/policy_rules.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace remat {
namespace {

bool hasRole(const Activation& activation, std::initializer_list<Role> roles) {
  return std::find(roles.begin(), roles.end(), activation.role) != roles.end();
}

bool inGroup(const BlockBody& body, const Activation& activation, std::initializer_list<std::string_view> groups) {
  if (activation.producer < 0) return false;
  const std::string& group = body.ops[activation.producer].group;
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

bool isActivationFunction(const Activation& a) {
  return hasRole(a, {Role::activation_internal, Role::activation_output, Role::gated_product});
}
// Statistics (one number a token) stay, so that a replayed norm does not reduce again.
bool isNormValue(const Activation& a) { return hasRole(a, {Role::norm_internal, Role::norm_output}); }

bool isMatrixProduct(OpKind kind) {
  return kind == OpKind::linear || kind == OpKind::conv1d || kind == OpKind::attention ||
         kind == OpKind::attention_scores || kind == OpKind::attention_context;
}

bool madeByMatrixProduct(const BlockBody& body, const Activation& a) {
  return a.producer >= 0 && isMatrixProduct(body.ops[a.producer].kind);
}

/// Of an activation with a weight: what JAX calls a dot without batch dimensions.
bool madeByProjection(const BlockBody& body, const Activation& a) {
  if (a.producer < 0) return false;
  const OpKind kind = body.ops[a.producer].kind;
  return kind == OpKind::linear || kind == OpKind::conv1d;
}

bool never(const BlockBody&, const Activation&) { return false; }
bool always(const BlockBody&, const Activation&) { return true; }

/// Policies that treat every layer alike.
constexpr std::array kLayerRules = std::to_array<LayerRule>({
    {"store_all", "keep everything that backward reads (no checkpointing): the control of every comparison", &never},
    {"full",
     "keep each layer's input only, replay the layer in backward (gradient_checkpointing_enable of transformers)",
     &always},
    {"act_discard", "replay activation functions and gated products (llm.c -r 1, Megatron moe_act)",
     [](const BlockBody&, const Activation& a) { return isActivationFunction(a); }},
    {"norm_discard", "replay norms from their kept statistics (Megatron layernorm)",
     [](const BlockBody&, const Activation& a) { return isNormValue(a); }},
    {"cheap", "act_discard and norm_discard: everything that costs next to nothing to replay",
     [](const BlockBody&, const Activation& a) { return isActivationFunction(a) || isNormValue(a); }},
    {"core_attention", "replay the attention core from q, k and v, keep its output (Megatron selective)",
     [](const BlockBody& body, const Activation& a) {
       // The output projection reads the output anyway, so Megatron's checkpointed function hands it out and it stays.
       return inGroup(body, a, {"attention"}) && !hasRole(a, {Role::attention_output});
     }},
    {"attention_block", "replay norm, q, k, v and attention; keep what the MLP needs",
     [](const BlockBody& body, const Activation& a) {
       return inGroup(body, a, {"attn_norm", "attn_qkv", "attn_qk_norm", "rope", "attention"});
     }},
    {"ffn_block", "replay norm and MLP; keep what attention needs (Megatron mlp)",
     [](const BlockBody& body, const Activation& a) {
       return inGroup(body, a, {"mlp_norm", "mlp"});
     }},
    {"save_attention_out", "keep the layer's input and the output of the attention core, replay the rest",
     [](const BlockBody&, const Activation& a) {
       return !hasRole(a, {Role::attention_output, Role::attention_statistic});
     }},
    {"dots", "keep the outputs of matrix products that backward reads, replay the rest (JAX dots_saveable)",
     [](const BlockBody& body, const Activation& a) { return !madeByMatrixProduct(body, a); }},
    {"offload_input", "full, with each layer's input in host memory (offload of transformers, torchtune, Unsloth)",
     &always, [](const BlockBody&, const Activation& a) { return hasRole(a, {Role::block_input}); }},
    {"offload_all", "everything that store_all keeps of a layer in host memory (torchtune, TRL activation offloading)",
     &never, &always},
    {"offload_selected",
     "keep the layer's input, put outputs of projections into host memory, replay the rest "
     "(JAX offload_dot_with_no_batch_dims, MaxText minimal_offloaded)",
     [](const BlockBody& body, const Activation& a) { return !madeByProjection(body, a); }, &madeByProjection},
});

}  // namespace

std::span<const LayerRule> layerRules() { return kLayerRules; }

const LayerRule* findLayerRule(std::string_view name) {
  const auto found =
      std::find_if(kLayerRules.begin(), kLayerRules.end(), [&](const auto& r) { return r.name == name; });
  return found == kLayerRules.end() ? nullptr : &*found;
}

}  // namespace remat
