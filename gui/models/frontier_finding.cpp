#include "gui/models/frontier_finding.h"

#include <algorithm>
#include <cmath>

#include <QStringList>

#include "gui/models/listed_names.h"
#include "gui/models/local_text.h"
#include "gui/models/text.h"
#include "profiler/report/verdict.h"

namespace remat {
namespace {

using Points = std::vector<const PointResult*>;

QString policyText(const FrontierMark& mark) { return QString::fromStdString(mark.policy); }

bool fits(const FrontierView& view, const FrontierMark& mark) {
  return mark.hasPlace() && (!view.memory_line_bytes || mark.peak_bytes <= *view.memory_line_bytes);
}

/// What may be as fast as the fastest that fits.
struct Rivals {
  QStringList names;
  bool too_few_samples = false;  ///< to tell the fastest from the next one
};

Rivals rivalsOf(const FrontierView& view, const Points& points, std::size_t fastest) {
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < view.marks.size(); ++i) {
    if (i != fastest && fits(view, view.marks[i])) others.push_back(i);
  }
  std::sort(others.begin(), others.end(), [&](std::size_t a, std::size_t b) {
    return *points[a]->finished->step_time_ns < *points[b]->finished->step_time_ns;
  });
  Rivals rivals;
  if (others.empty()) return rivals;
  rivals.too_few_samples = !hasInterval(*points[fastest]) || !hasInterval(*points[others.front()]);
  for (const std::size_t other : others) {
    if (!hasInterval(*points[other])) continue;
    if (timeVerdict(*points[other], *points[fastest]) != Verdict::worse) rivals.names << policyText(view.marks[other]);
  }
  return rivals;
}

std::optional<std::size_t> findPolicy(const FrontierView& view, std::string_view policy) {
  const auto found = std::find_if(view.marks.begin(), view.marks.end(),
                                  [&](const FrontierMark& mark) { return mark.policy == policy && fits(view, mark); });
  if (found == view.marks.end()) return std::nullopt;
  return static_cast<std::size_t>(found - view.marks.begin());
}

/// "14% less time".
QString timeText(const PointResult& now, const PointResult& before) {
  const double ratio = timeDifference(now, before).value_or(TimeDifference{}).ratio;
  return (ratio < 0 ? tr("%1 less time") : tr("%1 more time")).arg(localPercent(std::abs(ratio)));
}

QString nothingFitsText(const FrontierView& view, const QString& line) {
  if (view.frontier.empty()) return tr("Under %1 no policy that was tried fits.").arg(line);
  const FrontierMark& smallest = view.marks[view.frontier.back()];
  return tr("Under %1 no policy that was tried fits; %2 comes closest with %3.")
      .arg(line, policyText(smallest), localBytes(smallest.peak_bytes));
}

QString findingUnderLine(const FrontierView& view, const Points& points) {
  const QString line = localBytes(*view.memory_line_bytes);
  if (!view.winner) return nothingFitsText(view, line);
  const QString winner = policyText(view.marks[*view.winner]);
  const Rivals rivals = rivalsOf(view, points, *view.winner);
  const QString fastest = tr("Under %1 %2 is the fastest").arg(line, winner);
  if (rivals.too_few_samples) return tr("%1, by too few samples to be sure.").arg(fastest);
  if (!rivals.names.isEmpty()) {
    return tr("Under %1 %2 are the fastest; their times cannot be told apart.")
        .arg(line, listedNames(QStringList(winner) + rivals.names));
  }
  const auto full = findPolicy(view, "full");
  if (!full || *full == *view.winner || timeVerdict(*points[*view.winner], *points[*full]) != Verdict::better) {
    return fastest + u'.';
  }
  return tr("%1: %2 than full checkpointing.").arg(fastest, timeText(*points[*view.winner], *points[*full]));
}

QString bothText(const FrontierView& view, const Points& points, std::size_t best) {
  const QString name = policyText(view.marks[best]);
  if (view.marks.size() == 1) return tr("One point was measured: %1.").arg(name);
  const Rivals rivals = rivalsOf(view, points, best);
  if (rivals.too_few_samples)
    return tr("%1 is both the fastest and the smallest, by too few samples to be sure.").arg(name);
  if (rivals.names.isEmpty()) return tr("%1 is both the fastest and the smallest.").arg(name);
  return tr("%1 is the smallest; the times of %2 cannot be told apart.")
      .arg(name, listedNames(QStringList(name) + rivals.names));
}

QString findingWithoutLine(const FrontierView& view, const Points& points) {
  if (view.frontier.size() == 1) return bothText(view, points, view.frontier.front());
  const std::size_t fastest = view.frontier.front();
  const std::size_t smallest = view.frontier.back();
  const auto before = static_cast<double>(std::max<std::int64_t>(view.marks[fastest].peak_bytes, 1));
  const double saved = 1.0 - static_cast<double>(view.marks[smallest].peak_bytes) / before;
  const QString less = tr("%1 needs %2 less memory than %3")
                           .arg(policyText(view.marks[smallest]), localPercent(saved), policyText(view.marks[fastest]));
  const PointResult& now = *points[smallest];
  if (!hasInterval(now) || !hasInterval(*points[fastest]))
    return tr("%1 and has too few samples to compare times.").arg(less);
  switch (timeVerdict(now, *points[fastest])) {
    case Verdict::same: return tr("%1 and the same time.").arg(less);
    case Verdict::cannot_tell: return tr("%1; their times cannot be told apart.").arg(less);
    case Verdict::better:
    case Verdict::worse: break;
  }
  return tr("%1 and %2.").arg(less, timeText(now, *points[fastest]));
}

}  // namespace

QString frontierFinding(const FrontierView& view, const Points& points) {
  if (view.marks.empty()) return tr("No point was measured yet.");
  if (view.memory_line_bytes) return findingUnderLine(view, points);
  if (!view.frontier.empty()) return findingWithoutLine(view, points);
  const bool all_out = std::all_of(view.marks.begin(), view.marks.end(), [](const FrontierMark& mark) {
    return mark.state == FrontierMark::State::out_of_memory;
  });
  return all_out ? tr("Every policy that was tried ran out of memory: try a smaller batch or more checkpointing.")
                 : tr("No point was completed yet.");
}

}  // namespace remat
