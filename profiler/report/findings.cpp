#include "profiler/report/findings.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "profiler/core/statistics.h"
#include "profiler/core/units.h"
#include "profiler/report/attribution_findings.h"
#include "profiler/report/claims.h"
#include "profiler/report/exchange.h"
#include "profiler/report/note_findings.h"
#include "profiler/report/peak_findings.h"
#include "profiler/report/phrases.h"
#include "profiler/report/tables.h"
#include "profiler/report/throttle_findings.h"
#include "profiler/report/transfer_findings.h"

namespace remat {
namespace {

using Kind = Finding::Kind;

/// Collects what is said about one group.
class GroupReader {
 public:
  GroupReader(const Run& run, const PointGroup& group) : run_(run), group_(group) {
    for (const std::size_t index : group.points) {
      if (run.points[index].completed()) completed_.push_back(&run.points[index]);
    }
    if (group.baseline) baseline_ = &run.points[*group.baseline];
  }

  std::vector<Finding> read() {
    addBaseline();
    addCostAndSaving();
    addGradientVerdicts();
    addNoEffectFinding(run_, group_, findings_);
    addChoice();
    addPeakFindings(run_, group_, findings_);
    addTransferFindings(run_, group_, findings_);
    addAttributionFindings(run_, group_, findings_);
    addFailures();
    const auto full = std::find_if(completed_.begin(), completed_.end(),
                                   [](const auto* point) { return point->spec().policy == "full"; });
    if (full != completed_.end() && baseline_ != nullptr) addClaimFindings(**full, *baseline_, findings_);
    addNoteFindings(completed_, findings_);
    addThrottleFinding(run_, group_, findings_);
    addMachines();
    return std::move(findings_);
  }

 private:
  void add(Kind kind, std::string text) { findings_.push_back({kind, std::move(text)}); }

  void addBaseline() {
    if (completed_.empty()) return;
    if (baseline_ == nullptr) {
      const bool tried = std::any_of(group_.points.begin(), group_.points.end(), [&](std::size_t point) {
        return run_.points[point].spec().policy == "store_all";
      });
      add(Kind::caution, std::string("`store_all` was not ") + (tried ? "completed here" : "asked for here") +
                             ", so there are no time and memory to compare the policies with.");
      return;
    }
    const PointFinished& finished = *baseline_->finished;
    std::vector<std::string> parts;
    if (finished.step_time_ns) parts.push_back("takes " + durationText(*finished.step_time_ns) + " per step");
    if (finished.peak_allocated_bytes) parts.push_back("peaks at " + bytesText(*finished.peak_allocated_bytes));
    if (finished.retained_bytes) {
      parts.push_back("retains " + bytesText(*finished.retained_bytes) +
                      " of activations between forward and backward");
    }
    if (!parts.empty()) add(Kind::result, "Without checkpointing (`store_all`) the model " + listed(parts) + ".");
  }

  std::string timeText(const PointResult& point) const {
    const auto difference = timeDifference(point, *baseline_);
    if (!difference) return "";
    if (!difference->is_known)
      return "with a step time that cannot be told: " + differenceText(difference->ratio) + " by " +
             samplesText({&point, baseline_}) + ", too few for a 95% interval";
    const std::string range = differenceText(difference->low_ratio) + " to " + differenceText(difference->high_ratio);
    if (difference->low_ratio <= 0 && difference->high_ratio >= 0) {
      return "without a measurable change of the step time (" + range + ")";
    }
    std::string text = "with steps " + percentText(std::abs(difference->ratio)) +
                       (difference->ratio > 0 ? " longer (" : " shorter (") + range + ")";
    const auto& recompute = point.finished->recompute_ns;
    if (recompute && *recompute > 0) text += ", of which recompute is " + durationText(*recompute);
    return text;
  }

  /// "1 sample", "3 to 5 samples" of each of these points.
  static std::string samplesText(const std::vector<const PointResult*>& points) {
    const auto fewer = [](const PointResult* a, const PointResult* b) {
      return a->finished->samples < b->finished->samples;
    };
    const auto [least, most] = std::minmax_element(points.begin(), points.end(), fewer);
    const std::int64_t low = (*least)->finished->samples;
    const std::int64_t high = (*most)->finished->samples;
    return (low == high ? "" : std::to_string(low) + " to ") + std::to_string(high) +
           (high == 1 ? " sample" : " samples");
  }

