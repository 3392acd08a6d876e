// How long the rest of a sweep will take, from its plan and from what the worker has told. Knows no clock: whoever asks
// says how long the sweep has run.
//
// Before a group of points is finished, only limits are known: a point is timed for its time limit at most, and for no
// more than its largest number of samples. After that, the groups that are finished tell what a point takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "profiler/core/records.h"
#include "profiler/core/requests.h"

namespace remat {

class SweepForecast {
 public:
  explicit SweepForecast(const std::vector<MeasureRequest>& requests);

  /// elapsed_ns: since the sweep began.
  void take(const Record& record, std::int64_t elapsed_ns);

  struct Left {
    std::int64_t ns = 0;
    bool at_most = false;  ///< by limits; else as finished groups took
  };
  [[nodiscard]] Left left(std::int64_t elapsed_ns) const;

 private:
  struct Point {
    std::size_t group = 0;
    bool started = false, finished = false;
    int samples = 0;
    std::int64_t spent_ns = 0, step_ns = 0;  // in its steps; the last of them
  };
  struct Group {
    std::vector<std::string> keys;
    std::size_t finished = 0;
  };

  [[nodiscard]] std::int64_t mostLeftOf(const Point& point) const;
  [[nodiscard]] std::int64_t mostLeftOf(const Group& group, std::int64_t group_elapsed_ns) const;

  TimingLimits limits_;
  std::vector<Group> groups_;
  std::map<std::string, Point> points_;  // by key
  std::size_t unfinished_points_ = 0;
  std::size_t done_points_ = 0;  // of groups that are finished
  std::int64_t done_ns_ = 0;     // when the last of these was
  std::size_t current_ = 0;      // group of the last record
};

}  // namespace remat
