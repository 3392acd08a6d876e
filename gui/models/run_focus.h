// Which part of a run the pages look at: the group of comparable points around the selected one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <QString>
#include <QStringList>

#include "profiler/core/run.h"

namespace remat {

/// A run with its groups, computed once per run.
struct GroupedRun {
  std::shared_ptr<const Run> run;
  std::vector<PointGroup> groups;

  /// Index of the group that has this point; absent if none has.
  [[nodiscard]] std::optional<std::size_t> groupOf(const QString& key) const;
  [[nodiscard]] const PointResult* find(const QString& key) const;
};

[[nodiscard]] GroupedRun grouped(std::shared_ptr<const Run> run);

/// The point that a run opens with: in the group that tells most (most completed policies, then most records of step
/// memory, then the most recent one), the fastest that fits under the cap of the group or else under the line, else the
/// first. Empty if there are no points.
[[nodiscard]] QString firstPoint(const GroupedRun& run, std::optional<std::int64_t> memory_line_bytes);
/// The fastest completed point of a group under the line; empty if none fits.
[[nodiscard]] QString bestPoint(const Run& run, const PointGroup& group, std::optional<std::int64_t> memory_line_bytes);
/// The point `step` places after this one in its group, around the end.
[[nodiscard]] QString neighbour(const GroupedRun& run, const QString& key, int step);
/// In another group, the point that is most like this one: the same policy, else the group's first.
[[nodiscard]] QString sameIn(const GroupedRun& run, std::size_t group, const QString& key);
/// What tells the groups apart, one text for each: "8 layers, batch 4 x 256 tokens".
[[nodiscard]] QStringList groupLabels(const GroupedRun& run);
[[nodiscard]] QStringList groupLabels(const Run& run, const std::vector<PointGroup>& groups);
/// The memory line that a group suggests: the cap that its points were measured under; absent: none.
[[nodiscard]] std::optional<std::int64_t> suggestedMemoryLine(const GroupedRun& run, const QString& key);

}  // namespace remat
