#include "gui/models/comparison_view.h"

#include <algorithm>
#include <map>
#include <set>

#include <QCoreApplication>
#include <QFileInfo>
#include <QStringList>

#include "gui/models/compared_quantities.h"
#include "gui/models/local_text.h"
#include "profiler/report/phrases.h"

namespace remat {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("ComparisonView", text); }

/// "step time 25.0% longer", by the word.
QString differenceText(const ComparisonRow& row) {
  const QString word = verdictText(row.verdict);
  if (!row.ratio)
    return row.reason.isEmpty() ? row.title + u' ' + word : row.title + u' ' + word + tr(" (%1)").arg(row.reason);
  return tr("%1 %2 (%3)").arg(row.title, word, localDifference(*row.ratio));
}

void addPointCautions(const Run& run_a, const PointResult& a, const Run& run_b, const PointResult& b,
                      std::vector<QString>& cautions) {
  const TrainingSpec& of_a = a.spec().training;
  const TrainingSpec& of_b = b.spec().training;
  const bool other_work = a.spec().model != b.spec().model || of_a.num_hidden_layers != of_b.num_hidden_layers ||
                          of_a.batch_size * of_a.sequence_length != of_b.batch_size * of_b.sequence_length;
  if (other_work) {
    cautions.push_back(
        tr("A and B do different work per step; of their speeds, tokens per second says more than step time."));
  } else if (setupText(a) != setupText(b)) {
    cautions.push_back(tr("More than the policy differs: A is %1; B is %2.").arg(setupText(a), setupText(b)));
  }
  const Hello* machine_a = run_a.workerOf(a);
  const Hello* machine_b = run_b.workerOf(b);
  if (machine_a != nullptr && machine_b != nullptr && machine_a->device_name != machine_b->device_name) {
    cautions.push_back(
        tr("Measured on different machines, %1 and %2: times differ for that reason too.")
            .arg(QString::fromStdString(machine_a->device_name), QString::fromStdString(machine_b->device_name)));
  }
  for (const PointResult* point : {&a, &b}) {
    if (!point->completed()) continue;
    const QString side = point == &a ? tr("A") : tr("B");
    if (point->finished->gradient_check == GradientVerdict::different)
      cautions.push_back(tr("Gradients of %1 differ from those of store_all: it is not the same training.").arg(side));
    if (!point->finished->step_time_ns || hasInterval(*point)) continue;
    cautions.push_back(
        tr("%1 has too few samples (%2) to tell times apart.").arg(side, localCount(point->finished->samples)));
  }
}

std::vector<ComparedBlock> comparedBlocks(const PointResult& a, const PointResult& b) {
  const auto same_name = [](const BlockResult& x, const BlockResult& y) { return x.name == y.name; };
  if (!std::equal(a.blocks.begin(), a.blocks.end(), b.blocks.begin(), b.blocks.end(), same_name)) return {};
  const auto time = [](const BlockResult& block) -> std::optional<std::int64_t> {
    if (!block.forward_ns && !block.backward_ns) return std::nullopt;
    return block.forward_ns.value_or(0) + block.recompute_ns.value_or(0) + block.backward_ns.value_or(0);
  };
  std::vector<ComparedBlock> blocks;
  for (std::size_t i = 0; i < a.blocks.size(); ++i) {
    const BlockResult& of_a = a.blocks[i];
    const BlockResult& of_b = b.blocks[i];
    blocks.push_back({QString::fromStdString(of_a.name), time(of_a), time(of_b), of_a.recompute_ns, of_b.recompute_ns,
                      of_a.peak_bytes, of_b.peak_bytes, of_a.retained_bytes, of_b.retained_bytes});
  }
  return blocks;
}

/// Parts of the step time by their medians, whose sum is not quite the median of the sum: hence "other".
std::vector<TimeCause> timeCauses(const PointResult& a, const PointResult& b) {
  const auto timed = [](const PointResult& p) {
    return p.completed() && p.finished->step_time_ns && p.finished->forward_ns && p.finished->backward_ns;
  };
  if (!timed(a) || !timed(b)) return {};
  const PointFinished& of_a = *a.finished;
  const PointFinished& of_b = *b.finished;
  const auto backward = [](const PointFinished& f) { return *f.backward_ns - f.recompute_ns.value_or(0); };
  std::vector<TimeCause> causes = {{tr("forward"), *of_a.forward_ns, *of_b.forward_ns},
                                   {tr("recompute"), of_a.recompute_ns.value_or(0), of_b.recompute_ns.value_or(0)},
                                   {tr("backward"), backward(of_a), backward(of_b)},
                                   {tr("optimizer"), of_a.optimizer_ns.value_or(0), of_b.optimizer_ns.value_or(0)}};
  TimeCause other{tr("other"), *of_a.step_time_ns, *of_b.step_time_ns};
  for (const TimeCause& cause : causes) {
    other.a_ns -= cause.a_ns;
    other.b_ns -= cause.b_ns;
  }
  causes.push_back(other);
  return causes;
}

