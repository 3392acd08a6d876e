#include "profiler/core/run.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

#include "engine/spec/error.h"
#include "profiler/core/record_reader.h"

namespace remat {
namespace {

/// Puts records together to points, attempt by attempt.
class RunBuilder {
 public:
  explicit RunBuilder(Run& run) : run_(run) {}

  void add(Record&& record) {
    std::visit([this](auto& alternative) { take(std::move(alternative)); }, record);
  }

  /// Points whose only attempts were not finished come last in each place of the order.
  void finish() {
    for (const std::string& key : order_) {
      auto& point = points_.at(key);
      if (point.finished) {
        run_.points.push_back(std::move(*point.finished));
      } else {
        run_.points.push_back(std::move(*point.running));
      }
    }
    for (PointResult& point : run_.points) {
      std::stable_sort(point.blocks.begin(), point.blocks.end(),
                       [](const BlockResult& a, const BlockResult& b) { return a.block < b.block; });
    }
  }

 private:
  struct Attempts {
    std::optional<PointResult> running;
    std::optional<PointResult> finished;
    int count = 0;
  };

  void take(RunStarted&& record) {
    run_.sessions.emplace_back().started = std::move(record);
    last_point_.clear();
  }

  void take(Hello&& record) {
    if (run_.sessions.empty()) run_.sessions.emplace_back();
    run_.sessions.back().workers.push_back(std::move(record));
  }

  void take(Event&& record) {
    run_.events.push_back(std::move(record));
    EventPlace& place = run_.event_places.emplace_back();
    place.session = static_cast<int>(run_.sessions.size()) - 1;
    if (place.session >= 0) place.worker = static_cast<int>(run_.sessions.back().workers.size()) - 1;
    place.point = last_point_;
    place.point_finished = !last_point_.empty() && !points_.at(last_point_).running;
  }

  void take(PointStarted&& record) {
    if (run_.sessions.empty()) run_.sessions.emplace_back();
    auto [at, is_new] = points_.try_emplace(record.point);
    if (is_new) order_.push_back(record.point);
    PointResult& point = at->second.running.emplace();
    point.session = static_cast<int>(run_.sessions.size()) - 1;
    point.worker = static_cast<int>(run_.sessions.back().workers.size()) - 1;
    point.attempts = ++at->second.count;
    point.started = std::move(record);
    last_point_ = point.key();
  }

  void take(Sample&& record) {
    with(record, [](auto& point, auto& r) { point.samples.push_back(std::move(r)); });
  }
  void take(Memory&& record) {
    with(record, [](auto& point, auto& r) { point.memory = std::move(r); });
  }
  void take(BlockResult&& record) {
    with(record, [](auto& point, auto& r) { point.blocks.push_back(std::move(r)); });
  }
  void take(AllocationTimeline&& record) {
    with(record, [](auto& point, auto& r) { point.timeline = std::move(r); });
  }

  void take(Transfers&& record) {
    with(record, [](auto& point, auto& r) { point.transfers = std::move(r); });
  }
  void take(DeviceState&& record) {
    with(record, [](auto& point, auto& r) { point.device_state = std::move(r); });
  }
  void take(Attribution&& record) {
    with(record, [](auto& point, auto& r) { point.attribution = std::move(r); });
  }
  void take(OpTime&& record) {
    with(record, [](auto& point, auto& r) { point.op_times.push_back(std::move(r)); });
  }
  void take(KernelTimeline&& record) {
    with(record, [](auto& point, auto& r) { point.kernels = std::move(r); });
  }

  void take(PointFinished&& record) {
    const auto at = points_.find(record.point);
    with(record, [](auto& point, auto& r) { point.finished = std::move(r); });
    if (at == points_.end() || !at->second.running) return;
    at->second.finished = std::move(at->second.running);
    at->second.running.reset();
  }

  template <typename T, typename Put>
  void with(T& record, Put put) {
    const auto at = points_.find(record.point);
    if (at == points_.end() || !at->second.running) {
      ++run_.damage.stray_records;
    } else {
      last_point_ = record.point;
      put(*at->second.running, record);
    }
  }

  Run& run_;
  std::unordered_map<std::string, Attempts> points_;
  std::vector<std::string> order_;
  std::string last_point_;  ///< that a record of this session was about last
};

/// Reads a text that is followed by RecordReader::kPaddingBytes readable bytes.
class RunParser {
 public:
  RunParser(Run& run, const std::string& where) : run_(run), where_(where), builder_(run) {}

  void parse(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const bool may_be_torn_record = looksLikeRunFile(text.substr(0, 64));
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      if (end == std::string_view::npos) break;  // torn, or being written right now
      takeLine(text.substr(0, end));
      text.remove_prefix(end + 1);
    }
    run_.damage.torn_bytes = static_cast<std::int64_t>(text.size());
    const bool nothing_read = records_ == 0 && run_.damage.unknown_records == 0;
    if (nothing_read && (run_.damage.damaged_lines > 0 || !may_be_torn_record)) {
      const std::string found = run_.damage.lines.empty() ? "text" : run_.damage.lines.front().reason;
      throw Error(ErrorKind::bad_input, where_, "must be a run file with one record per line, but its line 1 " + found,
                  "name a file that `rematscope sweep --output` wrote");
    }
    builder_.finish();
  }

