#include "gui/models/axis_values.h"

#include <algorithm>
#include <cmath>

#include "engine/spec/error.h"
#include "profiler/core/value_list.h"

namespace remat {
namespace {

constexpr std::int64_t kMostBatch = 256;
constexpr std::int64_t kLeastSequence = 32, kUsualSequence = 4096;
constexpr std::size_t kUsualStop = 3;    // of the doubled ones: 8 of 1, 2, 4, 8
constexpr std::int64_t kLongRange = 64;  // more points than anybody measures

/// first, 2 first, 4 first, ... and last.
std::vector<std::int64_t> doubledUpTo(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> values;
  for (std::int64_t value = first; value < last; value *= 2) values.push_back(value);
  if (last >= first) values.push_back(last);
  return values;
}

std::vector<std::int64_t> countedUpTo(std::int64_t last) {
  std::vector<std::int64_t> values;
  for (std::int64_t value = 1; value <= last; ++value) values.push_back(value);
  return values;
}

QString listText(const std::vector<std::int64_t>& values) {
  QStringList parts;
  for (const std::int64_t value : values) parts << QString::number(value);
  return parts.join(u',');
}

}  // namespace

AxisValues axisValues(SetupField field, const std::optional<ModelConfig>& config) {
  if (field == SetupField::batch) {
    const auto values = doubledUpTo(1, kMostBatch);
    return {values, values, true};
  }
  if (field == SetupField::sequence) {
    const bool known = config && config->max_position_embeddings > 0;
    const auto values = doubledUpTo(kLeastSequence, known ? config->max_position_embeddings : kUsualSequence);
    return {values, values, false};
  }
  if (field != SetupField::layers || !config) return {};
  return {countedUpTo(config->num_hidden_layers), doubledUpTo(1, config->num_hidden_layers), true};
}

std::vector<std::int64_t> valuesOf(const QString& text) {
  try {
    return parseNumbers("", QString(text).remove(u' ').toStdString());
  } catch (const Error&) {
    return {};
  }
}

std::size_t nearestStop(const std::vector<std::int64_t>& stops, std::int64_t value) {
  const auto far = [value](std::int64_t stop) { return std::abs(stop - value); };
  const auto nearest = std::min_element(stops.begin(), stops.end(), [&](auto a, auto b) { return far(a) < far(b); });
  return static_cast<std::size_t>(nearest - stops.begin());
}

QStringList suggestedTexts(const AxisValues& values, const QString& text) {
  if (values.doubled.empty()) return {};
  const auto typed = valuesOf(text);
  std::int64_t last = typed.empty() ? values.doubled.back() : *std::max_element(typed.begin(), typed.end());
  if (last <= values.doubled.front()) last = values.doubled[std::min(kUsualStop, values.doubled.size() - 1)];
  QStringList texts = {QString::number(last)};
  const QString doubled = listText(doubledUpTo(values.doubled.front(), last));
  if (!texts.contains(doubled)) texts << doubled;
  if (values.counts && last > 2 && last <= kLongRange) texts << QStringLiteral("1-%1").arg(last);
  texts.removeAll(QString(text).remove(u' '));
  return texts;
}

}  // namespace remat
