#include "profiler/report/chrome_trace.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "profiler/core/names.h"
#include "profiler/report/live_bytes.h"
#include "profiler/report/tables.h"
#include "profiler/report/trace_events.h"

namespace remat {
namespace {

using Track = TraceEvents::Track;

constexpr std::int64_t kPhaseThread = 1;
constexpr std::int64_t kBlockThread = 2;
constexpr std::int64_t kFirstStreamThread = 10;

std::vector<std::string> allQuoted(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  quoted.reserve(names.size());
  for (const std::string& name : names) quoted.push_back(jsonQuoted(name));
  return quoted;
}

std::string phaseText(std::int8_t phase) {
  return phase < 0 ? "\"unattributed\"" : jsonQuoted(nameOf(static_cast<Phase>(phase)));
}

/// The phase and block that something was in, moment by moment: what allocation and host events have in common.
struct ScopeMoments {
  const std::vector<std::int64_t>& time_ns;
  const std::vector<std::int8_t>& phase;
  const std::vector<std::int32_t>& block;
  const std::vector<std::string>& block_names;
  std::int64_t end_ns;
};

/// A slice from each change to the next one; nothing where `name` gives an empty text.
template <typename Same, typename Name>
void addRuns(TraceEvents& events, Track track, const ScopeMoments& moments, Same same, Name name) {
  const std::size_t count = moments.time_ns.size();
  for (std::size_t first = 0, next = 0; first < count; first = next) {
    for (next = first + 1; next < count && same(first, next);) ++next;
    const std::int64_t end_ns = next < count ? moments.time_ns[next] : std::max(moments.end_ns, moments.time_ns[first]);
    const std::string text = name(first);
    if (!text.empty()) {
      events.slice(track, text, moments.time_ns[first], std::max<std::int64_t>(0, end_ns - moments.time_ns[first]),
                   "\"phase\":" + phaseText(moments.phase[first]));
    }
  }
}

void addScopes(TraceEvents& events, int process, const ScopeMoments& moments, const std::string& who) {
  const Track phases{process, kPhaseThread};
  const Track blocks{process, kBlockThread};
  events.nameTrack(phases, who + "phase", 0);
  events.nameTrack(blocks, who + "block", 1);
  const std::vector<std::string> names = allQuoted(moments.block_names);
  const auto samePhase = [&](std::size_t a, std::size_t b) { return moments.phase[a] == moments.phase[b]; };
  addRuns(events, phases, moments, samePhase, [&](std::size_t i) { return phaseText(moments.phase[i]); });
  addRuns(
      events, blocks, moments,
      [&](std::size_t a, std::size_t b) { return samePhase(a, b) && moments.block[a] == moments.block[b]; },
      [&](std::size_t i) {
        return moments.block[i] < 0 ? std::string() : names[static_cast<std::size_t>(moments.block[i])];
      });
}

/// Streams in the order of their numbers, as threads of their own.
std::vector<std::int64_t> nameStreams(TraceEvents& events, int process, const KernelTimeline& timeline) {
  std::vector<std::int64_t> streams = timeline.stream;
  std::sort(streams.begin(), streams.end());
  streams.erase(std::unique(streams.begin(), streams.end()), streams.end());
  for (std::size_t i = 0; i < streams.size(); ++i) {
    events.nameTrack({process, kFirstStreamThread + static_cast<std::int64_t>(i)},
                     "stream " + std::to_string(streams[i]), static_cast<int>(i) + 2);
  }
  return streams;
}

class KernelArgs {
 public:
  explicit KernelArgs(const KernelTimeline& timeline)
      : timeline_(timeline), blocks_(allQuoted(timeline.block_names)), ops_(allQuoted(timeline.op_names)) {}

