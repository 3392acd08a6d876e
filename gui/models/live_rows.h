// What is alive at a point's peak, in rows that people can read: a model of 32 equal blocks has 32 tensors of each
// name, which are one row here.
#pragma once

#include <cstdint>
#include <vector>

#include <QString>
#include <QStringList>

#include "profiler/core/run.h"

namespace remat {

/// Tensors of the same name and category, added up over blocks.
struct LiveRow {
  QString name{};             ///< "gate": what of a block; "lm_head.weight"; "12 other activations"
  QString where{};            ///< "layers 9 to 31", "head", "at least 5 blocks"; empty: no block
  QStringList tensors{};      ///< names in the record, for Selection::setActivation and tool tips
  std::vector<int> blocks{};  ///< indices in the graph, ascending
  Category category = Category::temporaries;
  std::int64_t bytes = 0;
  std::int64_t count = 1;  ///< of tensors
  double share_ratio = 0;  ///< of the peak
  bool operator==(const LiveRow&) const = default;
};

/// Largest first. Adds up to the peak of allocated bytes; what no tensor accounts for is a row of its own. Without a
/// list of tensors a row per category; empty without a memory pass.
[[nodiscard]] std::vector<LiveRow> liveRows(const PointResult& point);

/// "layers 0 to 5 and 9", "embedding", "layer 3, head": names of blocks in order, layers as ranges.
[[nodiscard]] QString blocksText(const QStringList& names);

}  // namespace remat
