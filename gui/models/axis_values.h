// Values that people choose for the axes of a sweep: where a slider stops, and lists that are often wanted. Only
// values.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <QString>
#include <QStringList>

#include "engine/spec/model_config.h"
#include "gui/models/sweep_setup.h"

namespace remat {

struct AxisValues {
  std::vector<std::int64_t> stops;    ///< of the slider, ascending; fewer than two: there is nothing to slide
  std::vector<std::int64_t> doubled;  ///< 1, 2, 4, ...; ends with the last of the stops
  bool counts = false;                ///< every whole number makes sense, as a range
  bool operator==(const AxisValues&) const = default;
};

/// Of batch, sequence or layers. Without a config there are no layers, and sequences of a usual length.
[[nodiscard]] AxisValues axisValues(SetupField field, const std::optional<ModelConfig>& config);

/// Values that a field's text stands for; empty if it cannot be read.
[[nodiscard]] std::vector<std::int64_t> valuesOf(const QString& text);
/// The stop nearest to a value.
[[nodiscard]] std::size_t nearestStop(const std::vector<std::int64_t>& stops, std::int64_t value);

/// Texts for the field that are often wanted besides one value: "1,2,4,8", "1-12". They go up to the largest value of
/// `text`, or to a usual one if that is the first of all.
[[nodiscard]] QStringList suggestedTexts(const AxisValues& values, const QString& text);

}  // namespace remat
