// What arrow keys mean in charts: a step to the right or down, and the key of the thing that is one step further.
#pragma once

#include <optional>
#include <vector>

#include <QString>

namespace remat {

/// One of both is not 0, unless it was no arrow.
struct ArrowStep {
  int right = 0, down = 0;
  bool operator==(const ArrowStep&) const = default;

  [[nodiscard]] bool isNone() const { return right == 0 && down == 0; }
  /// In a row of things: right and down are onwards.
  [[nodiscard]] int onwards() const { return right + down; }
};

/// `key`: a Qt::Key.
[[nodiscard]] ArrowStep arrowStep(int key);

/// `steps` after `from` among `count` things, no further than the ends; from nowhere: the first, or backwards the last.
/// `count` is not 0.
[[nodiscard]] int neighbourIndex(std::optional<int> from, int steps, int count);
/// The same in `order`, from what may not be in it. Empty if there is nothing.
[[nodiscard]] QString neighbourIn(const std::vector<QString>& order, const QString& from, int steps);

}  // namespace remat
