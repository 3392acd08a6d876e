// The frontiers of two runs in one plane: where every point was in run A and is in run B. A pure function of the runs.
#pragma once

#include <cstdint>
#include <optional>

#include <QString>

#include "gui/models/frontier_view.h"
#include "gui/models/run_focus.h"

namespace remat {

/// Of the group of B's point `key_b`, else of B's first; the view's marks are B's, its `other` is A.
/// `memory_line_bytes`: as in frontierView.
[[nodiscard]] FrontierView overlaidFrontiers(const GroupedRun& run_a, const GroupedRun& run_b, const QString& key_b,
                                             SpeedUnit unit, std::optional<std::int64_t> memory_line_bytes);

}  // namespace remat
