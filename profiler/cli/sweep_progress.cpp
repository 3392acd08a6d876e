#include "profiler/cli/sweep_progress.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "profiler/cli/training_options.h"
#include "profiler/core/units.h"

namespace remat {

using Clock = std::chrono::steady_clock;

std::string pointName(const PointSpec& point) {
  const TrainingSpec& training = point.training;
  std::string name = point.model + " " + point.policy + ", batch " + std::to_string(training.batch_size) + " x " +
                     std::to_string(training.sequence_length);
  if (training.num_hidden_layers) name += ", " + std::to_string(*training.num_hidden_layers) + " layers";
  return name + ", " + precisionName(training.precision);
}

SweepProgress::SweepProgress(std::int64_t points, std::size_t columns, std::function<void(const std::string&)> write)
    : points_(points), columns_(columns), write_(std::move(write)) {}

std::int64_t SweepProgress::count(Outcome outcome) const {
  const auto found = outcomes_.find(outcome);
  return found == outcomes_.end() ? 0 : found->second;
}

std::string SweepProgress::timesText() const {
  const auto elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start_).count();
  std::string text = durationText(elapsed) + " elapsed";
  if (finished_ > 0 && finished_ < points_)
    text += ", about " + durationText(elapsed / finished_ * (points_ - finished_)) + " left";
  return text;
}

void SweepProgress::rewrite(std::string text) {
  if (columns_ == 0) return;
  if (text.size() >= columns_) text.resize(columns_ - 1);  // a line that wraps cannot be rewritten
  const std::size_t padding = shown_ > text.size() ? shown_ - text.size() : 0;
  write_("\r" + text + std::string(padding, ' '));
  shown_ = text.size();
}

void SweepProgress::clear() {
  if (shown_ == 0) return;
  write_("\r" + std::string(shown_, ' ') + "\r");
  shown_ = 0;
}

void SweepProgress::take(const Record& record) {
  const std::string place = std::to_string(finished_) + "/" + std::to_string(points_) + " points, ";
  if (const auto* started = std::get_if<PointStarted>(&record)) {
    names_[started->point] = pointName(started->spec);
    rewrite(place + timesText() + ": " + names_[started->point]);
  } else if (const auto* sample = std::get_if<Sample>(&record)) {
    rewrite(place + timesText() + ": " + names_[sample->point] + ", step " + durationText(sample->step_time_ns));
  } else if (const auto* finished = std::get_if<PointFinished>(&record)) {
    pointFinished(*finished);
  } else if (const auto* event = std::get_if<Event>(&record)) {
    clear();
    write_(event->severity + ": " + event->message + "\n");
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
  if (columns_ > 0 && point.outcome == Outcome::completed) return rewrite(line);
  clear();
  write_(line + (columns_ > 0 ? "" : " (" + timesText() + ")") + "\n");
}

}  // namespace remat