LiveBytesLine liveBytesLine(const PointResult& point) {
  LiveBytesLine line;
  if (!point.timeline) return line;
  std::int64_t alive = point.timeline->start_bytes;
  line.time_ns.push_back(0);
  line.bytes.push_back(alive);
  for (std::size_t i = 0; i < point.timeline->bytes.size(); ++i) {
    alive += point.timeline->bytes[i];
    line.time_ns.push_back(point.timeline->time_ns[i]);
    line.bytes.push_back(alive);
  }
  return line;
}

std::string_view unitName(ColumnUnit unit) {
  if (unit == ColumnUnit::ns) return "ns";
  return unit == ColumnUnit::bytes ? "bytes" : "";
}

}  // namespace

ComparisonView comparePoints(const Run& run_a, const QString& key_a, const Run& run_b, const QString& key_b) {
  ComparisonView view;
  const PointResult* a = run_a.find(key_a.toStdString());
  const PointResult* b = run_b.find(key_b.toStdString());
  if (a == nullptr || b == nullptr) {
    view.finding = tr("Choose two points to compare.");
    return view;
  }
  if (a == b) {
    view.finding = tr("A and B are the same point. Choose another one.");
    return view;
  }
  const bool same_policy = a->spec().policy == b->spec().policy;
  const bool same_setup = setupText(*a) == setupText(*b);
  const auto title = [&](const Run& run, const PointResult& point) {
    if (!same_policy) return policyText(point);
    return policyText(point) + QStringLiteral(", ") + (same_setup ? fileText(run) : setupText(point));
  };
  view.a_title = title(run_a, *a);
  view.b_title = title(run_b, *b);
  view.rows = comparedQuantities(*a, *b);
  addPointCautions(run_a, *a, run_b, *b, view.cautions);
  QStringList parts;
  for (const ComparisonRow& row : view.rows) {
    if (parts.size() < 2) parts += differenceText(row);
  }
  view.finding = tr("%1 instead of %2: %3.").arg(view.b_title, view.a_title, parts.join(QStringLiteral(", ")));
  view.blocks = comparedBlocks(*a, *b);
  view.causes = timeCauses(*a, *b);
  view.a_memory = liveBytesLine(*a);
  view.b_memory = liveBytesLine(*b);
  return view;
}

QString verdictText(Verdict verdict) {
  switch (verdict) {
    case Verdict::same: return tr("same");
    case Verdict::better: return tr("better");
    case Verdict::worse: return tr("worse");
    case Verdict::cannot_tell: return tr("cannot tell");
  }
  return {};
}

QString differenceMark(const ComparisonRow& row) {
  if (row.verdict == Verdict::same) return QStringLiteral("=");
  if (row.verdict == Verdict::cannot_tell) return QStringLiteral("?");
  if (!row.a || !row.b) return row.verdict == Verdict::worse ? QStringLiteral("✕") : QStringLiteral("✓");
  return row.b->value < row.a->value ? QStringLiteral("▼") : QStringLiteral("▲");
}

ResultTable ComparisonView::table() const {
  using Unit = ColumnUnit;
  ResultTable table{{{"heading", "point", Unit::text},
                     {"quantity", "quantity", Unit::text},
                     {"unit", "unit", Unit::text},
                     {"a", "A", Unit::count},
                     {"a_low", "A at least", Unit::count},
                     {"a_high", "A at most", Unit::count},
                     {"b", "B", Unit::count},
                     {"b_low", "B at least", Unit::count},
                     {"b_high", "B at most", Unit::count},
                     {"difference_ratio", "B beyond A", Unit::difference},
                     {"low_ratio", "at least", Unit::difference},
                     {"high_ratio", "at most", Unit::difference},
                     {"verdict", "B is", Unit::text},
                     {"reason", "because", Unit::text},
                     {"point_a", "", Unit::text},
                     {"point_b", "", Unit::text}},
                    {}};
  // Not a conditional expression: GCC 12 takes its temporary for uninitialised memory.
  const auto cellOf = [](const auto& value) {
    Cell cell;
    if (value) cell = *value;
    return cell;
  };
  for (const ComparisonRow& row : rows) {
    std::vector<Cell>& cells = table.rows.emplace_back();
    cells = {row.heading.toStdString(), row.title.toStdString(), std::string(unitName(row.unit))};
    for (const auto& side : {row.a, row.b}) {
      for (const auto field : {&ComparedValue::value, &ComparedValue::low, &ComparedValue::high})
        cells.push_back(cellOf(side ? std::optional((*side).*field) : std::nullopt));
    }
    for (const auto& value : {row.ratio, row.low_ratio, row.high_ratio}) cells.push_back(cellOf(value));
    for (const QString& text : {verdictText(row.verdict), row.reason, row.key_a, row.key_b})
      cells.emplace_back(text.toStdString());
  }
  const auto no_heading = [](const ComparisonRow& row) { return row.heading.isEmpty(); };
  if (std::all_of(rows.begin(), rows.end(), no_heading)) table.columns.front().title = {};
  return table;
}

}  // namespace remat
