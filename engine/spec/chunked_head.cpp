#include "engine/spec/chunked_head.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/spec/error.h"
#include "engine/spec/graph_builder.h"

namespace remat {
namespace {

/// A step takes five ops a chunk, and no model gains from more.
constexpr std::int64_t kMostChunks = 1024;

int producerOf(const BlockBody& body, const Op& op) { return body.activations[op.inputs[0].index].producer; }

/// Index of the projection that a head's loss begins with: logits, their cast if there is one, log-softmax, loss.
int projectionOf(const BlockBody& body) {
  int op = static_cast<int>(body.ops.size()) - 1;
  while (op >= 0 && body.ops[op].kind != OpKind::linear) op = producerOf(body, body.ops[op]);
  return op;
}

/// Writes the chunks behind what a head block has before its projection.
class ChunkWriter {
 public:
  ChunkWriter(BlockBuilder& block, const BlockBody& old, std::int64_t rows, std::int64_t chunks)
      : block_(block), old_(old), projection_(projectionOf(old)) {
    attributes_.rows = rows;
    attributes_.chunks = chunks;
  }

  /// Returns the loss.
  int write() {
    const std::vector<int> rows = splitRows();
    int sum = -1;
    for (std::size_t chunk = 0; chunk < rows.size(); ++chunk) {
      const int loss = lossOf(static_cast<int>(chunk), rows[chunk]);
      const std::string name = "loss_sum_" + std::to_string(chunk);
      sum = sum < 0 ? loss : block_.add(name, OpKind::add, {operand(sum), operand(loss)}, {{name, Role::loss}})[0];
    }
    return block_.add("divide_by_count", OpKind::divide_by_count, {operand(sum), labels()},
                      {{"loss", Role::loss}, {"label_count", Role::loss}})[0];
  }

 private:
  static Operand operand(int activation) { return BlockBuilder::activation(activation); }
  [[nodiscard]] Operand labels() const { return old_.ops.back().inputs[1]; }

  std::vector<int> splitRows() {
    block_.group(old_.ops[projection_].group);
    std::vector<BlockBuilder::Result> results;
    for (std::int64_t chunk = 0; chunk < attributes_.chunks; ++chunk)
      results.push_back({"rows_" + std::to_string(chunk), Role::head_internal});
    return block_.add("split_rows", OpKind::split_rows, {old_.ops[projection_].inputs[0]}, results, attributes_);
  }

  /// The ops from the projection on, over the rows of one chunk.
  int lossOf(int chunk, int rows) {
    const std::string suffix = "_" + std::to_string(chunk);
    int x = rows;
    for (std::size_t i = projection_; i + 1 < old_.ops.size(); ++i) {
      const Op& op = old_.ops[i];
      const Activation& result = old_.activations[op.outputs[0]];
      std::vector<Operand> inputs = op.inputs;
      inputs[0] = operand(x);
      block_.group(op.group);
      x = block_.add(op.name + suffix, op.kind, inputs, {{result.name + suffix, result.role}}, op.attributes)[0];
    }
    block_.group(old_.ops.back().group);
    attributes_.chunk = chunk;
    return block_.add("nll_sum" + suffix, OpKind::nll_sum, {operand(x), labels()},
                      {{"loss" + suffix, Role::loss}, {"total_weight" + suffix, Role::loss}}, attributes_)[0];
  }

  BlockBuilder& block_;
  const BlockBody& old_;
  int projection_;
  OpAttributes attributes_;
};

[[noreturn]] void refuse(std::int64_t chunks, const std::string& what, const std::string& remedy) {
  throw Error(ErrorKind::usage, "policy head_chunked:" + std::to_string(chunks), what, remedy);
}

void check(const ModelGraph& graph, std::int64_t chunks, const TrainingSpec& spec) {
  const std::int64_t tokens = evaluate(kTokens, spec.sizes());
  if (graph.head == Head::sequence_classification)
    refuse(chunks, "has nothing to chunk: " + graph.architecture + " makes one row of logits per sequence",
           "leave it out, or take head_checkpoint");
  if (chunks > std::min(tokens, kMostChunks))
    refuse(chunks,
           "expected at most " + std::to_string(std::min(tokens, kMostChunks)) + " chunks (a row is a token, of " +
               std::to_string(tokens) + ", and " + std::to_string(kMostChunks) + " chunks are the most)",
           "take fewer chunks");
  if (spec.use_reentrant || !spec.early_stop)  // all chunks would be brought back at once
    refuse(chunks, "expected that chunks are replayed one by one, but this run replays whole blocks",
           "leave out --use-reentrant and --no-early-stop");
}

/// Its last ops are in a row, as they were built: nothing else is between them or reads them.
void checkShape(const BlockBody& body) {
  int op = static_cast<int>(body.ops.size()) - 1;
  bool fits = op >= 0 && body.ops[op].kind == OpKind::nll_loss && projectionOf(body) >= 0;
  for (; fits && op > projectionOf(body); --op) fits = producerOf(body, body.ops[op]) == op - 1;
  if (!fits)
    throw Error(ErrorKind::failed, "head", "expected a projection, log-softmax and loss as its last ops",
                "this is a bug in the description of the head: please report it");
}

}  // namespace

std::int64_t headChunks(const ModelGraph& graph) {
  for (const Op& op : graph.bodies[graph.blocks.back().body].ops)
    if (op.kind == OpKind::split_rows) return op.attributes.chunks;
  return 0;
}

ModelGraph withChunkedHead(const ModelGraph& graph, std::int64_t chunks, const TrainingSpec& spec) {
  check(graph, chunks, spec);
  const BlockBody& old = graph.bodies[graph.blocks.back().body];
  checkShape(old);
  ModelGraph result = graph;
  BlockBuilder block(result, graph.blockCount() - 1, projectionOf(old));
  const int loss = ChunkWriter(block, old, evaluate(kTokens, spec.sizes()), chunks).write();
  result.bodies[graph.blocks.back().body] = block.finish(loss);
  return result;
}

std::optional<ModelGraph> graphForHead(const ModelGraph& graph, const HeadPart& part, const TrainingSpec& spec) {
  if (part.kind != HeadPart::Kind::chunked) return std::nullopt;
  return withChunkedHead(graph, part.chunks, spec);
}

}  // namespace remat
