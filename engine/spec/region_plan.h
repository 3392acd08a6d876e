// What a region keeps, replays and moves: derived from its tape and one decision per site.
//
// Rules, from one pass backwards over the tape: a site that is recomputed or offloaded has one reference for every time
// that backward or a replay reads it; an op is replayed if a recomputed site that it makes is referenced; then each of
// its inputs gets a reference. A site is freed with its last reference. Early stop falls out: what nothing reads is
// never replayed, and what nothing reads is never copied.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/tape.h"

namespace remat {

/// A site that backward needs back from host memory, and the block whose backward reads it first.
struct Fetch {
  int block = 0;  ///< relative to the region's first block
  int site = 0;
  bool operator==(const Fetch&) const = default;
};

struct RegionPlan {
  std::vector<char> recompute;            ///< site -> not kept, made again
  std::vector<char> offload;              ///< site -> copied to host memory once it is made, and read from there
  std::vector<int> references;            ///< site -> reads by backward (of what is not kept) and by replays
  std::vector<char> replayed;             ///< op -> runs again in backward
  std::vector<std::vector<char>> hooked;  ///< op, save -> the engine supplies the tensor; else autograd keeps it
  std::vector<char> has_hook;             ///< op -> any of its saves is hooked
  std::vector<Fetch> fetches;             ///< every offloaded site, in the order in which backward first reads it
  bool reentrant = false;                 ///< re-run as a whole with gradients, nothing of its inside kept or offloaded

  [[nodiscard]] bool anyReplay() const;
  [[nodiscard]] bool anyReference() const;
  [[nodiscard]] bool isKept(int site) const { return !recompute[site] && !offload[site]; }
  bool operator==(const RegionPlan&) const = default;
};

/// `decisions`: one per site.
[[nodiscard]] RegionPlan makePlan(const Tape& tape, const std::vector<Decision>& decisions, const TrainingSpec& spec);

/// What happens in a region's backward.
struct BackwardEvent {
  enum class Kind : std::uint8_t {
    backward,  ///< of op `index`
    replay,    ///< of op `index`
    read       ///< of site `index` in host memory, for the first time
  } kind = Kind::backward;
  int index = 0;
  int block = 0;  ///< whose backward this is part of, relative to the region's first block
};

/// In the order in which things begin: every op's backward, then what it needs first, its saved tensors in the order in
/// which they were saved.
[[nodiscard]] std::vector<BackwardEvent> backwardEvents(const Tape& tape, const RegionPlan& plan, bool early_stop);

}  // namespace remat
