// Decides, op by op, which of the tensors that autograd wants to save it keeps itself and which the engine supplies.
//
// torch asks the process-wide autograd Engine for hooks whenever a tensor is saved; HookEngine answers from the
// Recorder that is active on this thread, and with "none" when there is none, so everything else runs as usual. Tensors
// without a hook stay with autograd at no cost, version check included.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/util/SmallVector.h>

#include "engine/exec/torch_compat.h"

namespace remat {

/// Supplies tensors that a policy does not keep. Implemented by the run of a region.
class ActivationSource {
 public:
  virtual ~ActivationSource() = default;
  /// The whole storage of a site as the tensor that its op made, for the backward of op `reader`; replays or fetches
  /// what is missing.
  virtual at::Tensor read(int site, int reader) = 0;
  /// One reader fewer; with the last the site is freed.
  virtual void release(int site) = 0;
};

/// A saved tensor that will be asked of an ActivationSource: a strided view of a site's storage.
struct SavedReference {
  ActivationSource* source = nullptr;
  int site = -1;
  int reader = -1;    ///< the op that saved it
  bool done = false;  ///< read, or never to be read
  c10::SmallVector<std::int64_t, 5> sizes, strides;
  std::int64_t offset = 0;
  at::Tensor held;  ///< only until its op has returned and the engine has found the site
};

/// Collects what one op saves. `hook[i]`: whether the i-th saved tensor gets a hook; nullptr hooks all.
struct Recorder {
  const std::vector<char>* hook = nullptr;
  int count = 0;                                            ///< saved tensors asked about so far
  std::vector<std::shared_ptr<SavedReference>> references;  ///< by ordinal; empty where there is no hook
};

/// Makes a Recorder the active one of this thread; nullptr switches hooks off inside an outer recording.
class RecordingGuard {
 public:
  explicit RecordingGuard(Recorder* recorder);
  ~RecordingGuard();
  RecordingGuard(const RecordingGuard&) = delete;
  RecordingGuard& operator=(const RecordingGuard&) = delete;

 private:
  Recorder* outer_;
};

/// Replaces torch's autograd engine by one that knows Recorders. Call once before any autograd use of the process;
/// later calls do nothing.
void installHookEngine();

/// One whole backward on this thread, from `root` with gradient `gradient`. Unlike torch's own call it leaves nothing
/// behind when an exception ends it: torch would keep the nodes that had not run yet, and with them their saved
/// tensors, in the queue of the thread. Not for a backward inside another.
void runBackward(const torch::autograd::Edge& root, const at::Tensor& gradient);

}  // namespace remat
