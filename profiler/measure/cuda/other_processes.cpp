#include "profiler/measure/cuda/other_processes.h"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace remat {
namespace {

/// What others hold may change by so much without a word: a driver rounds, and tells late.
constexpr std::int64_t kTolerance = std::int64_t{64} << 20;
/// No context with all kernels and workspaces of cuBLAS and cuDNN takes more.
constexpr std::int64_t kMostLibraryBytes = std::int64_t{1} << 30;

/// A power of two, which stays the same while a neighbour's memory goes up and down a little.
std::string atLeastText(std::int64_t bytes) {
  const std::uint64_t mib = std::bit_floor(static_cast<std::uint64_t>(std::max<std::int64_t>(bytes >> 20, 1)));
  return "at least " + (mib < 1024 ? std::to_string(mib) + " MiB" : std::to_string(mib >> 10) + " GiB");
}

const DeviceProcess* find(const std::vector<DeviceProcess>& processes, std::int64_t process_id) {
  const auto found = std::find_if(processes.begin(), processes.end(),
                                  [&](const DeviceProcess& process) { return process.process_id == process_id; });
  return found == processes.end() ? nullptr : &*found;
}

std::optional<std::int64_t> ownIdIn(const DeviceProcesses& before, const DeviceProcesses& after,
                                    std::int64_t process_id) {
  if (!before || !after) return std::nullopt;
  std::vector<std::int64_t>
      new_ids;  // in a container a neighbour may have the number that this process knows as its own
  for (const DeviceProcess& process : *after)
    if (!find(*before, process.process_id)) new_ids.push_back(process.process_id);
  if (std::find(new_ids.begin(), new_ids.end(), process_id) != new_ids.end()) return process_id;
  return new_ids.size() == 1 ? std::optional(new_ids.front()) : std::nullopt;
}

std::int64_t sumOf(const std::vector<DeviceProcess>& processes) {
  std::int64_t sum = 0;
  for (const DeviceProcess& process : processes) sum += process.used_bytes.value_or(0);
  return sum;
}

}  // namespace

OtherProcesses::OtherProcesses(const DeviceProcesses& before, const DeviceUse& after, std::int64_t process_id,
                               std::int64_t used_bytes_before)
    : own_id_(ownIdIn(before, after.processes, process_id)), used_at_first_(used_bytes_before) {
  if (const DeviceProcesses first = others(after.processes)) at_first_ = *first;
  fixed_at_first_ = fixedBytes(after);
}

DeviceProcesses OtherProcesses::others(const DeviceProcesses& all) const {
  if (!all || !own_id_) return std::nullopt;
  std::vector<DeviceProcess> others = *all;
  std::erase_if(others, [&](const DeviceProcess& process) { return process.process_id == *own_id_; });
  return others;
}

std::int64_t OtherProcesses::usedBytes(const DeviceProcesses& now) const {
  const DeviceProcesses listed = others(now);
  return listed ? std::max<std::int64_t>(used_at_first_ + sumOf(*listed) - sumOf(at_first_), 0) : used_at_first_;
}

std::int64_t OtherProcesses::fixedBytes(const DeviceUse& now) const {
  return std::max<std::int64_t>(now.used_bytes - now.reserved_bytes - usedBytes(now.processes), 0);
}

std::string OtherProcesses::note(const DeviceUse& now) const {
  const std::string shared = ": step times are those of a shared GPU";
  const DeviceProcesses listed = others(now.processes);
  if (!listed) {
    const std::int64_t grown = fixedBytes(now) - fixed_at_first_;
    if (grown <= kMostLibraryBytes) return {};
    return "what the device holds outside the allocator has grown by " + atLeastText(grown) +
           ", more than libraries take: another process seems to have come, and counts as a part of this one under a "
           "memory cap" +
           shared;
  }
  std::int64_t come = 0;
  bool unknown_bytes = false;
  for (const DeviceProcess& process : *listed) {
    if (find(at_first_, process.process_id)) continue;
    ++come;
    unknown_bytes |= !process.used_bytes;
  }
  const std::int64_t grown = sumOf(*listed) - sumOf(at_first_);
  const std::string who = come == 1 ? "another process has" : std::to_string(come) + " other processes have";
  if (come > 0 && unknown_bytes)
    return who +
           " come to the device, and the driver does not say what it holds: it counts as a part of this one "
           "under a memory cap" +
           shared;
  if (come > 0) return who + " come to the device, and others hold " + atLeastText(usedBytes(now.processes)) + shared;
  if (grown > kTolerance) return "other processes have taken " + atLeastText(grown) + " more of the device" + shared;
  return {};
}

}  // namespace remat
