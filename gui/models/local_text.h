// Numbers as the screen shows them: the texts of profiler/core/units.h with the decimal point and the separator of
// thousands of the user's locale. Files keep the C locale.
#pragma once

#include <cstdint>
#include <string_view>

#include <QString>

#include "profiler/report/tables.h"

namespace remat {

/// "769,2 MiB" in a German locale, "769.2 MiB" in an English one.
[[nodiscard]] QString localBytes(std::int64_t bytes);
[[nodiscard]] QString localDuration(std::int64_t ns);
[[nodiscard]] QString localPercent(double ratio);
[[nodiscard]] QString localDifference(double ratio);
[[nodiscard]] QString localCount(std::int64_t count);
/// A rate as a whole number, the nearest: "4,562" of 4561.8 tokens per second.
[[nodiscard]] QString localRate(double per_second);
/// cellText() on screen.
[[nodiscard]] QString localCell(const Cell& cell, ColumnUnit unit);
/// A signed amount: "+127.0 ms", "-78.0 MiB".
[[nodiscard]] QString localSigned(std::int64_t amount, ColumnUnit unit);

/// A sentence of profiler/report: its numbers with units in the locale; names between backquotes stay as they are.
[[nodiscard]] QString localSentence(std::string_view sentence);
/// The same as rich text: escaped, names between backquotes in bold.
[[nodiscard]] QString richSentence(std::string_view sentence);

}  // namespace remat
