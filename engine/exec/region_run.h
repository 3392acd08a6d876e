// One execution of a region in one step: its forward, and what backward asks of it afterwards.
//
// What the plan keeps stays with autograd; what it recomputes is replayed here, without grad, when backward asks for
// it, and freed after its last reader; what it offloads is copied to host memory when it is made and fetched back. The
// rules that make it correct are tested by their violations in region_run_test.cpp. reentrant_run.h is the other way to
// run a region.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "engine/exec/region_ops.h"
#include "engine/exec/region_transfers.h"
#include "engine/exec/saved_tensor_hooks.h"

namespace remat {

/// Runs one region of a step. Used again for every step, so that a step allocates as little as possible.
class RegionExecution {
 public:
  virtual ~RegionExecution() = default;
  /// `x`: output of the region before, with its graph, or undefined for the first region. Returns the output with its
  /// graph, which refers to this object: it must be gone before the next forward.
  virtual at::Tensor forward(at::Tensor x) = 0;
  /// Begins to bring back what the backward of a block of the graph will read from host memory.
  virtual void prefetch(int block) = 0;
  /// Reads that backward owes: 0 once it is over.
  [[nodiscard]] virtual int openReferences() const = 0;
  /// Lets go of every tensor, whatever state an exception left it in.
  virtual void clear() = 0;
};

class RegionRun final : public RegionExecution, public ActivationSource {
 public:
  /// All arguments must outlive the object.
  RegionRun(const Tape& tape, const RegionPlan& plan, const Region& region, const StepContext& context);

  at::Tensor forward(at::Tensor x) override;
  void prefetch(int block) override { transfers_.prefetch(block); }
  [[nodiscard]] int openReferences() const override;
  void clear() override;

  // ActivationSource
  at::Tensor read(int site, int reader) override;
  void release(int site) override;

 private:
  void prepare();
  void enterBlock(int j);
  void runForwardOp(int j);
  void checkSaves(int j, const Recorder& recorder);
  [[nodiscard]] int siteOfStorage(int j, const at::Tensor& tensor) const;
  void keepOrOffload(int site);
  void bringBackSaves(int j);
  void bringBackInputs(int j);
  void takeBack(int site);
  [[nodiscard]] std::vector<char> opsToReplay(int site) const;
  void replayMissing(int site);
  void replay(int j);

  const Tape& tape_;
  const RegionPlan& plan_;
  const Region& region_;
  const StepContext& context_;
  RegionOps ops_;
  RegionTransfers transfers_;
  const bool supplies_;                  ///< false: everything stays with autograd, and what follows values_ is empty
  std::vector<at::Tensor> values_;       ///< site -> tensor with its graph; in forward only
  std::vector<int> reads_;               ///< site -> reads that forward still owes
  std::vector<at::Tensor> slots_;        ///< site -> tensor that a replay reads, or that was brought back
  std::vector<std::uint32_t> versions_;  ///< site -> version of its slot when filled: in-place changes are errors
  std::vector<int> references_;
  std::vector<char> replayed_;
  std::vector<char> served_;               ///< op -> its backward has begun and everything that it saved is back
  std::vector<at::Tensor> random_states_;  ///< op -> state before it ran, if it will be replayed
};

}  // namespace remat
