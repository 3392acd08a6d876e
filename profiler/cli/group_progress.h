// Where the points of one request stand, as the worker's records tell. Checks that each record fits; knows no process.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "profiler/core/records.h"

namespace remat {

/// Points are measured in attempts: a request for some of them, to one worker. A point that had started when a worker
/// was lost through no fault of its own is measured once more, alone: a second loss is then its own.
class GroupProgress {
 public:
  explicit GroupProgress(std::vector<PointSpec> points);

  [[nodiscard]] bool done() const;
  /// Begins an attempt and returns its points: all that have not been started, else one of the others.
  [[nodiscard]] std::vector<PointSpec> beginAttempt();
  [[nodiscard]] bool attemptDone() const;

  /// Takes a record of the running attempt. Returns what is wrong with it, as words after "the worker sent ", or an
  /// empty text if it fits.
  [[nodiscard]] std::string accept(const Record& record);

  /// The point that is being measured: the one of the last record, else the first that has started; none before the
  /// first has started.
  [[nodiscard]] std::optional<std::size_t> running() const;
  /// True if several points may have been measured when the records ended: their steps are timed in turn, and nothing
  /// says which one's turn it was. To blame the last one heard of would cost an innocent point its result.
  [[nodiscard]] bool ambiguous() const;
  /// True if the last record ended a point that a worker may leave after: out of memory, or failed (its device may be
  /// lost). The next one takes over, and no other point is blamed.
  [[nodiscard]] bool mayLeave() const { return may_leave_; }
  /// Points that finished in this attempt.
  [[nodiscard]] std::size_t attemptFinished() const { return attempt_finished_; }

  void finish(std::size_t point);
  /// Ends the attempt: what has not finished waits for another one. `alone`: those that had started go alone.
  void endAttempt(bool alone);

  [[nodiscard]] const PointSpec& point(std::size_t index) const { return points_[index].spec; }
  [[nodiscard]] const std::string& key(std::size_t index) const { return points_[index].key; }
  [[nodiscard]] bool finished(std::size_t index) const { return points_[index].state == State::finished; }
  [[nodiscard]] std::size_t size() const { return points_.size(); }

 private:
  enum class State : std::uint8_t { waiting, requested, started, finished };
  struct Point {
    PointSpec spec;
    std::string key;
    State state = State::waiting;
    bool alone = false;
  };
  [[nodiscard]] std::string acceptStart(const PointStarted& started);
  [[nodiscard]] std::string acceptOf(const std::string& key, const std::string& kind);
  [[nodiscard]] std::optional<std::size_t> find(const std::string& key) const;

  std::vector<Point> points_;
  std::optional<std::size_t> last_;
  bool last_was_start_ = false;
  std::size_t attempt_finished_ = 0;
  bool may_leave_ = false;
};

}  // namespace remat
