#include "engine/exec/saved_tensor_hooks.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/ops/as_strided.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

thread_local Recorder* active_recorder = nullptr;

class Hook final : public torch::autograd::SavedVariableHooks {
 public:
  Hook(Recorder& recorder, int ordinal) : reference_(std::make_shared<SavedReference>()) {
    if (recorder.references.size() <= static_cast<std::size_t>(ordinal)) recorder.references.resize(ordinal + 1);
    recorder.references[ordinal] = reference_;
  }

  // A saved tensor that backward never asks for (an unused branch, an exception) must not keep its site alive.
  ~Hook() override {
    if (reference_->done || reference_->site < 0 || !reference_->source) return;
    reference_->done = true;
    reference_->source->release(reference_->site);
  }

  void call_pack_hook(const at::Tensor& tensor) override {
    reference_->held = tensor;
    reference_->sizes.assign(tensor.sizes().begin(), tensor.sizes().end());
    reference_->strides.assign(tensor.strides().begin(), tensor.strides().end());
    reference_->offset = tensor.storage_offset();
  }

  at::Tensor call_unpack_hook() override {
    SavedReference& r = *reference_;
    if (r.held.defined()) return r.held;  // a constant: never given to a source
    if (r.done) throw Error(ErrorKind::failed, "engine", "a saved tensor was asked for twice");
    r.done = true;
    at::Tensor whole = r.source->read(r.site, r.reader);
    const at::AutoDispatchBelowADInplaceOrView below_autograd;
    const bool same = whole.sizes() == at::IntArrayRef(r.sizes) && whole.strides() == at::IntArrayRef(r.strides) &&
                      whole.storage_offset() == r.offset;
    at::Tensor view = same ? whole : at::as_strided(whole, r.sizes, r.strides, r.offset);
    whole.reset();
    r.source->release(r.site);
    return view;
  }

 private:
  std::shared_ptr<SavedReference> reference_;
};

class HookEngine final : public torch::autograd::Engine {
 public:
  std::unique_ptr<torch::autograd::SavedVariableHooks> get_default_saved_variable_hooks() override {
    Recorder* recorder = active_recorder;
    if (!recorder) return nullptr;
    const int ordinal = recorder->count++;
    const bool hooked =
        !recorder->hook || (static_cast<std::size_t>(ordinal) < recorder->hook->size() && (*recorder->hook)[ordinal]);
    return hooked ? std::make_unique<Hook>(*recorder, ordinal) : nullptr;
  }

  void forgetPendingNodes() { init_local_ready_queue(std::make_shared<torch::autograd::ReadyQueue>()); }
};

HookEngine& hookEngine() {
  static auto* engine = new HookEngine;  // never destroyed: torch's threads outlive statics
  return *engine;
}

torch::autograd::Engine& asTorchEngine() { return hookEngine(); }

}  // namespace

RecordingGuard::RecordingGuard(Recorder* recorder) : outer_(active_recorder) { active_recorder = recorder; }
RecordingGuard::~RecordingGuard() { active_recorder = outer_; }

void installHookEngine() {
  static const bool installed = [] {
    torch::autograd::set_default_engine_stub(&asTorchEngine);
    return true;
  }();
  (void)installed;
}

void runBackward(const torch::autograd::Edge& root, const at::Tensor& gradient) {
  try {
    hookEngine().execute({root}, {gradient}, /*keep_graph=*/false, /*create_graph=*/false, /*accumulate_grad=*/true,
                         {});
  } catch (...) {
    hookEngine().forgetPendingNodes();
    throw;
  }
}

}  // namespace remat
