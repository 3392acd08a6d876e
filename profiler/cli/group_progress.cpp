#include "profiler/cli/group_progress.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "profiler/core/record_fields.h"
#include "profiler/core/value_list.h"

namespace remat {

GroupProgress::GroupProgress(std::vector<PointSpec> points) {
  for (PointSpec& point : points) {
    std::string key = pointKey(point);
    points_.push_back({std::move(point), std::move(key)});
  }
}

bool GroupProgress::done() const {
  return std::all_of(points_.begin(), points_.end(), [](const Point& p) { return p.state == State::finished; });
}

std::vector<PointSpec> GroupProgress::beginAttempt() {
  last_.reset();
  attempt_finished_ = 0;
  may_leave_ = false;
  std::vector<PointSpec> request;
  for (Point& point : points_) {
    if (point.state != State::waiting || point.alone) continue;
    point.state = State::requested;
    request.push_back(point.spec);
  }
  if (!request.empty()) return request;
  const auto waiting = [](const Point& p) { return p.state == State::waiting; };
  const auto next = std::find_if(points_.begin(), points_.end(), waiting);
  if (next == points_.end()) return request;
  next->state = State::requested;
  return {next->spec};
}

bool GroupProgress::attemptDone() const {
  return std::all_of(points_.begin(), points_.end(),
                     [](const Point& p) { return p.state == State::finished || p.state == State::waiting; });
}

std::optional<std::size_t> GroupProgress::find(const std::string& key) const {
  const auto found = std::find_if(points_.begin(), points_.end(), [&](const Point& p) { return p.key == key; });
  if (found == points_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - points_.begin());
}

std::string GroupProgress::acceptStart(const PointStarted& started) {
  const auto index = find(started.point);
  if (!index) return "point_started of a point that nobody asked for (" + shownWord(started.point) + ")";
  if (points_[*index].state != State::requested)
    return "point_started of a point that is not to be started now (" + points_[*index].spec.policy + ")";
  points_[*index].state = State::started;
  last_ = index;
  last_was_start_ = true;
  may_leave_ = false;
  return {};
}

std::string GroupProgress::acceptOf(const std::string& key, const std::string& kind) {
  const auto index = find(key);
  if (!index) return "a record " + kind + " of a point that nobody asked for (" + shownWord(key) + ")";
  if (points_[*index].state != State::started)
    return "a record " + kind + " of a point that is not being measured (" + points_[*index].spec.policy + ")";
  last_ = index;
  last_was_start_ = false;
  may_leave_ = false;
  return {};
}

/// Every record that says something about a point, but for the one that begins it.
template <typename Kind>
constexpr bool belongsToPoint = requires(const Kind& record) {
  record.point;
}
&&!std::is_same_v<Kind, PointStarted>;

std::string GroupProgress::accept(const Record& record) {
  return std::visit(
      [&](const auto& r) -> std::string {
        using Kind = std::decay_t<decltype(r)>;
        if constexpr (std::is_same_v<Kind, Event>) return {};
        if constexpr (std::is_same_v<Kind, Hello>) return "a second hello";
        if constexpr (std::is_same_v<Kind, RunStarted>) return "run_started, which is not its to send";
        if constexpr (std::is_same_v<Kind, PointStarted>) return acceptStart(r);
        if constexpr (belongsToPoint<Kind>) {
          std::string wrong = acceptOf(r.point, std::string(kRecordKind<Kind>));
          if (!wrong.empty()) return wrong;
        }
        if constexpr (std::is_same_v<Kind, PointFinished>) {
          finish(*last_);
          may_leave_ = r.outcome == Outcome::out_of_memory || r.outcome == Outcome::failed;
          ++attempt_finished_;
        }
        return {};
      },
      record);
}

std::optional<std::size_t> GroupProgress::running() const {
  if (last_ && points_[*last_].state == State::started) return last_;
  const auto started = [](const Point& p) { return p.state == State::started; };
  const auto first = std::find_if(points_.begin(), points_.end(), started);
  if (first == points_.end()) return std::nullopt;
  return static_cast<std::size_t>(first - points_.begin());
}

bool GroupProgress::ambiguous() const {
  std::size_t started = 0;
  for (const Point& point : points_) {
    if (point.state == State::requested) return false;  // still one after the other
    if (point.state == State::started) ++started;
  }
  return started > 1 && !last_was_start_;
}

void GroupProgress::finish(std::size_t point) { points_[point].state = State::finished; }

void GroupProgress::endAttempt(bool alone) {
  for (Point& point : points_) {
    if (point.state == State::finished || point.state == State::waiting) continue;
    point.alone = point.alone || (alone && point.state == State::started);
    point.state = State::waiting;
  }
}

}  // namespace remat
