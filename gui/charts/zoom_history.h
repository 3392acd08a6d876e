// Ranges that were seen, to go back and forth between them. Only values.
#pragma once

#include <cstdint>
#include <vector>

namespace remat {

struct TimeRange {
  std::int64_t begin_ns = 0, end_ns = 0;
  bool operator==(const TimeRange&) const = default;
};

class ZoomHistory {
 public:
  explicit ZoomHistory(TimeRange whole = {}) : ranges_{whole} {}

  [[nodiscard]] const TimeRange& current() const { return ranges_[at_]; }
  [[nodiscard]] const TimeRange& whole() const { return ranges_.front(); }
  /// Forgets what lay ahead. `replaces`: part of the same movement as the change before.
  void add(TimeRange range, bool replaces);
  bool back();
  bool forward();

 private:
  static constexpr std::size_t kMost = 100;
  std::vector<TimeRange> ranges_;  ///< the first is the whole step
  std::size_t at_ = 0;
};

}  // namespace remat