  /// The others stand in the table; with a dozen policies nobody would read a sentence for each.
  bool deservesSentence(const PointResult& point, const std::vector<Standing>& standings) const {
    if (point.spec().policy == "full") return true;
    return std::any_of(standings.begin(), standings.end(), [&](const Standing& standing) {
      return &run_.points[standing.point] == &point && !standing.dominated_by;
    });
  }

  void addCostAndSaving() {
    if (baseline_ == nullptr) return;
    const std::vector<Standing> standings = frontier(run_, group_);
    for (const PointResult* point : completed_) {
      if (!deservesSentence(*point, standings)) continue;
      const auto& now = point->finished->peak_allocated_bytes;
      const auto& before = baseline_->finished->peak_allocated_bytes;
      if (point == baseline_ || !now || !before) continue;
      const std::string difference = differenceText(differenceRatio(*now, *before));
      std::string text = quoted(point->spec().policy);
      if (hasNoEffect(*point, *baseline_)) {
        text += " leaves the peak where it is (" + difference + ")";
      } else {
        text += (*now <= *before ? " lowers the peak to " : " raises the peak to ") + bytesText(*now) + " (" +
                difference + ")";
      }
      const std::string time = timeText(*point);
      add(Kind::result, text + (time.empty() ? "" : ", ") + time + ".");
    }
  }

  void addGradientVerdicts() {
    std::vector<std::string> equal;
    for (const PointResult* point : completed_) {
      const std::string policy = quoted(point->spec().policy);
      switch (point->finished->gradient_check) {
        case GradientVerdict::bit_equal:
          if (point != baseline_) equal.push_back(policy);
          break;
        case GradientVerdict::within_tolerance:
          if (point == baseline_) {
            add(Kind::caution, "Two steps of `store_all` itself differ" + differenceOf(*point) +
                                   ": kernels of this device do not always sum in the same order, so policies that " +
                                   "differ by as much from it need not compute anything else.");
            break;
          }
          add(Kind::caution, "Loss and gradients of " + policy +
                                 " are not bit-equal to those of `store_all`, but within" + " tolerance" +
                                 differenceOf(*point) + ".");
          break;
        case GradientVerdict::different:
          add(Kind::caution, "Warning: loss or gradients of " + policy + " differ from those of `store_all`" +
                                 differenceOf(*point) + ". Its numbers are not those of the same training.");
          break;
        case GradientVerdict::not_checked:
          if (point != baseline_) add(Kind::caution, "The gradients of " + policy + " were not checked.");
          break;
      }
    }
    if (!equal.empty())
      add(Kind::result, "Loss and gradients are bit-equal to those of `store_all` for " + listed(equal) + ".");
  }

  static std::string differenceOf(const PointResult& point) {
    const auto& difference = point.finished->gradient_max_relative_difference;
    return difference ? " (largest relative difference " + cellText(*difference, ColumnUnit::number) + ")" : "";
  }

  void addChoice() {
    const std::vector<Standing> standings = frontier(run_, group_);
    if (standings.size() < 2) return;
    const auto policyOf = [&](std::size_t index) { return quoted(run_.points[index].spec().policy); };
    std::vector<std::string> best;
    std::vector<std::string> dominated;
    for (const Standing& standing : standings) {
      const PointFinished& finished = *run_.points[standing.point].finished;
      if (!standing.dominated_by) {
        best.push_back(policyOf(standing.point) + " (" + durationText(*finished.step_time_ns) + ", " +
                       bytesText(*finished.peak_allocated_bytes) + ")");
        continue;
      }
      const PointFinished& better = *run_.points[*standing.dominated_by].finished;
      dominated.push_back(
          policyOf(standing.point) + " by " + policyOf(*standing.dominated_by) + " (time " +
          differenceText(differenceRatio(*finished.step_time_ns, *better.step_time_ns)) + ", peak " +
          differenceText(differenceRatio(*finished.peak_allocated_bytes, *better.peak_allocated_bytes)) + ")");
    }
    add(Kind::choice, best.size() == 1 ? "One policy is both the fastest and the smallest: " + best.front() + "."
                                       : "Worth choosing from, fastest to smallest: " + listed(best) + ".");
    if (!dominated.empty())
      add(Kind::choice, "Dominated, that is neither faster nor smaller: " + listed(dominated) + ".");
    addTooFewSamples(standings);
    addPrices(standings);
  }

