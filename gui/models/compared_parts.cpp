#include "gui/models/compared_parts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include <QCoreApplication>

#include "gui/models/blocks_view.h"

namespace remat {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("ComparisonView", text); }

/// The parts of one step; they add up to it.
struct StepParts {
  std::int64_t forward_ns = 0, recompute_ns = 0, backward_ns = 0, optimizer_ns = 0, transfer_ns = 0, other_ns = 0;
};

/// Waiting for copies happened in forward and in backward; it is taken out of each in proportion to the time of the
/// copies that way, since only the sum is measured.
StepParts partsOf(const PointResult& point) {
  const PointFinished& finished = *point.finished;
  StepParts parts{.forward_ns = *finished.forward_ns,
                  .recompute_ns = finished.recompute_ns.value_or(0),
                  .optimizer_ns = finished.optimizer_ns.value_or(0)};
  parts.backward_ns = *finished.backward_ns - parts.recompute_ns;
  if (const auto& transfers = point.transfers; transfers && transfers->exposed_ns) {
    const std::int64_t copies = transfers->offload_ns + transfers->prefetch_ns;
    const double share = copies > 0 ? static_cast<double>(transfers->offload_ns) / static_cast<double>(copies) : 0.0;
    const std::int64_t in_forward = std::llround(static_cast<double>(*transfers->exposed_ns) * share);
    parts.transfer_ns = *transfers->exposed_ns;
    parts.forward_ns -= in_forward;
    parts.backward_ns -= parts.transfer_ns - in_forward;
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
  return bytes[static_cast<std::size_t>(after - time_ns.begin() - 1)];
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
  };
  static constexpr std::array all = {Cause{QT_TRANSLATE_NOOP("ComparisonView", "forward"), &StepParts::forward_ns},
                                     Cause{QT_TRANSLATE_NOOP("ComparisonView", "recompute"), &StepParts::recompute_ns},
                                     Cause{QT_TRANSLATE_NOOP("ComparisonView", "backward"), &StepParts::backward_ns},
                                     Cause{QT_TRANSLATE_NOOP("ComparisonView", "optimizer"), &StepParts::optimizer_ns},
                                     Cause{QT_TRANSLATE_NOOP("ComparisonView", "transfer"), &StepParts::transfer_ns},
                                     Cause{QT_TRANSLATE_NOOP("ComparisonView", "other"), &StepParts::other_ns}};
  if (!isTimed(a) || !isTimed(b)) return {};
  const StepParts of_a = partsOf(a);
  const StepParts of_b = partsOf(b);
  std::vector<TimeCause> causes;
  for (const Cause& cause : all) {
    const TimeCause compared{tr(cause.title), of_a.*cause.part, of_b.*cause.part};
    if (compared.a_ns != 0 || compared.b_ns != 0) causes.push_back(compared);
  }
  return causes;
}

const TimeCause* mainCause(const std::vector<TimeCause>& causes) {
  std::int64_t whole = 0;
  const TimeCause* most = nullptr;
  for (const TimeCause& cause : causes) {
    whole += cause.difference_ns();
    if (most == nullptr || std::abs(cause.difference_ns()) > std::abs(most->difference_ns())) most = &cause;
  }
  const bool explains = most != nullptr && whole != 0 && (most->difference_ns() > 0) == (whole > 0) &&
                        std::abs(most->difference_ns()) * 2 >= std::abs(whole);
  return explains ? most : nullptr;
}

LiveBytesLine liveBytesLine(const PointResult& point) {
  StepMemoryView step = stepMemoryView(&point, StepBands::by_kind, std::nullopt);
  return {std::move(step.time_ns), std::move(step.total_bytes), std::move(step.blocks), step.peak};
}

}  // namespace remat
