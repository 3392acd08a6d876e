// The ops of a region in order, over its activations, called sites here: what a plan is made for and what is executed.
#pragma once

#include <vector>

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

/// The tape of `block_count` blocks from `first_block` on.
[[nodiscard]] Tape makeTape(const ModelGraph& graph, int first_block, int block_count, Backend backend);

}  // namespace remat
