#include "gui/models/compared_quantities.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>
#include <utility>

#include <QFileInfo>
#include <QStringList>

#include "gui/models/local_text.h"
#include "gui/models/text.h"
#include "profiler/core/statistics.h"
#include "profiler/core/units.h"
#include "profiler/report/peak_findings.h"

namespace remat {
namespace {

/// What is compared. A value without interval is exact, unless `is_timed`.
struct Quantity {
  const char* title;
  ColumnUnit unit;
  bool less_is_better;
  bool is_timed;
  std::optional<ComparedValue> (*of)(const PointResult& point);
};

std::optional<ComparedValue> exact(const std::optional<std::int64_t>& value) {
  if (!value) return std::nullopt;
  return ComparedValue{*value, *value, *value};
}

std::optional<ComparedValue> finishedValue(const PointResult& point,
                                           std::optional<std::int64_t> PointFinished::*field) {
  return point.completed() ? exact((*point.finished).*field) : std::nullopt;
}

std::optional<ComparedValue> stepTime(const PointResult& point) {
  if (!point.completed() || !point.finished->step_time_ns) return std::nullopt;
  const PointFinished& finished = *point.finished;
  return ComparedValue{*finished.step_time_ns, finished.step_time_low_ns.value_or(*finished.step_time_ns),
                       finished.step_time_high_ns.value_or(*finished.step_time_ns)};
}

std::optional<ComparedValue> tokensPerSecond(const PointResult& point) {
  const auto time = stepTime(point);
  const TrainingSpec& training = point.spec().training;
  if (!time || time->low <= 0) return std::nullopt;
  const double tokens = static_cast<double>(training.batch_size) * static_cast<double>(training.sequence_length);
  const auto rate = [&](std::int64_t ns) {
    return std::llround(std::min(tokens * 1e9 / static_cast<double>(ns), 0x1p53));
  };
  return ComparedValue{rate(time->value), rate(time->high), rate(time->low)};
}

/// A part of the step: its median with the interval of its samples.
template <typename Part>
std::optional<ComparedValue> sampledValue(const PointResult& point, Part part) {
  if (!point.completed()) return std::nullopt;
  std::vector<std::int64_t> values;
  for (const Sample& sample : point.samples) {
    if (!sample.warm_up) values.push_back(part(sample));
  }
  if (values.empty()) return std::nullopt;
  const MedianInterval interval = medianInterval(std::move(values));
  return ComparedValue{interval.median, interval.low, interval.high};
}

const std::array<Quantity, 9>& quantities() {
  using Unit = ColumnUnit;
  static const std::array<Quantity, 9> all = {{
      {QT_TRANSLATE_NOOP("remat", "step time"), Unit::ns, true, true, stepTime},
      {QT_TRANSLATE_NOOP("remat", "peak"), Unit::bytes, true, false,
       [](const PointResult& p) { return finishedValue(p, &PointFinished::peak_allocated_bytes); }},
      {QT_TRANSLATE_NOOP("remat", "tokens per second"), Unit::count, false, true, tokensPerSecond},
      {QT_TRANSLATE_NOOP("remat", "reserved"), Unit::bytes, true, false,
       [](const PointResult& p) { return finishedValue(p, &PointFinished::peak_reserved_bytes); }},
      {QT_TRANSLATE_NOOP("remat", "retained"), Unit::bytes, true, false,
       [](const PointResult& p) { return finishedValue(p, &PointFinished::retained_bytes); }},
      {QT_TRANSLATE_NOOP("remat", "forward"), Unit::ns, true, true,
       [](const PointResult& p) { return sampledValue(p, [](const Sample& s) { return s.forward_ns; }); }},
      {QT_TRANSLATE_NOOP("remat", "recompute"), Unit::ns, true, true,
       [](const PointResult& p) { return sampledValue(p, [](const Sample& s) { return s.recompute_ns; }); }},
      {QT_TRANSLATE_NOOP("remat", "backward"), Unit::ns, true, true,
       [](const PointResult& p) {
         return sampledValue(p,
                             [](const Sample& s) { return std::max<std::int64_t>(0, s.backward_ns - s.recompute_ns); });
       }},
      {QT_TRANSLATE_NOOP("remat", "optimizer"), Unit::ns, true, true,
       [](const PointResult& p) { return sampledValue(p, [](const Sample& s) { return s.optimizer_ns; }); }},
  }};
  return all;
}

QString sideName(bool is_a) { return is_a ? tr("A") : tr("B"); }

/// Why one side has no number.
QString missingReason(const PointResult* point, bool is_a) {
  const QString side = sideName(is_a);
  if (point == nullptr) return tr("only in %1").arg(sideName(!is_a));
  if (!point->finished) return tr("%1 was not finished").arg(side);
  switch (point->finished->outcome) {
    case Outcome::out_of_memory: return tr("%1 ran out of memory").arg(side);
    case Outcome::failed: return tr("%1 failed").arg(side);
    case Outcome::skipped: return tr("%1 was skipped").arg(side);
    case Outcome::completed: return tr("not measured in %1").arg(side);
  }
  return {};
}

bool ranOut(const PointResult* point) {
  return point != nullptr && point->finished && point->finished->outcome == Outcome::out_of_memory;
}

/// The verdict without two numbers: a point that does not fit is worse than one that does.
void judgeMissing(const PointResult* a, const PointResult* b, ComparisonRow& row) {
  if (ranOut(a) && ranOut(b)) {
    row.verdict = Verdict::same;
    row.reason = tr("both ran out of memory");
    return;
  }
  row.reason = missingReason(row.a ? b : a, !row.a);
  if (ranOut(b) && a != nullptr && a->completed()) row.verdict = Verdict::worse;
  if (ranOut(a) && b != nullptr && b->completed()) row.verdict = Verdict::better;
}

/// Without ratios, which A's zero does not allow: by whether the intervals lie apart.
void judgeFromZero(const Quantity& quantity, ComparisonRow& row) {
  const bool more = row.b->low > row.a->high;
  const bool less = row.b->high < row.a->low;
  const bool exact_values = row.a->low == row.a->high && row.b->low == row.b->high;
  if (exact_values && *row.a == *row.b) {
    row.verdict = Verdict::same;
  } else if (more || less) {
    row.verdict = less == quantity.less_is_better ? Verdict::better : Verdict::worse;
    if (row.a->high == 0) row.reason = tr("A has none");
  } else {
    row.reason = tr("the intervals overlap");
  }
}

void judge(const Quantity& quantity, const PointResult& a, const PointResult& b, ComparisonRow& row) {
  const bool from_zero = row.a->value == 0 || row.a->low == 0 || row.a->high == 0;
  const TimeDifference difference{differenceRatio(row.b->value, row.a->value), differenceRatio(row.b->low, row.a->high),
                                  differenceRatio(row.b->high, row.a->low)};
  if (!from_zero) {
    row.ratio = difference.ratio;
    row.low_ratio = difference.low_ratio;
    row.high_ratio = difference.high_ratio;
  }
  if (quantity.is_timed && (!hasInterval(a) || !hasInterval(b))) {
    row.reason = tr("too few samples");
    return;
  }
  if (from_zero) return judgeFromZero(quantity, row);
  row.verdict = verdictOf(difference, quantity.is_timed ? kEqualTimeRatio : kEqualPeakRatio, quantity.less_is_better);
  if (row.verdict == Verdict::cannot_tell) row.reason = tr("the intervals overlap");
}

ComparisonRow compared(const Quantity& quantity, const PointResult* a, const PointResult* b) {
  ComparisonRow row;
  row.title = tr(quantity.title);
  row.unit = quantity.unit;
  row.less_is_better = quantity.less_is_better;
  if (a != nullptr) {
    row.policy_a = a->spec().policy;
    row.key_a = QString::fromStdString(a->key());
    row.a = quantity.of(*a);
  }
  if (b != nullptr) {
    row.policy_b = b->spec().policy;
    row.key_b = QString::fromStdString(b->key());
    row.b = quantity.of(*b);
  }
  if (row.a && row.b) {
    judge(quantity, *a, *b, row);
  } else {
    judgeMissing(a, b, row);
  }
  return row;
}

}  // namespace

std::vector<ComparisonRow> comparedQuantities(const PointResult& a, const PointResult& b) {
  std::vector<ComparisonRow> rows;
  for (const Quantity& quantity : quantities()) {
    ComparisonRow row = compared(quantity, &a, &b);
    const bool is_nothing = row.a && row.b && row.a->value == 0 && row.b->value == 0;
    if ((row.a || row.b) && !is_nothing) rows.push_back(std::move(row));
  }
  if (rows.empty()) rows = comparedResults(&a, &b);
  return rows;
}

std::vector<ComparisonRow> comparedResults(const PointResult* a, const PointResult* b) {
  std::vector<ComparisonRow> rows;
  for (const Quantity& quantity : std::span(quantities()).first(2)) rows.push_back(compared(quantity, a, b));
  return rows;
}

QString verdictCounts(const std::vector<ComparisonRow>& rows, const QString& title) {
  std::map<std::pair<QString, Verdict>, int> counts;  // without a reason first: two numbers were compared
  for (const ComparisonRow& row : rows) {
    if (row.title != title || row.key_a.isEmpty() || row.key_b.isEmpty()) continue;
    ++counts[{row.a && row.b ? QString() : row.reason, row.verdict}];
  }
  QStringList parts;
  for (const auto& [what, count] : counts) {
    const QString part = tr("%1 in %2").arg(verdictText(what.second), localCount(count));
    parts += what.first.isEmpty() ? part : part + tr(" (%1)").arg(what.first);
  }
  return parts.isEmpty() ? QString() : title + QStringLiteral(": ") + parts.join(QStringLiteral(", "));
}

bool trainsOtherwise(const PointResult& point) {
  return point.completed() && point.finished->gradient_check == GradientVerdict::different;
}

bool hasTooFewSamples(const PointResult& point) {
  return point.completed() && point.finished->step_time_ns && !hasInterval(point);
}

QString otherTrainingText(const QString& who) {
  return tr("Gradients of %1 differ from those of store_all: it is not the same training.").arg(who);
}

QString capText(const PointResult& point) {
  const auto cap = point.spec().memory_cap_bytes;
  return cap ? localBytes(*cap) : tr("no cap");
}

QString otherCapsText(const QString& caps_of_a, const QString& caps_of_b) {
  return tr("Measured under different memory caps, %1 in A and %2 in B: what ran out of memory in one "
            "of them may have done so for that reason alone.")
      .arg(caps_of_a, caps_of_b);
}

QString policyText(const PointResult& point) { return QString::fromStdString(point.spec().policy); }

QString fileText(const Run& run) {
  const QString name = QFileInfo(QString::fromStdString(run.path)).fileName();
  return name.isEmpty() ? tr("this run") : name;
}

}  // namespace remat
