#include "gui/models/step_kernels.h"

#include <algorithm>
#include <array>
#include <map>

#include "gui/models/step_spans.h"
#include "gui/models/text.h"

namespace remat {
namespace {

struct RowKind {
  const char* name;
  std::optional<Phase> phase;
  bool is_copy;
};

const std::array kRows = {RowKind{QT_TRANSLATE_NOOP("remat", "forward"), Phase::forward, false},
                          RowKind{QT_TRANSLATE_NOOP("remat", "recompute"), Phase::recompute, false},
                          RowKind{QT_TRANSLATE_NOOP("remat", "backward"), Phase::backward, false},
                          RowKind{QT_TRANSLATE_NOOP("remat", "optimizer"), Phase::optimizer, false},
                          RowKind{QT_TRANSLATE_NOOP("remat", "elsewhere"), std::nullopt, false},
                          RowKind{QT_TRANSLATE_NOOP("remat", "copies"), std::nullopt, true}};

std::size_t rowOf(const KernelTimeline& timeline, std::size_t i) {
  if (isTransfer(static_cast<ActivityKind>(timeline.kind[i]))) return kRows.size() - 1;
  for (std::size_t row = 0; row < 4; ++row) {
    if (timeline.phase[i] == static_cast<std::int8_t>(*kRows[row].phase)) return row;
  }
  return 4;
}

void addKernels(StepKernels& kernels, const KernelTimeline& timeline, const std::vector<int>& graph_blocks) {
  for (const RowKind& kind : kRows) kernels.rows.push_back({tr(kind.name), kind.phase, kind.is_copy, {}, {}, {}, {}});
  for (std::size_t i = 0; i < timeline.time_ns.size(); ++i) {
    KernelRow& row = kernels.rows[rowOf(timeline, i)];
    const std::int64_t end_ns = timeline.time_ns[i] + std::max<std::int64_t>(0, timeline.duration_ns[i]);
    const std::int32_t block = timeline.block[i];
    const bool known = block >= 0 && static_cast<std::size_t>(block) < graph_blocks.size();
    row.begin_ns.push_back(timeline.time_ns[i]);
    row.end_ns.push_back(end_ns);
    row.block.push_back(known ? graph_blocks[static_cast<std::size_t>(block)] : -1);
    row.kernel.push_back(timeline.name[i]);
    kernels.step_ns = std::max(kernels.step_ns, end_ns);
  }
  std::erase_if(kernels.rows, [](const KernelRow& row) { return row.begin_ns.empty(); });
}

/// Moments at which both steps enter the same block in the same phase, as long as both go forward.
void addAnchors(StepKernels& kernels, const StepMemoryView& view, const KernelTimeline& timeline,
                const std::vector<int>& graph_blocks) {
  std::map<std::pair<Phase, int>, std::int64_t> entered;
  for (std::size_t i = 0; i < timeline.host_time_ns.size(); ++i) {
    const std::int32_t block = timeline.host_block[i];
    if (timeline.host_phase[i] < 0 || block < 0 || static_cast<std::size_t>(block) >= graph_blocks.size()) continue;
    const Phase phase = mainPhase(static_cast<Phase>(timeline.host_phase[i]), Phase::forward);
    entered.try_emplace({phase, graph_blocks[static_cast<std::size_t>(block)]}, timeline.host_time_ns[i]);
  }
  kernels.memory_anchor_ns = {0};
  kernels.kernel_anchor_ns = {0};
  for (const StepSpan& span : view.blocks) {
    const auto same = entered.find({span.phase, span.block});
    if (same == entered.end()) continue;
    if (span.begin_ns <= kernels.memory_anchor_ns.back() || same->second <= kernels.kernel_anchor_ns.back()) continue;
    if (span.begin_ns >= view.step_ns || same->second >= kernels.step_ns) continue;
    kernels.memory_anchor_ns.push_back(span.begin_ns);
    kernels.kernel_anchor_ns.push_back(same->second);
  }
  kernels.memory_anchor_ns.push_back(view.step_ns);
  kernels.kernel_anchor_ns.push_back(kernels.step_ns);
}

}  // namespace

std::optional<StepKernels> stepKernels(const StepMemoryView& view, const PointResult& point) {
  if (!point.kernels || point.kernels->time_ns.empty()) return std::nullopt;
  const KernelTimeline& timeline = *point.kernels;
  StepKernels kernels;
  for (const std::string& name : timeline.names) kernels.names.push_back(QString::fromStdString(name));
  if (point.attribution) kernels.step_ns = point.attribution->traced_step_ns.value_or(0);
  const std::vector<int> graph_blocks = graphBlocks(timeline.block_names, point);
  addKernels(kernels, timeline, graph_blocks);
  kernels.step_ns = std::max<std::int64_t>(kernels.step_ns, 1);
  addAnchors(kernels, view, timeline, graph_blocks);
  return kernels;
}

}  // namespace remat
