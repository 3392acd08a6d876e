// What one training step does, in order: derived from a ModelGraph and a CheckpointPolicy, executed by the engine.
//
// Consecutive blocks whose boundaries a policy keeps or offloads are regions of their own; a block whose input is
// recomputed joins the region before it. A region is one tape (its ops over its activations) and one plan (what is
// kept, replayed, offloaded). Equal regions share tape and plan.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/model_graph.h"
#include "engine/spec/region_plan.h"
#include "engine/spec/tape.h"
#include "engine/spec/training_spec.h"

namespace remat {

struct Region {
  int first_block = 0;
  int block_count = 1;
  int tape = 0;
  int plan = 0;
  bool reentrant = false;  ///< as its plan says
};

struct Schedule {
  std::vector<Tape> tapes;
  std::vector<RegionPlan> plans;
  std::vector<Region> regions;
  bool early_stop = true;
  bool preserve_rng_state = true;
  bool offload_synchronous = false;
  int offload_window = 1;

  [[nodiscard]] bool anyOffload() const;
};

/// Numbers are written to run files: new phases come last.
enum class Phase : std::uint8_t {
  setup,
  forward,
  recompute,
  backward,
  optimizer,
  offload,  ///< an activation leaves for host memory
  prefetch  ///< it comes back
};

struct Action {
  Phase phase = Phase::forward;
  int block = 0;        ///< of the graph; -1 for the optimizer
  int op = 0;           ///< of the block's body; -1 for the optimizer and for copies
  int activation = -1;  ///< of the block's body: what is copied; -1 for everything else
  bool operator==(const Action&) const = default;
};

/// Throws Error(usage) for a policy that was made for another graph.
[[nodiscard]] Schedule makeSchedule(const ModelGraph& graph, const CheckpointPolicy& policy, const TrainingSpec& spec,
                                    Backend backend = Backend::cpu);

/// The step as a list, in the order in which things begin: every forward op, with the copies of what it made after it;
/// every op's backward with the replays and copies that it triggers after it (they run inside it, when it asks for its
/// saved tensors); the optimizer. Copies that are fetched ahead begin with the backward of a block before.
[[nodiscard]] std::vector<Action> actionsOf(const Schedule& schedule);

/// Bytes alive on the device between forward and backward beyond what was alive when the step began, per block of the
/// graph: kept activations, random states of replayed ops, and the loss.
[[nodiscard]] std::vector<std::int64_t> retainedBytes(const ModelGraph& graph, const Schedule& schedule, Sizes sizes,
                                                      Backend backend = Backend::cpu);

/// Bytes in host memory between forward and backward, per block of the graph: offloaded activations.
[[nodiscard]] std::vector<std::int64_t> hostBytes(const ModelGraph& graph, const Schedule& schedule, Sizes sizes);

/// The activations of each block that stay between forward and backward, in the order of the block's body.
[[nodiscard]] std::vector<std::vector<int>> retainedActivations(const ModelGraph& graph, const Schedule& schedule);
/// The same for those that stay in host memory.
[[nodiscard]] std::vector<std::vector<int>> offloadedActivations(const ModelGraph& graph, const Schedule& schedule);

}  // namespace remat
