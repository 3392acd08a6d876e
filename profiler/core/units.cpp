#include "profiler/core/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "engine/spec/error.h"

namespace remat {
namespace {

/// Fixed notation; std::to_chars knows no locale.
std::string fixed(double value, int decimals) {
  std::array<char, 400> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals).ptr;
  return {text.data(), end};
}

/// Three significant digits, four from 100 on.
std::string significant(double value) {
  const double size = std::abs(value);
  return fixed(value, size < 9.995 ? 2 : size < 999.95 ? 1 : 0);
}

struct Unit {
  std::string_view name;
  double size;
};

/// In the largest unit of which there is at least one; `units` ascend and begin with size 1.
template <std::size_t count>
std::string inUnits(double value, const std::array<Unit, count>& units) {
  const Unit* unit = units.data();
  for (const Unit& larger : units) {
    if (std::abs(value) >= larger.size) unit = &larger;
  }
  const std::string number = unit == units.data() ? fixed(value, 0) : significant(value / unit->size);
  return number + " " + std::string(unit->name);
}

constexpr double kKibi = 1024.0;
constexpr std::array<Unit, 6> kByteUnits = {{{"B", 1.0},
                                             {"KiB", kKibi},
                                             {"MiB", kKibi* kKibi},
                                             {"GiB", kKibi* kKibi* kKibi},
                                             {"TiB", kKibi* kKibi* kKibi* kKibi},
                                             {"PiB", kKibi* kKibi* kKibi* kKibi* kKibi}}};
constexpr std::array<Unit, 4> kTimeUnits = {{{"ns", 1.0}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}}};
constexpr std::array<Unit, 6> kFlopUnits = {
    {{"FLOP", 1.0}, {"kFLOP", 1e3}, {"MFLOP", 1e6}, {"GFLOP", 1e9}, {"TFLOP", 1e12}, {"PFLOP", 1e15}}};

// What people write, without regard to case. GB and G as in a Linux shell's habit differ: GB is decimal, G is GiB, as
// torch and slurm read it.
constexpr std::array<Unit, 17> kByteSuffixes = {{{"", 1.0},
                                                 {"b", 1.0},
                                                 {"k", 0x1p10},
                                                 {"m", 0x1p20},
                                                 {"g", 0x1p30},
                                                 {"t", 0x1p40},
                                                 {"kib", 0x1p10},
                                                 {"mib", 0x1p20},
                                                 {"gib", 0x1p30},
                                                 {"tib", 0x1p40},
                                                 {"kb", 1e3},
                                                 {"mb", 1e6},
                                                 {"gb", 1e9},
                                                 {"tb", 1e12},
                                                 {"bytes", 1.0},
                                                 {"byte", 1.0},
                                                 {"ki", 0x1p10}}};
constexpr std::array<Unit, 7> kTimeSuffixes = {
    {{"", 1e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1.0}, {"min", 60e9}, {"h", 3600e9}}};

constexpr std::int64_t kMostQuantity = std::int64_t{1} << 53;  // as records have it, see field_reader.h

/// most: kMostQuantity in words.
template <std::size_t count>
std::int64_t parseWithUnit(std::string_view text, const std::array<Unit, count>& units, const std::string& where,
                           const std::string& expected, const std::string& most) {
  const auto refuse = [&](const std::string& why) {
    return Error(ErrorKind::usage, where, "must be " + expected + ", got \"" + std::string(text) + "\"" + why);
  };
  double number = 0.0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) throw refuse("");
  std::string suffix(rest, text.data() + text.size());
  suffix.erase(0, std::min(suffix.find_first_not_of(' '), suffix.size()));
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& known) { return known.name == suffix; });
  if (unit == units.end()) throw refuse("");
  const double value = std::round(number * unit->size);
  if (value > static_cast<double>(kMostQuantity)) throw refuse(", which is more than " + most);
  if (!(value >= 1.0)) throw refuse(", which is too small");
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::string bytesText(std::int64_t bytes) { return inUnits(static_cast<double>(bytes), kByteUnits); }

std::string durationText(std::int64_t ns) {
  constexpr std::int64_t second_ns = 1'000'000'000;
  constexpr std::int64_t minute_ns = 60 * second_ns;
  const auto part = [](std::int64_t count, const char* unit) { return std::to_string(count) + " " + unit; };
  if (ns >= 60 * minute_ns) return part(ns / (60 * minute_ns), "h ") + part(ns / minute_ns % 60, "min");
  if (ns >= 2 * minute_ns) return part(ns / minute_ns, "min ") + part(ns % minute_ns / second_ns, "s");
  return inUnits(static_cast<double>(ns), kTimeUnits);
}

std::string percentText(double ratio) { return fixed(ratio * 100.0, 1) + "%"; }

std::string differenceText(double ratio) {
  std::string digits = fixed(std::abs(ratio) * 100.0, 1) + "%";
  if (digits == "0.0%") return "±0.0%";
  return (ratio < 0 ? "-" : "+") + digits;
}

std::string countText(std::int64_t count) {
  std::string digits = std::to_string(count);
  const std::size_t first = digits.front() == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string flopsText(std::int64_t flops) { return inUnits(static_cast<double>(flops), kFlopUnits); }

double differenceRatio(std::int64_t now, std::int64_t before) {
  return before == 0 ? 0.0 : static_cast<double>(now) / static_cast<double>(before) - 1.0;
}

std::int64_t parseBytes(std::string_view text, const std::string& where) {
  return parseWithUnit(text, kByteSuffixes, where, "a size like 512MiB or 24GiB", bytesText(kMostQuantity));
}

double parseRatio(std::string_view text, const std::string& where) {
  const bool percent = text.ends_with('%');
  const char* const end = text.data() + text.size() - (percent ? 1 : 0);
  double value = 0.0;
  const auto [next, error] = std::from_chars(text.data(), end, value);
  if (percent) value /= 100.0;
  if (error == std::errc{} && next == end && value > 0.0 && value <= 1.0) return value;
  throw Error(ErrorKind::usage, where, "expected a part like 2% or 0.02, got '" + std::string(text) + "'");
}

std::int64_t parseDuration(std::string_view text, const std::string& where) {
  return parseWithUnit(text, kTimeSuffixes, where, "a time like 30, 30s, 500ms or 5min", durationText(kMostQuantity));
}

}  // namespace remat
