// The phases, blocks and replays of a step, from its allocation timeline. Used by step_memory_view.cpp only.
#pragma once

#include "gui/models/step_memory_view.h"
#include "profiler/core/run.h"

namespace remat {

/// Fills phases, blocks and replays of a view that has its times. `point` has a timeline.
void addSpans(StepMemoryView& view, const PointResult& point);

/// Replays and copies happen inside another phase; this is the one that contains them, `before` if it is none itself.
[[nodiscard]] Phase mainPhase(Phase phase, Phase before);

/// For each name of a list of blocks: its index in the graph.
[[nodiscard]] std::vector<int> graphBlocks(const std::vector<std::string>& names, const PointResult& point);

}  // namespace remat
