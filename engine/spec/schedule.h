// What one training step does, in order: derived from a ModelGraph and a CheckpointPolicy, executed by the engine.
//
// Consecutive blocks whose boundaries a policy keeps are regions of their own; a block whose input is recomputed joins
// the region before it. A region is one tape (its ops over its activations, called sites here) and one plan (what is
// kept, what is replayed). Equal regions share tape and plan.
//
// Rules of a plan, from one pass backwards over the tape: a recomputed site has one reference for every time that
// backward or a replay reads it; an op is replayed if a site that it makes is referenced; then each of its inputs gets
// a reference. A site is freed with its last reference. Early stop falls out: what nothing reads is never replayed.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/model_graph.h"
#include "engine/spec/training_spec.h"

namespace remat {

/// A saved tensor or an input that is no activation: parameter or table.
inline constexpr int kConstant = -1;

struct Site {
  int block = 0;  ///< relative to the region's first block
  int activation = 0;
  bool operator==(const Site&) const = default;
};

struct TapeOp {
  int block = 0;             ///< relative to the region's first block
  int op = 0;                ///< of that block's body
  std::vector<int> inputs;   ///< sites or kConstant, one per operand
  std::vector<int> outputs;  ///< sites
  std::vector<int> saves;    ///< in autograd's order: the site whose storage is saved, or kConstant
  bool random = false;
};

struct Tape {
  std::vector<int> bodies;  ///< of its blocks, in order: what makes two tapes equal
  std::vector<Site> sites;
  std::vector<TapeOp> ops;
  int input = -1;  ///< site, or -1 for a region that starts with the embedding
  int output = -1;
  std::vector<int> producer;  ///< site -> op, or -1 for the input
  std::vector<int> storage;   ///< site -> site whose storage it uses
  std::vector<int> reads;     ///< site -> number of ops that read it in forward, one more for the output
};

struct RegionPlan {
  std::vector<char> recompute;            ///< site -> not kept
  std::vector<int> references;            ///< site -> reads by backward (of recomputed sites) and by replays
  std::vector<char> replayed;             ///< op -> runs again in backward
  std::vector<std::vector<char>> hooked;  ///< op, save -> the engine supplies the tensor; else autograd keeps it
  std::vector<char> has_hook;             ///< op -> any of its saves is hooked
  bool anyReplay() const;
  bool operator==(const RegionPlan&) const = default;
};

struct Region {
  int first_block = 0;
  int block_count = 1;
  int tape = 0;
  int plan = 0;
  bool reentrant = false;  ///< re-run as a whole with gradients, nothing of its inside kept
};

struct Schedule {
  std::vector<Tape> tapes;
  std::vector<RegionPlan> plans;
  std::vector<Region> regions;
  bool early_stop = true;
  bool preserve_rng_state = true;
};

enum class Phase : std::uint8_t { setup, forward, recompute, backward, optimizer };

struct Action {
  Phase phase = Phase::forward;
  int block = 0;  ///< of the graph; -1 for the optimizer
  int op = 0;     ///< of the block's body; -1 for the optimizer
  bool operator==(const Action&) const = default;
};

/// Throws Error(usage) for decisions that the graph cannot follow (sizes that do not match; Offload, until it exists).
[[nodiscard]] Schedule makeSchedule(const ModelGraph& graph, const CheckpointPolicy& policy, const TrainingSpec& spec,
                                    Backend backend = Backend::cpu);

/// The step as a list, in the order in which things begin: every forward op, every op's backward with the replays that
/// it triggers after it (they run inside it, when it asks for its saved tensors), the optimizer.
[[nodiscard]] std::vector<Action> actionsOf(const Schedule& schedule);

/// Bytes alive between forward and backward beyond what was alive when the step began, per block of the graph:
/// kept activations, random states of replayed ops, and the loss.
[[nodiscard]] std::vector<std::int64_t> retainedBytes(const ModelGraph& graph, const Schedule& schedule, Sizes sizes,
                                                      Backend backend = Backend::cpu);

/// The activations of each block that stay between forward and backward, in the order of the block's body.
[[nodiscard]] std::vector<std::vector<int>> retainedActivations(const ModelGraph& graph, const Schedule& schedule);

}  // namespace remat