 private:
  void takeLine(std::string_view line) {
    ++line_;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    ReadLine read = reader_.readPadded(line);
    if (read.kind == ReadLine::Kind::damaged) {
      if (++run_.damage.damaged_lines <= static_cast<std::int64_t>(Damage::kKeptLines)) {
        run_.damage.lines.push_back({line_, read.problem});
      }
      // A torn line to which another run was appended: what was appended is whole.
      const std::size_t next = line.rfind("{\"record\":\"");
      if (next == std::string_view::npos || next == 0) return;
      read = reader_.readPadded(line.substr(next));
    }
    if (read.kind == ReadLine::Kind::other_version) {
      throw Error(ErrorKind::bad_input, where_ + " line " + std::to_string(line_), read.problem,
                  "open it with the version of rematscope that wrote it");
    }
    if (read.kind == ReadLine::Kind::unknown) ++run_.damage.unknown_records;
    if (read.kind != ReadLine::Kind::record) return;
    ++records_;
    builder_.add(std::move(*read.record));
  }

  Run& run_;
  std::string where_;
  RunBuilder builder_;
  RecordReader reader_;
  std::int64_t line_ = 0;
  std::int64_t records_ = 0;
};

Run parsePadded(std::string_view text, const std::string& where) {
  Run run;
  run.path = where;
  RunParser(run, where).parse(text);
  return run;
}

std::string countOf(std::int64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

static std::string withoutStop(std::string sentence) {
  if (sentence.ends_with('.')) sentence.pop_back();
  return sentence;
}

std::string Damage::text() const {
  if (none()) return "";
  std::vector<std::string> parts;
  if (damaged_lines > 0) {
    parts.push_back(countOf(damaged_lines, "line") + " could not be read (line " + std::to_string(lines.front().line) +
                    ": " + withoutStop(lines.front().reason) + ")");
  }
  if (unknown_records > 0) parts.push_back(countOf(unknown_records, "record") + " of a newer version left out");
  if (stray_records > 0) parts.push_back(countOf(stray_records, "record") + " of points that never started left out");
  if (torn_bytes > 0) parts.push_back(countOf(torn_bytes, "byte") + " after the last whole line left out");
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text + ".";
}

std::int64_t PointResult::throttledSamples() const {
  return std::count_if(samples.begin(), samples.end(), [](const Sample& s) { return s.throttled && !s.warm_up; });
}

std::int64_t PointResult::retriedSamples() const {
  return std::count_if(samples.begin(), samples.end(),
                       [](const Sample& s) { return s.allocation_retries.value_or(0) > 0 && !s.warm_up; });
}

const PointResult* Run::find(std::string_view key) const {
  const auto at = std::find_if(points.begin(), points.end(), [&](const auto& point) { return point.key() == key; });
  return at == points.end() ? nullptr : &*at;
}

const Hello* Run::workerOf(const PointResult& point) const {
  if (point.session < 0 || static_cast<std::size_t>(point.session) >= sessions.size()) return nullptr;
  const auto& workers = sessions[static_cast<std::size_t>(point.session)].workers;
  if (point.worker < 0 || static_cast<std::size_t>(point.worker) >= workers.size()) return nullptr;
  return &workers[static_cast<std::size_t>(point.worker)];
}

Run loadRun(const std::filesystem::path& path) {
  const auto refuse = [&](const std::string& what) {
    return Error(ErrorKind::bad_input, path.string(), what, "name a run file (*.remat.jsonl)");
  };
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw refuse("must be a file, but is a folder");
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw refuse(std::string("cannot be opened: ") + std::strerror(errno));
  const std::streamoff size = file.tellg();
  if (size < 0) throw refuse("must be an ordinary file");
  // Without std::string, which would write every byte twice.
  const auto length = static_cast<std::size_t>(size);
  const auto buffer = std::make_unique_for_overwrite<char[]>(length + RecordReader::kPaddingBytes);
  std::fill_n(buffer.get() + length, RecordReader::kPaddingBytes, ' ');
  file.seekg(0);
  file.read(buffer.get(), size);
  return parsePadded({buffer.get(), static_cast<std::size_t>(file.gcount())}, path.string());
}

Run parseRun(std::string_view text, const std::string& where) {
  std::string padded(text);
  padded.append(RecordReader::kPaddingBytes, ' ');
  return parsePadded(std::string_view(padded).substr(0, text.size()), where);
}

std::set<std::string> finishedKeys(const Run& run, bool retry_failed) {
  std::set<std::string> keys;
  for (const PointResult& point : run.points) {
    if (point.finished && !(retry_failed && point.finished->outcome == Outcome::failed)) keys.insert(point.key());
  }
  return keys;
}

std::string outcomeText(const PointResult& point) {
  if (!point.finished) return "Not finished: it is still being measured, or the sweep ended before it was done.";
  if (point.completed()) return "";
  if (!point.finished->reason.empty()) return point.finished->reason;
  return point.finished->outcome == Outcome::out_of_memory ? "Ran out of memory." : "No reason was given.";
}

}  // namespace remat
