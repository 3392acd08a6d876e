// How far a sweep is, for people, on standard error: one line that is rewritten on a terminal, else a line per point.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "profiler/core/records.h"

namespace remat {

class SweepProgress {
 public:
  /// columns: of the terminal, 0 if there is none. `write`: takes text for standard error.
  SweepProgress(std::int64_t points, std::size_t columns, std::function<void(const std::string&)> write);

  void take(const Record& record);
  /// Takes the rewritten line away, so that other text can follow.
  void clear();

  [[nodiscard]] std::int64_t finished() const { return finished_; }
  /// Points with this outcome so far.
  [[nodiscard]] std::int64_t count(Outcome outcome) const;

 private:
  void pointFinished(const PointFinished& point);
  [[nodiscard]] std::string timesText() const;
  void rewrite(std::string text);

  std::int64_t points_;
  std::size_t columns_;
  std::function<void(const std::string&)> write_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::map<std::string, std::string> names_;  // key -> what people call the point
  std::map<Outcome, std::int64_t> outcomes_;
  std::int64_t finished_ = 0;
  std::size_t shown_ = 0;  // characters of the rewritten line
};

/// "gpt2 full, batch 2 x 128, 4 layers, float32"
[[nodiscard]] std::string pointName(const PointSpec& point);

}  // namespace remat
