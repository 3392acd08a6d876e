#include "profiler/cli/sweep_forecast.h"

#include <algorithm>

namespace remat {

SweepForecast::SweepForecast(const std::vector<MeasureRequest>& requests) {
  for (const MeasureRequest& request : requests) {
    limits_ = request.limits;
    Group& group = groups_.emplace_back();
    for (const PointSpec& point : request.points) {
      group.keys.push_back(pointKey(point));
      points_[group.keys.back()].group = groups_.size() - 1;
    }
    unfinished_points_ += group.keys.size();
  }
}

void SweepForecast::take(const Record& record, std::int64_t elapsed_ns) {
  const auto pointOf = [&](const std::string& key) -> Point* {
    const auto found = points_.find(key);
    if (found == points_.end()) return nullptr;
    current_ = found->second.group;
    return &found->second;
  };
  if (const auto* started = std::get_if<PointStarted>(&record)) {
    if (Point* point = pointOf(started->point)) *point = {.group = point->group, .started = true};  // anew, if again
  } else if (const auto* sample = std::get_if<Sample>(&record)) {
    if (Point* point = pointOf(sample->point)) {
      point->samples += sample->warm_up ? 0 : 1;
      point->spent_ns += sample->step_time_ns;
      point->step_ns = sample->step_time_ns;
    }
  } else if (const auto* finished = std::get_if<PointFinished>(&record)) {
    Point* point = pointOf(finished->point);
    if (point == nullptr || point->finished) return;
    point->finished = true;
    --unfinished_points_;
    Group& group = groups_[point->group];
    if (++group.finished < group.keys.size()) return;
    done_points_ += group.keys.size();
    done_ns_ = elapsed_ns;
  }
}

std::int64_t SweepForecast::mostLeftOf(const Point& point) const {
  if (point.finished) return 0;
  std::int64_t left_ns = limits_.time_limit_ns - point.spent_ns;
  if (point.step_ns > 0) {
    const std::int64_t samples = std::max(limits_.max_samples - point.samples, 0);
    left_ns = std::min(left_ns, samples * point.step_ns);
  }
  return std::max<std::int64_t>(left_ns, 0);
}

/// With memory passes as long as those so far were.
std::int64_t SweepForecast::mostLeftOf(const Group& group, std::int64_t group_elapsed_ns) const {
  std::int64_t left_ns = 0, timed_ns = 0, started = 0;
  for (const std::string& key : group.keys) {
    const Point& point = points_.at(key);
    left_ns += mostLeftOf(point);
    timed_ns += point.spent_ns;
    started += point.started || point.finished ? 1 : 0;
  }
  const std::int64_t waiting = static_cast<std::int64_t>(group.keys.size()) - started;
  if (started > 0) left_ns += std::max<std::int64_t>(group_elapsed_ns - timed_ns, 0) / started * waiting;
  return left_ns;
}

SweepForecast::Left SweepForecast::left(std::int64_t elapsed_ns) const {
  if (unfinished_points_ == 0) return {};
  const Group& group = groups_[current_];
  const std::int64_t group_elapsed_ns = elapsed_ns - done_ns_;
  const bool running = group.finished < group.keys.size();
  const std::int64_t most_ns = running ? mostLeftOf(group, group_elapsed_ns) : 0;
  const auto group_points = static_cast<std::int64_t>(group.keys.size());
  const auto later = static_cast<std::int64_t>(unfinished_points_ - (running ? group.keys.size() - group.finished : 0));
  if (done_points_ == 0) return {most_ns + (group_elapsed_ns + most_ns) / group_points * later, true};
  const std::int64_t per_point_ns = done_ns_ / static_cast<std::int64_t>(done_points_);
  const std::int64_t usual_ns =
      running ? std::clamp<std::int64_t>(per_point_ns * group_points - group_elapsed_ns, 0, most_ns) : 0;
  return {usual_ns + per_point_ns * later, false};
}

}  // namespace remat
