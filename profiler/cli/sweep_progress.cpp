#include "profiler/cli/sweep_progress.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "profiler/core/units.h"
#include "profiler/report/tables.h"

namespace remat {

std::string pointName(const PointSpec& point) { return point.policy + " of " + groupTitle(point); }

SweepProgress::SweepProgress(const std::vector<MeasureRequest>& requests, std::size_t columns,
                             std::function<void(const std::string&)> write, std::function<Clock::time_point()> now)
    : columns_(columns),
      write_(std::move(write)),
      now_(std::move(now)),
      start_(now_()),
      written_(start_),
      forecast_(requests) {
  for (const MeasureRequest& request : requests) points_ += static_cast<std::int64_t>(request.points.size());
}

std::int64_t SweepProgress::count(Outcome outcome) const {
  const auto found = outcomes_.find(outcome);
  return found == outcomes_.end() ? 0 : found->second;
}

std::string SweepProgress::timesText() const {
  const std::int64_t elapsed_ns = std::chrono::nanoseconds(now_() - start_).count();
  std::string text = durationText(elapsed_ns) + " elapsed";
  const SweepForecast::Left left = forecast_.left(elapsed_ns);
  if (left.ns == 0) return text;
  // Limits are those of timed steps: what it takes to build a model and to record its memory comes on top.
  return text + (left.at_most ? ", up to about " : ", about ") + durationText(left.ns) +
         (left.at_most ? " of steps left" : " left");
}

void SweepProgress::write(const std::string& text) {
  write_(text);
  written_ = now_();
}

/// On a terminal in place of what was told before, else if nothing has been told for long.
void SweepProgress::tell(std::string text) {
  if (columns_ == 0) {
    if (now_() - written_ >= kLongestSilence) write(text + "\n");
    return;
  }
  if (text.size() >= columns_) text.resize(columns_ - 1);  // a line that wraps cannot be rewritten
  const std::size_t padding = shown_ > text.size() ? shown_ - text.size() : 0;
  write("\r" + text + std::string(padding, ' '));
  shown_ = text.size();
}

void SweepProgress::clear() {
  if (shown_ == 0) return;
  write("\r" + std::string(shown_, ' ') + "\r");
  shown_ = 0;
}

void SweepProgress::take(const Record& record) {
  forecast_.take(record, std::chrono::nanoseconds(now_() - start_).count());
  const std::string place = std::to_string(finished_) + "/" + std::to_string(points_) + " points, ";
  if (const auto* started = std::get_if<PointStarted>(&record)) {
    names_[started->point] = pointName(started->spec);
    tell(place + timesText() + ": " + names_[started->point]);
  } else if (const auto* sample = std::get_if<Sample>(&record)) {
    tell(place + timesText() + ": " + names_[sample->point] + ", step " + durationText(sample->step_time_ns));
  } else if (const auto* finished = std::get_if<PointFinished>(&record)) {
    pointFinished(*finished);
  } else if (const auto* event = std::get_if<Event>(&record)) {
    clear();
    write(event->severity + ": " + event->message + "\n");
  }
}

void SweepProgress::pointFinished(const PointFinished& point) {
  ++finished_;
  ++outcomes_[point.outcome];
  std::string line = std::to_string(finished_) + "/" + std::to_string(points_) + " " + names_[point.point] + ": ";
  if (point.outcome == Outcome::completed) {
    if (point.step_time_ns) line += durationText(*point.step_time_ns) + " a step";
    if (point.peak_allocated_bytes) line += ", peak " + bytesText(*point.peak_allocated_bytes);
    if (point.retained_bytes) line += ", retained " + bytesText(*point.retained_bytes);
  } else {
    line += std::string(outcomeName(point.outcome)) + ": " + point.reason;
  }
  // On a terminal what went well is in the table at the end; trouble stays visible.
  if (columns_ > 0 && point.outcome == Outcome::completed) return tell(line);
  clear();
  write(line + (columns_ > 0 ? "" : " (" + timesText() + ")") + "\n");
}

}  // namespace remat
