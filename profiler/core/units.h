// The one place where bytes, nanoseconds and ratios become text for people, and where sizes are read from text.
// Always in the C locale: point as decimal separator, comma between thousands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace remat {

/// "769.2 MiB", "1.50 GiB", "512 B": binary units, four significant digits at most.
[[nodiscard]] std::string bytesText(std::int64_t bytes);
/// "12.34 ms", "1.204 s", "3 min 20 s", "850 ns".
[[nodiscard]] std::string durationText(std::int64_t ns);
/// "12.3%" of a ratio (1.0 = 100%).
[[nodiscard]] std::string percentText(double ratio);
/// A difference with its sign: "+12.3%", "-4.0%", "±0.0%" when it rounds to nothing.
[[nodiscard]] std::string differenceText(double ratio);
/// "124,439,808".
[[nodiscard]] std::string countText(std::int64_t count);
/// "1.23 GFLOP", "4.5 TFLOP".
[[nodiscard]] std::string flopsText(std::int64_t flops);

/// now / before - 1; 0 if before is 0.
[[nodiscard]] double differenceRatio(std::int64_t now, std::int64_t before);

/// Reads "2GiB", "512 MiB", "1.5GB" (decimal), "4096" (bytes). `where` names the flag in the message.
/// Throws Error(usage) for anything else, for zero, for negative values and for more than records hold (2^53).
[[nodiscard]] std::int64_t parseBytes(std::string_view text, const std::string& where);
/// Reads "2%" or "0.02". Throws as parseBytes does, and for more than 100%.
[[nodiscard]] double parseRatio(std::string_view text, const std::string& where);
/// Reads "30", "30s" (seconds), "500ms", "5min". Returns nanoseconds; throws as parseBytes does.
[[nodiscard]] std::int64_t parseDuration(std::string_view text, const std::string& where);

}  // namespace remat
