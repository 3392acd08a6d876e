#include "profiler/measure/host_memory.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace remat {
namespace {

constexpr std::string_view kGroups = "/sys/fs/cgroup";

std::optional<std::int64_t> number(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

/// The number behind `key` in lines of "key value".
std::optional<std::int64_t> numberOf(std::string_view text, std::string_view key) {
  for (std::size_t at = 0; at < text.size(); at = std::min(text.find('\n', at), text.size() - 1) + 1)
    if (text.substr(at).starts_with(key)) return number(text.substr(at + key.size()));
  return std::nullopt;
}

std::string textOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The folder of this process's group; a container often sees its own as the root.
std::string ownGroup() {
  const std::string groups = textOf("/proc/self/cgroup");
  const std::size_t at = groups.find("0::");
  if (at == std::string::npos) return std::string(kGroups);
  return std::string(kGroups) + groups.substr(at + 3, groups.find('\n', at) - at - 3);
}

std::optional<std::int64_t> leftIn(const std::string& folder) {
  return leftByGroup(textOf(folder + "/memory.max"), textOf(folder + "/memory.current"),
                     textOf(folder + "/memory.stat"));
}

}  // namespace

std::optional<std::int64_t> availableOf(std::string_view meminfo) {
  const auto kib = numberOf(meminfo, "MemAvailable:");
  return kib ? std::optional(*kib * 1024) : std::nullopt;
}

std::optional<std::int64_t> leftByGroup(std::string_view max, std::string_view current, std::string_view stat) {
  const auto limit = number(max);  // "max": no limit
  const auto used = number(current);
  if (!limit || !used) return std::nullopt;
  return std::max<std::int64_t>(*limit - *used + numberOf(stat, "inactive_file ").value_or(0), 0);
}

std::optional<std::int64_t> availableHostBytes() {
  std::optional<std::int64_t> least = availableOf(textOf("/proc/meminfo"));
  for (const std::string& folder : {ownGroup(), std::string(kGroups)}) {
    const auto left = leftIn(folder);
    if (left && (!least || *left < *least)) least = left;
  }
  return least;
}

}  // namespace remat