  [[nodiscard]] const std::string& of(std::size_t i) {
    text_ = "\"phase\":" + phaseText(timeline_.phase[i]);
    if (timeline_.block[i] >= 0) text_ += ",\"block\":" + blocks_[static_cast<std::size_t>(timeline_.block[i])];
    if (timeline_.op[i] >= 0) text_ += ",\"op\":" + ops_[static_cast<std::size_t>(timeline_.op[i])];
    if (timeline_.bytes[i] > 0) text_ += ",\"bytes\":" + std::to_string(timeline_.bytes[i]);
    return text_;
  }

 private:
  const KernelTimeline& timeline_;
  std::vector<std::string> blocks_;
  std::vector<std::string> ops_;
  std::string text_;
};

void addTracedStep(TraceEvents& events, int process, const KernelTimeline& timeline) {
  const std::vector<std::int64_t> streams = nameStreams(events, process, timeline);
  const std::vector<std::string> names = allQuoted(timeline.names);
  KernelArgs args(timeline);
  std::int64_t end_ns = 0;
  for (std::size_t i = 0; i < timeline.time_ns.size(); ++i) {
    const auto stream = std::lower_bound(streams.begin(), streams.end(), timeline.stream[i]) - streams.begin();
    const std::string kind = jsonQuoted(nameOf(static_cast<ActivityKind>(timeline.kind[i])));
    events.slice({process, kFirstStreamThread + stream},
                 timeline.name[i] < 0 ? kind : names[static_cast<std::size_t>(timeline.name[i])], timeline.time_ns[i],
                 timeline.duration_ns[i], args.of(i));
    end_ns = std::max(end_ns, timeline.time_ns[i] + timeline.duration_ns[i]);
  }
  addScopes(events, process,
            {timeline.host_time_ns, timeline.host_phase, timeline.host_block, timeline.block_names, end_ns}, "host ");
}

void addLiveBytes(TraceEvents& events, int process, const PointResult& point) {
  const AllocationTimeline& timeline = *point.timeline;
  LiveBytesStart live = liveBytesAtStart(point);
  std::vector<std::string> members;
  std::string all;
  for (std::size_t i = 0; i < kCategories; ++i) {
    members.push_back(jsonQuoted(nameOf(static_cast<Category>(i))) + ":");
    all += members[i] + std::to_string(live.bytes[i]) + ",";
  }
  if (live.other_bytes != 0) all += "\"other\":" + std::to_string(live.other_bytes) + ",";
  std::int64_t total_bytes = timeline.start_bytes;
  events.counter(process, "\"live bytes\"", 0, all + "\"total\":" + std::to_string(total_bytes));
  for (std::size_t i = 0; i < timeline.bytes.size(); ++i) {
    const auto category = static_cast<std::size_t>(timeline.category[i]);
    live.bytes[category] += timeline.bytes[i];
    total_bytes += timeline.bytes[i];
    events.counter(
        process, "\"live bytes\"", std::max<std::int64_t>(0, timeline.time_ns[i]),
        members[category] + std::to_string(live.bytes[category]) + ",\"total\":" + std::to_string(total_bytes));
  }
}

void addMemoryStep(TraceEvents& events, int process, const PointResult& point) {
  const AllocationTimeline& timeline = *point.timeline;
  addLiveBytes(events, process, point);
  const std::int64_t end_ns = timeline.time_ns.empty() ? 0 : timeline.time_ns.back();
  addScopes(events, process, {timeline.time_ns, timeline.phase, timeline.block, timeline.block_names, end_ns}, "");
}

}  // namespace

bool hasTimeline(const PointResult& point) { return point.timeline || point.kernels; }

void writeChromeTrace(const std::vector<const PointResult*>& points,
                      const std::function<void(std::string_view)>& sink) {
  TraceEvents events(sink);
  int process = 0;
  for (const PointResult* point : points) {
    const std::string title = point->spec().policy + ", " + groupTitle(point->spec());
    if (point->kernels) {
      events.nameProcess(++process, title + ": kernels of the traced step");
      addTracedStep(events, process, *point->kernels);
    }
    if (point->timeline) {
      events.nameProcess(++process, title + ": memory step");
      addMemoryStep(events, process, *point);
    }
  }
  events.finish();
}

}  // namespace remat
