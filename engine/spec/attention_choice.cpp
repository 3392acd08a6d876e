#include "engine/spec/attention_choice.h"

#include <array>
#include <string>

#include "engine/spec/error.h"

namespace remat {
namespace {

struct Row {
  AttentionKernel kernel;
  bool (*can)(const AttentionCall&);
  std::string_view limits;
};

bool always(const AttentionCall&) { return true; }
bool canFlash(const AttentionCall& c) {
  return c.backend == Backend::cpu ? !c.drops : c.dtype != Dtype::float32 && !c.masked;
}
bool canEfficient(const AttentionCall& c) { return c.backend == Backend::cuda; }
bool canCudnn(const AttentionCall& c) { return c.backend == Backend::cuda && c.dtype != Dtype::float32; }

constexpr std::array kRows = {
    Row{AttentionKernel::automatic, always, ""},
    Row{AttentionKernel::flash, canFlash,
        "cannot drop probabilities on a CPU; on a GPU it needs bfloat16 or float16 and takes no mask"},
    Row{AttentionKernel::efficient, canEfficient, "needs a GPU"},
    Row{AttentionKernel::cudnn, canCudnn, "needs a GPU, and bfloat16 or float16"},
    Row{AttentionKernel::math, always, ""},
};

const Row& row(AttentionKernel kernel) { return kRows.at(static_cast<std::size_t>(kernel)); }

AttentionKernel choiceOfTorch(const AttentionCall& call) {
  if (canFlash(call)) return AttentionKernel::flash;
  // the memory-efficient kernel wants as many key heads as query heads, and torch does not repeat them for it
  if (canEfficient(call) && !(call.grouped && !call.masked)) return AttentionKernel::efficient;
  return AttentionKernel::math;
}

}  // namespace

AttentionKernel chooseAttentionKernel(AttentionKernel requested, const AttentionCall& call) {
  if (requested == AttentionKernel::automatic) return choiceOfTorch(call);
  const Row& wanted = row(requested);
  if (!wanted.can(call))
    throw Error(ErrorKind::usage, "--attention " + std::string(attentionKernelName(requested)),
                std::string(wanted.limits), "use --attention automatic or math");
  return requested;
}

}  // namespace remat