  void addTooFewSamples(const std::vector<Standing>& standings) {
    std::vector<const PointResult*> uncertain;
    for (const Standing& standing : standings)
      if (!hasInterval(run_.points[standing.point])) uncertain.push_back(&run_.points[standing.point]);
    if (uncertain.empty()) return;
    add(Kind::caution, "The order of step times may be chance: " + std::to_string(uncertain.size()) + " of " +
                           std::to_string(standings.size()) + " points have only " + samplesText(uncertain) +
                           ", and a 95% interval needs " + std::to_string(kLeastIntervalSamples) +
                           ". Give them more time with `--time-limit`.");
  }

  /// What a saved GiB costs along the frontier.
  void addPrices(const std::vector<Standing>& standings) {
    if (!group_.baseline) return;
    std::vector<std::string> prices;
    for (const Standing& standing : standings) {
      if (standing.dominated_by) continue;
      const auto exchange = exchangeBetween(run_, *group_.baseline, standing.point);
      if (!exchange || !exchange->ns_per_gib || exchange->bytes > 0) continue;
      prices.push_back(quoted(run_.points[standing.point].spec().policy) + " " + durationText(*exchange->ns_per_gib));
    }
    if (!prices.empty()) add(Kind::choice, "Step time paid per GiB of peak saved: " + listed(prices) + ".");
  }

  void addFailures() {
    bool out_of_memory = false;
    for (const std::size_t index : group_.points) {
      const PointResult& point = run_.points[index];
      if (point.completed()) continue;
      out_of_memory = out_of_memory || (point.finished && point.finished->outcome == Outcome::out_of_memory);
      const std::string outcome = point.finished ? " " + std::string(nameOf(*point.finished)) : "";
      add(Kind::failure, quoted(point.spec().policy) + outcome + ": " + outcomeText(point));
    }
    if (!out_of_memory) return;
    std::vector<std::string> fitted;
    for (const PointResult* point : completed_) {
      const auto& peak = point->finished->peak_allocated_bytes;
      fitted.push_back(quoted(point->spec().policy) + (peak ? " (" + bytesText(*peak) + ")" : ""));
    }
    add(fitted.empty() ? Kind::failure : Kind::choice,
        fitted.empty() ? "No policy that was tried fits." : "What fits: " + listed(fitted) + ".");
  }

  static std::string_view nameOf(const PointFinished& finished) {
    switch (finished.outcome) {
      case Outcome::out_of_memory: return "ran out of memory";
      case Outcome::skipped: return "was skipped";
      default: return "failed";
    }
  }

  void addMachines() {
    std::set<std::string> machines;
    for (const PointResult* point : completed_) {
      if (const Hello* worker = run_.workerOf(*point)) machines.insert(worker->device_name);
    }
    if (machines.size() < 2) return;
    add(Kind::caution, "These points were measured on different machines (" +
                           listed({machines.begin(), machines.end()}) + "): their times cannot be compared.");
  }

  const Run& run_;
  const PointGroup& group_;
  std::vector<const PointResult*> completed_;
  const PointResult* baseline_ = nullptr;
  std::vector<Finding> findings_;
};

}  // namespace

GroupFindings findingsOf(const Run& run, PointGroup group) {
  auto findings = GroupReader(run, group).read();
  const std::string title = groupTitle(run.points[group.points.front()].spec());
  return {title, std::move(group), std::move(findings)};
}

std::vector<GroupFindings> groupFindings(const Run& run) {
  std::vector<GroupFindings> all;
  for (PointGroup& group : groupPoints(run)) all.push_back(findingsOf(run, std::move(group)));
  return all;
}

std::vector<Finding> runFindings(const Run& run) {
  std::vector<Finding> findings;
  if (run.points.empty()) findings.push_back({Kind::caution, "The run has no points."});
  if (!run.damage.none()) findings.push_back({Kind::caution, "Of the run file, " + run.damage.text()});
  const auto unfinished =
      std::count_if(run.points.begin(), run.points.end(), [](const auto& p) { return !p.finished; });
  if (unfinished > 0) {
    findings.push_back({Kind::caution, std::to_string(unfinished) + " of " + std::to_string(run.points.size()) +
                                           " points were not finished: the sweep measures them still, or it has " +
                                           "ended; then the same sweep with `--resume` measures them."});
  }
  for (const Event& event : run.events) {
    if (event.severity != "info") findings.push_back({Kind::caution, event.message});
  }
  return findings;
}

}  // namespace remat
