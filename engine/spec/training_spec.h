// How one training step is run: everything that a user can choose besides the model and the checkpoint policy.
// Defaults are what a transformers user gets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/spec/dtype.h"
#include "engine/spec/shape.h"

namespace remat {

/// Parameters and arithmetic. bf16_mixed, fp16_mixed: float32 parameters and the casts that torch.autocast would make;
/// fp16_mixed scales the loss too. tf32: float32 whose matrix products may round their inputs to TF32 (a GPU only).
enum class Precision : std::uint8_t { float32, bfloat16, bf16_mixed, tf32, fp16_mixed };

/// What parameters are kept in.
[[nodiscard]] constexpr Dtype parameterDtype(Precision precision) {
  return precision == Precision::bfloat16 ? Dtype::bfloat16 : Dtype::float32;
}
/// What autocast casts to, if the precision is a mixed one.
[[nodiscard]] constexpr std::optional<Dtype> autocastDtype(Precision precision) {
  if (precision == Precision::bf16_mixed) return Dtype::bfloat16;
  if (precision == Precision::fp16_mixed) return Dtype::float16;
  return std::nullopt;
}

/// Which kernel computes attention. automatic: the one that torch's scaled_dot_product_attention would take.
enum class AttentionKernel : std::uint8_t { automatic, flash, efficient, cudnn, math };

enum class Optimizer : std::uint8_t { adamw, sgd, none };

/// fresh: gradients are dropped before each step (PyTorch's zero_grad default); kept: zeroed in place.
enum class Gradients : std::uint8_t { fresh, kept };

/// composite: as transformers writes the op, out of elementary ones; fused: as one kernel.
enum class Spelling : std::uint8_t { composite, fused };

/// Which layers of each group of n `every_n` checkpoints: the first (transformers) or the last (torchtune).
enum class Placement : std::uint8_t { first, last };

/// What stands on top of the layers. `automatic`: causal_lm for decoders, masked_lm for encoders.
enum class Head : std::uint8_t { automatic, causal_lm, masked_lm, sequence_classification };

/// Kernels of a device differ in what they save for backward and in the state of their random generator.
enum class Backend : std::uint8_t { cpu, cuda };

struct TrainingSpec {
  std::int64_t batch_size = 1;                    ///< sequences
  std::int64_t sequence_length = 128;             ///< tokens
  std::optional<std::int64_t> num_hidden_layers;  ///< overrides the config
  Precision precision = Precision::float32;
  Optimizer optimizer = Optimizer::adamw;
  Gradients gradients = Gradients::fresh;
  Spelling norm_spelling = Spelling::composite;
  Spelling activation_spelling = Spelling::composite;
  AttentionKernel attention = AttentionKernel::automatic;
  Head head = Head::automatic;
  bool dropout = false;            ///< true: the probabilities of the config; false: none
  bool use_reentrant = false;      ///< re-run a whole checkpointed block with gradients, as torch's older variant
  bool early_stop = true;          ///< false: replay every op of a block once one is replayed
  bool preserve_rng_state = true;  ///< false: replayed dropout draws anew, so gradients are wrong
  Placement placement = Placement::first;
  /// Blocks whose copies to or from host memory may be under way while another block runs. One is enough if copying a
  /// block takes no longer than computing one, and no number is if it takes longer; each more costs its memory.
  std::int64_t offload_window = 1;
  bool offload_synchronous = false;  ///< true: copy where a tensor is saved and read, as torch's save_on_cpu
  std::uint64_t seed = 0;

  [[nodiscard]] Sizes sizes() const { return {batch_size, sequence_length}; }
  bool operator==(const TrainingSpec&) const = default;
};

}  // namespace remat
