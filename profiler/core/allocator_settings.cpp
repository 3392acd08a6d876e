#include "profiler/core/allocator_settings.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/spec/error.h"
#include "engine/spec/nearest_name.h"

namespace remat {
namespace {

/// Zero for what is no number.
template <typename Number>
Number numberOf(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : Number{};
}

bool isTruth(std::string_view text) { return text == "True" || text == "False"; }

bool isPart(std::string_view text) { return numberOf<double>(text) > 0.0 && numberOf<double>(text) < 1.0; }

/// At least a segment of 20 MiB; at most 1 TiB, which is more than any GPU has.
bool isSize(std::string_view text) {
  const auto mib = numberOf<std::int64_t>(text);
  return mib >= 20 && mib <= std::int64_t{1} << 20;
}

bool isPowerOfTwo(std::string_view text) {
  const auto value = numberOf<std::uint64_t>(text);
  return value <= 1024 && std::has_single_bit(value);
}

/// What torch 2.11 takes at run time (c10/core/AllocatorConfig.h). To add one, see torchAllocatorText too.
struct Setting {
  std::string_view name;
  bool (*takes)(std::string_view value);
  std::string_view expected;
};

constexpr std::array kSettings = {
    Setting{"expandable_segments", isTruth, "True or False"},
    Setting{"garbage_collection_threshold", isPart, "a number between 0 and 1"},
    Setting{"max_non_split_rounding_mb", isSize, "a whole number of at least 20"},
    Setting{"max_split_size_mb", isSize, "a whole number of at least 20"},
    Setting{"roundup_power2_divisions", isPowerOfTwo, "a power of two up to 1024"},
};

using Values = std::array<std::string, kSettings.size()>;

std::size_t settingNamed(const std::string& name, const std::string& where) {
  std::vector<std::string> names = {kDefaultAllocator};
  std::string list;
  for (std::size_t i = 0; i < kSettings.size(); ++i) {
    if (kSettings[i].name == name) return i;
    names.emplace_back(kSettings[i].name);
    list += (i == 0 ? "" : ", ") + names.back();
  }
  throw Error(ErrorKind::usage, where,
              "expected default, or NAME:VALUE with a name of " + list + ", got '" + name + "'",
              didYouMean(name, names));
}

void readSetting(std::string_view part, const std::string& where, Values& values) {
  const std::size_t colon = part.find(':');
  const std::size_t index = settingNamed(std::string(part.substr(0, colon)), where);
  const Setting& setting = kSettings[index];
  const std::string name(setting.name);
  const std::string value(colon == std::string_view::npos ? std::string_view() : part.substr(colon + 1));
  if (!setting.takes(value))
    throw Error(
        ErrorKind::usage, where,
        "expected " + name + ":VALUE with " + std::string(setting.expected) + ", got '" + std::string(part) + "'");
  if (!values[index].empty())
    throw Error(ErrorKind::usage, where, "expected " + name + " once, got it twice", "remove one");
  values[index] = value;
}

}  // namespace

std::string parseAllocatorSettings(const std::string& text, const std::string& where) {
  if (text == kDefaultAllocator) return text;
  Values values;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t plus = std::min(text.find('+', from), text.size());
    readSetting(std::string_view(text).substr(from, plus - from), where, values);
    from = plus + 1;
  }
  std::string settings;
  for (std::size_t i = 0; i < kSettings.size(); ++i) {
    if (values[i].empty()) continue;
    if (!settings.empty()) settings += '+';
    settings.append(kSettings[i].name).append(":").append(values[i]);
  }
  return settings;
}

void checkAllocatorOf(const std::string& device, const std::string& settings, const std::string& where) {
  if (device != "cpu" || settings == kDefaultAllocator) return;
  throw Error(ErrorKind::usage, where, "expected no settings for the device cpu, got '" + settings + "'",
              "only a GPU has an allocator with settings: use --device cuda:0, or leave " + where + " out");
}

}  // namespace remat
