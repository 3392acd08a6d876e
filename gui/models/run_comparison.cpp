// Whole runs beside each other.

#include <map>
#include <set>
#include <utility>
#include <vector>

#include <QCoreApplication>
#include <QStringList>

#include "gui/models/compared_quantities.h"
#include "gui/models/comparison_view.h"
#include "gui/models/listed_names.h"
#include "gui/models/local_text.h"

namespace remat {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("ComparisonView", text); }

/// What makes a point the same in two runs; `with_machine`: on the same kind of device and under the same cap.
std::string identityOf(const PointResult& point, bool with_machine) {
  if (with_machine) return point.key();
  PointSpec spec = point.spec();
  spec.device.clear();
  spec.memory_cap_bytes.reset();
  return pointKey(spec);
}

struct PointPair {
  const PointResult* a = nullptr;
  const PointResult* b = nullptr;
};

/// In the order of A; then what only B has.
std::vector<PointPair> pairsOf(const Run& run_a, const Run& run_b) {
  std::vector<PointPair> pairs;
  for (const PointResult& point : run_a.points) pairs.push_back({&point, nullptr});
  std::set<const PointResult*> taken;
  for (const bool with_machine : {true, false}) {
    std::map<std::string, const PointResult*> free;
    for (const PointResult& point : run_b.points) {
      if (!taken.contains(&point)) free.emplace(identityOf(point, with_machine), &point);
    }
    for (PointPair& pair : pairs) {
      if (pair.b != nullptr) continue;
      const auto at = free.find(identityOf(*pair.a, with_machine));
      if (at == free.end()) continue;
      pair.b = at->second;
      taken.insert(at->second);
      free.erase(at);
    }
  }
  for (const PointResult& point : run_b.points) {
    if (!taken.contains(&point)) pairs.push_back({nullptr, &point});
  }
  return pairs;
}

/// Parts of a setup ("batch 4 x 128 tokens") that all setups have.
std::set<QString> sharedParts(const std::set<QString>& setups) {
  std::map<QString, std::size_t> counts;
  for (const QString& setup : setups) {
    for (const QString& part : setup.split(QStringLiteral(", "))) ++counts[part];
  }
  std::set<QString> shared;
  for (const auto& [part, count] : counts) {
    if (count == setups.size()) shared.insert(part);
  }
  return shared;
}

/// "full, batch 4 x 128 tokens": the policy, and what of the setup is not the same for all points.
QString headingOf(const PointResult& point, const std::set<QString>& shared) {
  QStringList parts = {policyText(point)};
  for (const QString& part : setupText(point).split(QStringLiteral(", "))) {
    if (!shared.contains(part)) parts += part;
  }
  return parts.join(QStringLiteral(", "));
}

/// "step time: better in 2, worse in 1, worse in 3 (B ran out of memory)": of all points that both runs have.
QString countText(const std::vector<ComparisonRow>& rows, const QString& title) {
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
  for (const Run* run : {&run_a, &run_b}) {
    if (!run->damage.none()) view.cautions.push_back(tr("A part of %1 could not be read.").arg(fileText(*run)));
  }
}

}  // namespace

ComparisonView compareRuns(const Run& run_a, const Run& run_b) {
  ComparisonView view;
  const std::vector<PointPair> pairs = pairsOf(run_a, run_b);
  if (pairs.empty()) {
    view.finding = tr("Neither run has a point.");
    return view;
  }
  view.a_title = fileText(run_a);
  view.b_title = fileText(run_b);
  std::set<QString> setups;
  for (const PointPair& pair : pairs) setups.insert(setupText(pair.a != nullptr ? *pair.a : *pair.b));
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
  const QString times = countText(view.rows, tr("step time"));
  const QString peaks = countText(view.rows, tr("peak"));
  view.finding = both == 0 ? tr("The runs have no point in common.")
                           : (both == 1 ? tr("One point in both.") : tr("%1 points in both.").arg(localCount(both)));
  if (!times.isEmpty()) view.finding += u' ' + tr("B against A: %1; %2.").arg(times, peaks);
  addRunCautions(run_a, run_b, pairs, view);
  addPointCautions(pairs, shared, view);
  return view;
}

}  // namespace remat
