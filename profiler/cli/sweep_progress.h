// How far a sweep is, for people, on standard error: one line that is rewritten on a terminal; else a line per point
// that is finished, and one now and then while there is none.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "profiler/cli/sweep_forecast.h"
#include "profiler/core/records.h"

namespace remat {

class SweepProgress {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr auto kLongestSilence = std::chrono::seconds(10);

  /// columns: of the terminal, 0 if there is none. `write`: takes text for standard error.
  SweepProgress(
      const std::vector<MeasureRequest>& requests, std::size_t columns, std::function<void(const std::string&)> write,
      std::function<Clock::time_point()> now = [] { return Clock::now(); });

  void take(const Record& record);
  /// Takes the rewritten line away, so that other text can follow.
  void clear();

  [[nodiscard]] std::int64_t finished() const { return finished_; }
  /// Points with this outcome so far.
  [[nodiscard]] std::int64_t count(Outcome outcome) const;

 private:
  void pointFinished(const PointFinished& point);
  [[nodiscard]] std::string timesText() const;
  void write(const std::string& text);
  void tell(std::string text);

  std::int64_t points_ = 0;
  std::size_t columns_;
  std::function<void(const std::string&)> write_;
  std::function<Clock::time_point()> now_;
  Clock::time_point start_, written_;
  SweepForecast forecast_;
  std::map<std::string, std::string> names_;  // key -> what people call the point
  std::map<Outcome, std::int64_t> outcomes_;
  std::int64_t finished_ = 0;
  std::size_t shown_ = 0;  // characters of the rewritten line
};

/// "full of gpt2, 12 layers, batch 2 x 128 tokens, float32, adamw, cpu"
[[nodiscard]] std::string pointName(const PointSpec& point);

}  // namespace remat
