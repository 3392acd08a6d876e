#include "gui/charts/zoom_history.h"

namespace remat {

void ZoomHistory::add(TimeRange range, bool replaces) {
  if (range == current()) return;
  if (replaces && at_ > 0) {
    ranges_[at_] = range;
    return;
  }
  ranges_.resize(at_ + 1);
  if (ranges_.size() >= kMost) ranges_.erase(ranges_.begin() + 1);
  ranges_.push_back(range);
  at_ = ranges_.size() - 1;
}

bool ZoomHistory::back() {
  if (at_ == 0) return false;
  --at_;
  return true;
}

bool ZoomHistory::forward() {
  if (at_ + 1 >= ranges_.size()) return false;
  ++at_;
  return true;
}

}  // namespace remat
