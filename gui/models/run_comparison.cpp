// Whole runs beside each other.

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <QStringList>

#include "gui/models/compared_quantities.h"
#include "gui/models/comparison_view.h"
#include "gui/models/listed_names.h"
#include "gui/models/local_text.h"
#include "gui/models/run_pairs.h"
#include "gui/models/shared_parts.h"
#include "gui/models/text.h"

namespace remat {
namespace {

/// "full, batch 4 x 128 tokens": the policy, and what of the setup is not the same for all points.
QString headingOf(const PointResult& point, const std::set<QString>& shared) {
  QStringList parts = {policyText(point)};
  parts += partsBesides(setupText(point), shared);
  return parts.join(QStringLiteral(", "));
}

/// What makes numbers of single points doubtful, for each side in one sentence.
void addPointCautions(const std::vector<PointPair>& pairs, const std::set<QString>& shared, ComparisonView& view) {
  for (const auto side : {&PointPair::a, &PointPair::b}) {
    const QString name = side == &PointPair::a ? tr("A") : tr("B");
    QStringList other_training, few;
    for (const PointPair& pair : pairs) {
      if (pair.a == nullptr || pair.b == nullptr) continue;
      const PointResult& point = *(pair.*side);
      if (trainsOtherwise(point)) other_training << headingOf(point, shared);
      if (hasTooFewSamples(point)) few << headingOf(point, shared);
    }
    if (!other_training.isEmpty())
      view.cautions.push_back(otherTrainingText(tr("%1 in %2").arg(listedNames(other_training), name)));
    if (!few.isEmpty())
      view.cautions.push_back(tr("Too few samples to tell times apart: %1 in %2.").arg(listedNames(few), name));
  }
}

/// A cap decides what runs out of memory: it imitates another machine.
void addCapCaution(const std::vector<PointPair>& pairs, ComparisonView& view) {
  std::set<QString> caps_a, caps_b;
  for (const PointPair& pair : pairs) {
    if (!pair.a || !pair.b || pair.a->spec().memory_cap_bytes == pair.b->spec().memory_cap_bytes) continue;
    caps_a.insert(capText(*pair.a));
    caps_b.insert(capText(*pair.b));
  }
  if (caps_a.empty()) return;
  const auto listed = [](const std::set<QString>& caps) { return listedNames(QStringList(caps.begin(), caps.end())); };
  view.cautions.push_back(otherCapsText(listed(caps_a), listed(caps_b)));
}

void addRunCautions(const Run& run_a, const Run& run_b, const std::vector<PointPair>& pairs, ComparisonView& view) {
  std::set<QString> machines;
  for (const PointPair& pair : pairs) {
    if (pair.a == nullptr || pair.b == nullptr) continue;
    if (const Hello* machine = run_a.workerOf(*pair.a)) machines.insert(QString::fromStdString(machine->device_name));
    if (const Hello* machine = run_b.workerOf(*pair.b)) machines.insert(QString::fromStdString(machine->device_name));
  }
  if (machines.size() > 1) {
    view.cautions.push_back(tr("Measured on different machines, %1: times differ for that reason too.")
                                .arg(QStringList(machines.begin(), machines.end()).join(QStringLiteral(", "))));
  }
  addCapCaution(pairs, view);
  for (const Run* run : {&run_a, &run_b}) {
    if (!run->damage.none()) view.cautions.push_back(tr("A part of %1 could not be read.").arg(fileText(*run)));
  }
}

}  // namespace

ComparisonView compareRuns(const Run& run_a, const Run& run_b) {
  ComparisonView view;
  std::vector<PointPair> pairs = pairedPoints(run_a, run_b);
  if (pairs.empty()) {
    view.finding = tr("Neither run has a point.");
    return view;
  }
  // What can be compared first, as in A; then what only A has, then what only B has.
  std::stable_partition(pairs.begin(), pairs.end(), [](const PointPair& pair) { return pair.a && pair.b; });
  view.a_title = fileText(run_a);
  view.b_title = fileText(run_b);
  // What is compared need not say what all of it has in common; other points say what is theirs.
  const bool any_both = pairs.front().a != nullptr && pairs.front().b != nullptr;
  std::set<QString> setups;
  for (const PointPair& pair : pairs) {
    if (any_both && (pair.a == nullptr || pair.b == nullptr)) break;
    setups.insert(setupText(pair.a != nullptr ? *pair.a : *pair.b));
  }
  const std::set<QString> shared = sharedParts(setups);
  int both = 0;
  for (const PointPair& pair : pairs) {
    const PointResult& either = pair.a != nullptr ? *pair.a : *pair.b;
    const QString heading = headingOf(either, shared);
    if (pair.a != nullptr && pair.b != nullptr) ++both;
    for (ComparisonRow& row : comparedResults(pair.a, pair.b)) {
      row.heading = heading;
      view.rows.push_back(std::move(row));
    }
  }
  const QString times = verdictCounts(view.rows, tr("step time"));
  const QString peaks = verdictCounts(view.rows, tr("peak"));
  view.finding = both == 0 ? tr("The runs have no point in common.")
                           : (both == 1 ? tr("One point in both.") : tr("%1 points in both.").arg(localCount(both)));
  if (!times.isEmpty()) view.finding += u' ' + tr("B against A: %1; %2.").arg(times, peaks);
  addRunCautions(run_a, run_b, pairs, view);
  addPointCautions(pairs, shared, view);
  return view;
}

}  // namespace remat
