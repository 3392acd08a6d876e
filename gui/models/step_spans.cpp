#include "gui/models/step_spans.h"

#include <algorithm>

namespace remat {
namespace {

/// Lets the last span go on to `time_ns`, or begins another one if phase or block differ.
void extend(std::vector<StepSpan>& spans, Phase phase, int block, std::int64_t time_ns) {
  if (!spans.empty()) {
    if (spans.back().phase == phase && spans.back().block == block) return;
    spans.back().end_ns = time_ns;
  }
  spans.push_back({phase, block, time_ns, time_ns});
}

/// Spans of no length were shorter than the clock's tick; they would only be in the way.
void finish(std::vector<StepSpan>& spans, std::int64_t end_ns) {
  if (!spans.empty() && spans.back().end_ns == spans.back().begin_ns) spans.back().end_ns = end_ns;
  std::erase_if(spans, [](const StepSpan& span) { return span.end_ns <= span.begin_ns; });
}

}  // namespace

Phase mainPhase(Phase phase, Phase before) {
  switch (phase) {
    case Phase::recompute: return Phase::backward;
    case Phase::offload:
    case Phase::prefetch:
    case Phase::setup: return before;
    default: return phase;
  }
}

std::vector<int> graphBlocks(const std::vector<std::string>& names, const PointResult& point) {
  std::vector<int> blocks;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto same = std::find_if(point.blocks.begin(), point.blocks.end(),
                                   [&](const BlockResult& block) { return block.name == names[i]; });
    blocks.push_back(same == point.blocks.end() ? static_cast<int>(i) : static_cast<int>(same - point.blocks.begin()));
  }
  return blocks;
}

void addSpans(StepMemoryView& view, const PointResult& point) {
  const AllocationTimeline& timeline = *point.timeline;
  const std::vector<int> graph_blocks = graphBlocks(timeline.block_names, point);
  Phase main = Phase::forward;
  int block = -1;
  bool replaying = false;
  for (std::size_t i = 0; i < timeline.bytes.size(); ++i) {
    const std::int64_t time_ns = i == 0 ? 0 : view.time_ns[i + 1];
    const auto phase = static_cast<Phase>(timeline.phase[i]);
    main = mainPhase(phase, main);
    const std::int32_t here = timeline.block[i];
    if (here >= 0 && static_cast<std::size_t>(here) < graph_blocks.size())
      block = graph_blocks[static_cast<std::size_t>(here)];
    if (main == Phase::optimizer) block = -1;
    extend(view.phases, main, -1, time_ns);
    extend(view.blocks, main, block, time_ns);
    const bool replays = phase == Phase::recompute;
    if (replays && !replaying) view.replays.push_back({phase, block, time_ns, time_ns});
    if (!replays && replaying) view.replays.back().end_ns = time_ns;
    replaying = replays;
  }
  finish(view.phases, view.step_ns);
  finish(view.blocks, view.step_ns);
  finish(view.replays, view.step_ns);
  std::erase_if(view.blocks, [](const StepSpan& span) { return span.block < 0; });
}

}  // namespace remat
