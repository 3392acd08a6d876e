// A loaded run: what a run file says, point by point. Everything that shows results starts from here.
//
// Loading keeps every whole line that can be read and counts what cannot. Files merge by concatenation: of several
// attempts at one point the latest finished one counts, an unfinished one only if there is no other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/core/records.h"

namespace remat {

/// What one call of a program wrote.
struct Session {
  std::optional<RunStarted> started;  ///< absent in a stream that came from a worker alone
  std::vector<Hello> workers;         ///< in order; a worker is replaced after out-of-memory, crash or time-out
  bool operator==(const Session&) const = default;
};

struct PointResult {
  PointStarted started;
  std::vector<Sample> samples;
  std::optional<Memory> memory;
  std::vector<BlockResult> blocks;  ///< in the order of the graph
  std::optional<AllocationTimeline> timeline;
  std::optional<Transfers> transfers;
  std::optional<DeviceState> device_state;
  std::optional<Attribution> attribution;
  std::vector<OpTime> op_times;
  std::optional<KernelTimeline> kernels;
  std::optional<PointFinished> finished;  ///< absent: it is being measured, or the sweep ended meanwhile
  int session = 0;                        ///< in Run::sessions
  int worker = -1;                        ///< in that session's workers; -1: unknown
  int attempts = 1;  ///< which time this was that it was started; what earlier ones told is not kept
  bool operator==(const PointResult&) const = default;

  [[nodiscard]] const PointSpec& spec() const { return started.spec; }
  [[nodiscard]] const std::string& key() const { return started.point; }
  [[nodiscard]] bool completed() const { return finished && finished->outcome == Outcome::completed; }
  /// Of the samples that are no warm-up, those that were taken while something slowed the device down.
  [[nodiscard]] std::int64_t throttledSamples() const;
  /// The same of those in which the allocator emptied its cache to go on.
  [[nodiscard]] std::int64_t retriedSamples() const;
};

struct DamagedLine {
  std::int64_t line = 0;  ///< counted from 1
  std::string reason;
  bool operator==(const DamagedLine&) const = default;
};

/// What of a file could not be used.
struct Damage {
  static constexpr std::size_t kKeptLines = 100;
  std::vector<DamagedLine> lines;    ///< the first kKeptLines of them
  std::int64_t damaged_lines = 0;    ///< whole lines that are no records
  std::int64_t unknown_records = 0;  ///< records of a newer minor version
  std::int64_t stray_records = 0;    ///< records of a point that never started
  std::int64_t torn_bytes = 0;       ///< after the last whole line
  bool operator==(const Damage&) const = default;

  [[nodiscard]] bool none() const { return *this == Damage{}; }
  /// One sentence for people; empty if there is none.
  [[nodiscard]] std::string text() const;
};

/// Where in the order of the file an event stands.
struct EventPlace {
  int session = -1;  ///< in Run::sessions; -1: before the first
  int worker = -1;   ///< the last one of that session then; -1: none yet
  /// Key of the point that the last record before it was about, which an event about a lost worker means; empty: none
  /// in this session yet.
  std::string point;
  bool point_finished = false;  ///< that point had its outcome already
  bool operator==(const EventPlace&) const = default;
};

/// Immutable once loaded.
struct Run {
  std::string path;
  std::vector<Session> sessions;
  std::vector<PointResult> points;  ///< in the order in which they were first started
  std::vector<Event> events;
  std::vector<EventPlace> event_places;  ///< one per event
  Damage damage;
  bool operator==(const Run&) const = default;

  /// The point of this key, or null.
  [[nodiscard]] const PointResult* find(std::string_view key) const;
  /// The machine that measured a point, or null if unknown.
  [[nodiscard]] const Hello* workerOf(const PointResult& point) const;
};

/// Throws Error(bad_input) if the file cannot be read, is no run file at all (not one record), or was written with
/// another major version of the format. An empty file is an empty run.
[[nodiscard]] Run loadRun(const std::filesystem::path& path);

/// The same for text in memory; `where` names it in messages.
[[nodiscard]] Run parseRun(std::string_view text, const std::string& where);

/// Keys of the points that a resumed sweep leaves out. retry_failed: measure points again whose outcome is failed.
[[nodiscard]] std::set<std::string> finishedKeys(const Run& run, bool retry_failed = false);

/// Points that differ in policy only, which therefore can be compared; indices into Run::points, in their order.
struct PointGroup {
  std::vector<std::size_t> points;
  std::optional<std::size_t> baseline;  ///< the completed point with policy store_all
};

[[nodiscard]] std::vector<PointGroup> groupPoints(const Run& run);
/// The group of one point, without looking for the others.
[[nodiscard]] PointGroup groupOf(const Run& run, std::size_t point);

/// The sentence that stands for the result of a point that is not completed; empty for one that is.
[[nodiscard]] std::string outcomeText(const PointResult& point);

}  // namespace remat
