#include "profiler/core/timeline_check.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <initializer_list>

#include "profiler/core/names.h"

namespace remat {
namespace {

constexpr std::int64_t kMostBytes = std::int64_t{1} << 53;
constexpr const char* kLengths = "its lists must have the same length";

bool sameSizes(std::initializer_list<std::size_t> sizes) {
  return std::all_of(sizes.begin(), sizes.end(), [&](std::size_t size) { return size == *sizes.begin(); });
}

/// From `lowest` (0, or -1 for none) to below `size`.
bool within(std::int64_t value, std::size_t size, int lowest) {
  return value >= lowest && (value < 0 || static_cast<std::size_t>(value) < size);
}

template <typename T>
bool allWithin(const std::vector<T>& list, std::size_t size, int lowest) {
  return std::all_of(list.begin(), list.end(), [&](T value) { return within(value, size, lowest); });
}

template <typename T>
bool allQuantities(const std::vector<T>& list) {
  return std::all_of(list.begin(), list.end(), [](T value) { return value >= 0 && value <= kMostBytes; });
}

std::string bytesProblem(const AllocationTimeline& timeline) {
  std::int64_t live_bytes = timeline.start_bytes;
  for (const std::int64_t bytes : timeline.bytes) {
    if (std::abs(bytes / 2) > kMostBytes) return "/bytes: must be from -2^53 to 2^53";
    live_bytes += bytes;
    if (std::abs(live_bytes) > kMostBytes) return "/bytes: must not add up to more than 2^53";
  }
  return "";
}

std::string problemOf(const AllocationTimeline& timeline) {
  if (!sameSizes({timeline.bytes.size(), timeline.time_ns.size(), timeline.allocation.size(), timeline.phase.size(),
                  timeline.block.size(), timeline.op.size(), timeline.category.size()})) {
    return kLengths;
  }
  if (std::string problem = bytesProblem(timeline); !problem.empty()) return problem;
  if (!allWithin(timeline.block, timeline.block_names.size(), -1)) return "/block: must index block_names or be -1";
  if (!allWithin(timeline.op, timeline.op_names.size(), -1)) return "/op: must index op_names or be -1";
  if (!allWithin(timeline.phase, kNames<Phase>.size(), 0)) return "/phase: must be the number of a phase";
  if (!allWithin(timeline.category, kNames<Category>.size(), 0)) return "/category: must be the number of a category";
  return "";
}

std::string problemOf(const KernelTimeline& timeline) {
  if (!sameSizes({timeline.time_ns.size(), timeline.duration_ns.size(), timeline.name.size(), timeline.stream.size(),
                  timeline.kind.size(), timeline.phase.size(), timeline.block.size(), timeline.op.size(),
                  timeline.bytes.size()}) ||
      !sameSizes({timeline.host_time_ns.size(), timeline.host_phase.size(), timeline.host_block.size()})) {
    return kLengths;
  }
  const std::size_t blocks = timeline.block_names.size();
  if (!allQuantities(timeline.time_ns)) return "/time_ns: must be from 0 to 2^53";
  if (!allQuantities(timeline.host_time_ns)) return "/host_time_ns: must be from 0 to 2^53";
  if (!allQuantities(timeline.duration_ns)) return "/duration_ns: must be from 0 to 2^53";
  if (!allQuantities(timeline.bytes)) return "/bytes: must be from 0 to 2^53";
  if (!allWithin(timeline.name, timeline.names.size(), -1)) return "/name: must index names or be -1";
  if (!allWithin(timeline.kind, kNames<ActivityKind>.size(), 0)) return "/kind: must be the number of a kind";
  if (!allWithin(timeline.phase, kNames<Phase>.size(), -1)) return "/phase: must be the number of a phase or -1";
  if (!allWithin(timeline.block, blocks, -1)) return "/block: must index block_names or be -1";
  if (!allWithin(timeline.op, timeline.op_names.size(), -1)) return "/op: must index op_names or be -1";
  if (!allWithin(timeline.host_phase, kNames<Phase>.size(), -1)) return "/host_phase: must be that of a phase or -1";
  if (!allWithin(timeline.host_block, blocks, -1)) return "/host_block: must index block_names or be -1";
  return "";
}

template <typename T>
std::string problemOf(const T& /*record*/) {
  return "";
}

}  // namespace

std::string timelineProblem(const Record& record) {
  return std::visit([](const auto& alternative) { return problemOf(alternative); }, record);
}

}  // namespace remat
