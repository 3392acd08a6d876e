// What the frontier chart shows: every point of a group as a mark at its peak memory and its speed. A pure function of
// a run, without widgets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "gui/models/policy_style.h"
#include "gui/models/selection.h"
#include "profiler/report/tables.h"

namespace remat {

struct FrontierMark {
  enum class State : std::uint8_t {
    measured,
    dominated,      ///< measured, but another one is at least as fast and as small
    predicted,      ///< hollow; a later step fills it in
    out_of_memory,  ///< a cross at the memory line; has no speed
    unknown         ///< failed, skipped or not finished: only in the table
  };

  QString key{};
  std::string policy{};
  State state = State::measured;
  PolicyStyle style{};
  std::int64_t peak_bytes = 0;                                      ///< allocated; of a cross: what it needs more than
  std::optional<std::int64_t> peak_low_bytes{}, peak_high_bytes{};  ///< of predictions: peaks are measured exactly
  std::optional<std::int64_t> reserved_bytes{};
  double speed = 0.0;                               ///< ns or tokens per second
  std::optional<double> speed_low{}, speed_high{};  ///< 95% interval of the median
  bool has_interval = false;                        ///< false: too few samples for one, these are their extremes
  QString tip{};  ///< for pointing at it: value, unit, samples, interval, exact bytes; or what became of it
  bool operator==(const FrontierMark&) const = default;

  [[nodiscard]] bool hasPlace() const { return state != State::unknown && state != State::out_of_memory; }
};

/// The same group as another run measured it, drawn behind the marks.
struct OtherRun {
  struct Point {
    FrontierMark mark{};
    std::optional<std::size_t> here{};  ///< the same point in this run, in FrontierView::marks
    bool operator==(const Point&) const = default;
  };

  QString title{}, title_here{};  ///< of that run, and of the one in front of it
  std::vector<Point> points{};
  std::vector<std::size_t> frontier{};  ///< in `points`, fastest first
  bool operator==(const OtherRun&) const = default;
};

struct FrontierView {
  QString group_title{};  ///< "gpt2, 12 layers, ..."
  QString finding{};
  SpeedUnit speed_unit = SpeedUnit::step_time;
  std::optional<std::int64_t> memory_line_bytes{};
  std::optional<std::size_t> winner{};  ///< in `marks`: the fastest under the line
  std::vector<FrontierMark> marks{};    ///< in the order of the run
  std::vector<std::size_t> frontier{};  ///< in `marks`, fastest first: the step line
  std::optional<OtherRun> other{};
  bool operator==(const FrontierView&) const = default;

  [[nodiscard]] bool empty() const { return marks.empty(); }
  /// One row per point, also of those without a mark; then those of the other run, and which run each is of.
  [[nodiscard]] ResultTable table() const;
};

/// `memory_line_bytes` absent: the cap under which the points were measured, if they were under one.
[[nodiscard]] FrontierView frontierView(const Run& run, const PointGroup& group, SpeedUnit unit,
                                        std::optional<std::int64_t> memory_line_bytes);

/// The cap that a group's points were measured under.
[[nodiscard]] std::optional<std::int64_t> measuredMemoryCap(const Run& run, const PointGroup& group);

}  // namespace remat
