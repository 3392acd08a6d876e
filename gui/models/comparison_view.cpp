#include "gui/models/comparison_view.h"

#include <algorithm>
#include <map>
#include <set>

#include <QFileInfo>
#include <QStringList>

#include "gui/models/compared_parts.h"
#include "gui/models/compared_quantities.h"
#include "gui/models/local_text.h"
#include "gui/models/shared_parts.h"
#include "gui/models/text.h"
#include "profiler/report/phrases.h"

namespace remat {
namespace {

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
  if (a.spec().memory_cap_bytes != b.spec().memory_cap_bytes) cautions.push_back(otherCapsText(capText(a), capText(b)));
  const Hello* machine_a = run_a.workerOf(a);
  const Hello* machine_b = run_b.workerOf(b);
  if (machine_a != nullptr && machine_b != nullptr && machine_a->device_name != machine_b->device_name) {
    cautions.push_back(
        tr("Measured on different machines, %1 and %2: times differ for that reason too.")
            .arg(QString::fromStdString(machine_a->device_name), QString::fromStdString(machine_b->device_name)));
  }
  for (const PointResult* point : {&a, &b}) {
    const QString side = point == &a ? tr("A") : tr("B");
    if (trainsOtherwise(*point)) cautions.push_back(otherTrainingText(side));
    if (!hasTooFewSamples(*point)) continue;
    cautions.push_back(
        tr("%1 has too few samples (%2) to tell times apart.").arg(side, localCount(point->finished->samples)));
  }
}

/// A cause is told as far as the quantity of its name is. An estimated one may go the other way, and says nothing then.
void judgeCauses(ComparisonView& view) {
  for (TimeCause& cause : view.causes) {
    const auto row = std::find_if(view.rows.begin(), view.rows.end(),
                                  [&](const ComparisonRow& shown) { return shown.title == cause.title; });
    if (row == view.rows.end()) continue;
    const std::int64_t difference = cause.difference_ns();
    const bool goes_the_other_way =
        (row->verdict == Verdict::better && difference >= 0) || (row->verdict == Verdict::worse && difference <= 0);
    if (!goes_the_other_way) cause.verdict = row->verdict;
  }
}

/// Of times that can be told apart: "Of the time, +98.0 ms is recompute." Empty where nothing explains most of it.
QString causeText(const ComparisonView& view) {
  const Verdict time = view.rows.front().verdict;
  const std::vector<TimeCause> causes = mainCauses(view.causes);
  if (causes.empty() || time == Verdict::same || time == Verdict::cannot_tell) return {};
  const auto amount = [](const TimeCause& cause) { return localSigned(cause.difference_ns(), ColumnUnit::ns); };
  if (causes.size() == 1) return tr("Of the time, %1 is %2.").arg(amount(causes[0]), causes[0].title);
  return tr("Of the time, %1 is %2, and %3 of %4 is against it.")
      .arg(amount(causes[0]), causes[0].title, amount(causes[1]), causes[1].title);
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
  judgeCauses(view);
  if (const QString text = causeText(view); !text.isEmpty()) view.finding += u' ' + text;
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

}  // namespace remat
