// Whether a measurement can be trusted, in a few lines: gradients, samples and interval, warm-up, what slowed the
// device down, what the allocator had to do, what tracing lost and cost, and what the worker noted.
#pragma once

#include <cstdint>
#include <vector>

#include <QString>

#include "profiler/core/run.h"

namespace remat {

/// unknown: was not measured, and the text says why.
enum class Health : std::uint8_t { good, caution, bad, unknown };

struct WhyCheck {
  Health health = Health::unknown;
  QString title;   ///< "Gradients bit-equal to store_all"
  QString detail;  ///< one or two short sentences; may be empty
  bool operator==(const WhyCheck&) const = default;
};

[[nodiscard]] std::vector<WhyCheck> measurementHealth(const Run& run, const PointResult& point);

/// "95% interval 398.0 ms to 402.0 ms"; of too few samples, between what they lie. Empty for a single one.
[[nodiscard]] QString intervalText(const PointResult& point);

/// "good", "caution", "wrong", "unknown": so that no colour says it alone.
[[nodiscard]] QString healthText(Health health);

}  // namespace remat
