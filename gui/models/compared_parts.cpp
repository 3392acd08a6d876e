#include "gui/models/compared_parts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "gui/models/blocks_view.h"
#include "gui/models/text.h"

namespace remat {
namespace {

/// The parts of one step; they add up to it.
struct StepParts {
  std::int64_t forward_ns = 0, recompute_ns = 0, backward_ns = 0, optimizer_ns = 0, transfer_ns = 0, other_ns = 0;
};

/// How much of the waiting for copies is taken out of forward; the rest is taken out of backward. An estimate: only
/// the sum is measured, and it is divided like the time of the copies each way.
std::int64_t waitingInForward(const Transfers& transfers) {
  const std::int64_t copies = transfers.offload_ns + transfers.prefetch_ns;
  if (copies <= 0) return 0;
  const double share = static_cast<double>(transfers.offload_ns) / static_cast<double>(copies);
  return std::llround(static_cast<double>(*transfers.exposed_ns) * share);
}

bool waits(const PointResult& point) { return point.transfers && point.transfers->exposed_ns.value_or(0) > 0; }

/// No part is less than nothing: what an estimate takes too much is missing in "other".
StepParts partsOf(const PointResult& point) {
  const PointFinished& finished = *point.finished;
  StepParts parts{.forward_ns = *finished.forward_ns,
                  .recompute_ns = finished.recompute_ns.value_or(0),
                  .optimizer_ns = finished.optimizer_ns.value_or(0)};
  parts.backward_ns = std::max<std::int64_t>(0, *finished.backward_ns - parts.recompute_ns);
  if (waits(point)) {
    const std::int64_t in_forward = waitingInForward(*point.transfers);
    parts.transfer_ns = *point.transfers->exposed_ns;
    parts.forward_ns = std::max<std::int64_t>(0, parts.forward_ns - in_forward);
    parts.backward_ns = std::max<std::int64_t>(0, parts.backward_ns - (parts.transfer_ns - in_forward));
  }
  parts.other_ns = *finished.step_time_ns - parts.forward_ns - parts.recompute_ns - parts.backward_ns -
                   parts.optimizer_ns - parts.transfer_ns;
  return parts;
}

bool isTimed(const PointResult& point) {
  return point.completed() && point.finished->step_time_ns && point.finished->forward_ns && point.finished->backward_ns;
}

BlockSide sideOf(const BlockResult& block) {
  return {block.forward_ns, block.recompute_ns, block.backward_ns, block.retained_bytes, block.peak_bytes};
}

}  // namespace

std::optional<std::int64_t> BlockSide::time_ns() const {
  if (!forward_ns && !backward_ns) return std::nullopt;
  return forward_ns.value_or(0) + recompute_ns.value_or(0) + backward_ns.value_or(0);
}

std::optional<std::int64_t> LiveBytesLine::bytesAt(double time) const {
  const auto after = std::upper_bound(time_ns.begin(), time_ns.end(), time,
                                      [](double at, std::int64_t event) { return at < static_cast<double>(event); });
  if (after == time_ns.begin()) return std::nullopt;
  if (endedBefore(time)) return std::nullopt;
  return bytes[static_cast<std::size_t>(after - time_ns.begin() - 1)];
}

bool LiveBytesLine::endedBefore(double time) const {
  return !time_ns.empty() && time > static_cast<double>(time_ns.back());
}

std::vector<ComparedBlock> comparedBlocks(const PointResult& a, const PointResult& b) {
  const auto same_name = [](const BlockResult& x, const BlockResult& y) { return x.name == y.name; };
  if (!std::equal(a.blocks.begin(), a.blocks.end(), b.blocks.begin(), b.blocks.end(), same_name)) return {};
  std::vector<ComparedBlock> blocks;
  for (std::size_t i = 0; i < a.blocks.size(); ++i) {
    const QString name = QString::fromStdString(a.blocks[i].name);
    blocks.push_back({name, shortBlockName(name), sideOf(a.blocks[i]), sideOf(b.blocks[i])});
  }
  return blocks;
}

std::vector<TimeCause> timeCauses(const PointResult& a, const PointResult& b) {
  struct Cause {
    const char* title;
    std::int64_t StepParts::*part;
    bool waits = false;  ///< may have waited for copies
  };
  static constexpr std::array all = {Cause{QT_TRANSLATE_NOOP("remat", "forward"), &StepParts::forward_ns, true},
                                     Cause{QT_TRANSLATE_NOOP("remat", "recompute"), &StepParts::recompute_ns},
                                     Cause{QT_TRANSLATE_NOOP("remat", "backward"), &StepParts::backward_ns, true},
                                     Cause{QT_TRANSLATE_NOOP("remat", "optimizer"), &StepParts::optimizer_ns},
                                     Cause{QT_TRANSLATE_NOOP("remat", "transfer"), &StepParts::transfer_ns},
                                     Cause{QT_TRANSLATE_NOOP("remat", "other"), &StepParts::other_ns}};
  if (!isTimed(a) || !isTimed(b)) return {};
  const StepParts of_a = partsOf(a);
  const StepParts of_b = partsOf(b);
  const bool any_waits = waits(a) || waits(b);
  std::vector<TimeCause> causes;
  for (const Cause& cause : all) {
    const TimeCause compared{tr(cause.title), of_a.*cause.part, of_b.*cause.part, cause.waits && any_waits};
    if (compared.a_ns != 0 || compared.b_ns != 0) causes.push_back(compared);
  }
  return causes;
}

std::vector<TimeCause> mainCauses(const std::vector<TimeCause>& causes) {
  std::int64_t whole = 0, other = 0;
  for (const TimeCause& cause : causes) {
    whole += cause.difference_ns();
    if (cause.title == tr("other")) other = cause.difference_ns();
  }
  const auto largest = [&](bool longer) {
    const TimeCause* most = nullptr;
    for (const TimeCause& cause : causes) {
      const std::int64_t difference = cause.difference_ns();
      if (cause.title == tr("other") || difference == 0 || (difference > 0) != longer) continue;
      if (most == nullptr || std::abs(difference) > std::abs(most->difference_ns())) most = &cause;
    }
    return most;
  };
  const TimeCause* with = largest(whole > 0);
  if (whole == 0 || with == nullptr) return {};
  if (std::abs(with->difference_ns()) * 2 < std::abs(whole) || std::abs(other) * 2 > std::abs(whole)) return {};
  // By more than a tenth: else it is about the difference, whatever else cancels.
  const bool is_beyond = std::abs(with->difference_ns()) * 10 > std::abs(whole) * 11;
  const TimeCause* against = largest(whole < 0);
  if (!is_beyond || against == nullptr) return {*with};
  return {*with, *against};
}

/// The step whose allocations are recorded takes longer than a timed one, more so the more it allocates: its times are
/// scaled to the measured step time, if there is one.
LiveBytesLine liveBytesLine(const PointResult& point) {
  StepMemoryView step = stepMemoryView(&point, StepBands::by_kind, std::nullopt);
  LiveBytesLine line{std::move(step.time_ns), std::move(step.total_bytes), std::move(step.blocks), step.peak};
  if (!isTimed(point) || line.time_ns.empty() || line.time_ns.back() <= 0) return line;
  const double pace = static_cast<double>(*point.finished->step_time_ns) / static_cast<double>(line.time_ns.back());
  const auto scale = [pace](std::int64_t& ns) { ns = std::llround(static_cast<double>(ns) * pace); };
  for (std::int64_t& ns : line.time_ns) scale(ns);
  for (StepSpan& span : line.blocks) {
    scale(span.begin_ns);
    scale(span.end_ns);
  }
  return line;
}

}  // namespace remat
