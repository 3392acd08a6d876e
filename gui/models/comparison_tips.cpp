// What pointing at the parts of a comparison says.
#include <algorithm>
#include <cmath>

#include <QStringList>

#include "gui/models/comparison_view.h"
#include "gui/models/local_text.h"
#include "gui/models/text.h"

namespace remat {
namespace {

/// "forward: +15.9 ms (A 77.4 ms, B 93.3 ms)".
QString lineOf(const QString& title, std::int64_t a, std::int64_t b, ColumnUnit unit) {
  return tr("%1: %2 (A %3, B %4)")
      .arg(title, localSigned(b - a, unit), localCell(Cell(a), unit), localCell(Cell(b), unit));
}

}  // namespace

QString comparedValueText(const std::optional<ComparedValue>& value, ColumnUnit unit) {
  if (!value) return QStringLiteral("\u2013");
  const QString text = localCell(Cell(value->value), unit);
  if (value->low == value->high) return text;
  return tr("%1 (%2 to %3)").arg(text, localCell(Cell(value->low), unit), localCell(Cell(value->high), unit));
}

QString comparedRowTip(const ComparisonRow& row) {
  QStringList lines;
  if (!row.heading.isEmpty()) lines << row.heading;
  lines << row.title << tr("A: %1").arg(comparedValueText(row.a, row.unit))
        << tr("B: %1").arg(comparedValueText(row.b, row.unit));
  const QString verdict = differenceMark(row) + u' ' + verdictText(row.verdict);
  lines << (row.reason.isEmpty() ? verdict : verdict + tr(" (%1)").arg(row.reason));
  return lines.join(u'\n');
}

QString causeTip(const ComparisonView& view, const TimeCause& cause) {
  QStringList lines(lineOf(cause.title, cause.a_ns, cause.b_ns, ColumnUnit::ns));
  const auto transfer = std::find_if(view.causes.begin(), view.causes.end(),
                                     [](const TimeCause& other) { return other.title == tr("transfer"); });
  if (transfer != view.causes.end() && *transfer == cause) {
    lines << tr("waiting for copies to and from host memory; not part of forward and backward here");
  } else if (cause.title == tr("other")) {
    lines << tr("what the medians of the parts do not tell of the median of the step");
  }
  if (cause.is_estimated)
    lines << tr("estimated: of the waiting for copies only the sum is measured, and its part is taken out");
  return lines.join(u'\n');
}

QString comparedBlockTip(const ComparisonView& view, std::size_t block) {
  if (block >= view.blocks.size()) return {};
  const ComparedBlock& shown = view.blocks[block];
  QStringList lines(shown.name);
  if (shown.timed()) {
    lines << lineOf(tr("time"), *shown.a.time_ns(), *shown.b.time_ns(), ColumnUnit::ns);
  } else {
    lines << tr("times not measured");
  }
  const auto part = [&](const QString& title, std::optional<std::int64_t> BlockSide::*time) {
    if (!shown.timed()) return;
    const std::int64_t a = (shown.a.*time).value_or(0);
    const std::int64_t b = (shown.b.*time).value_or(0);
    if (a != 0 || b != 0) lines << QStringLiteral("  ") + lineOf(title, a, b, ColumnUnit::ns);
  };
  part(tr("forward"), &BlockSide::forward_ns);
  part(tr("recompute"), &BlockSide::recompute_ns);
  part(tr("backward"), &BlockSide::backward_ns);
  lines << lineOf(tr("kept"), shown.a.retained_bytes, shown.b.retained_bytes, ColumnUnit::bytes)
        << lineOf(tr("peak while it runs"), shown.a.peak_bytes, shown.b.peak_bytes, ColumnUnit::bytes);
  return lines.join(u'\n');
}

QString momentTip(const ComparisonView& view, double time_ns) {
  QStringList lines(tr("at %1").arg(localDuration(std::llround(time_ns))));
  const auto a = view.a_memory.bytesAt(time_ns);
  const auto b = view.b_memory.bytesAt(time_ns);
  if (a) lines << tr("A, %1: %2").arg(view.a_title, localBytes(*a));
  if (view.a_memory.endedBefore(time_ns)) lines << tr("A's step has ended");
  if (b) lines << tr("B, %1: %2").arg(view.b_title, localBytes(*b));
  if (view.b_memory.endedBefore(time_ns)) lines << tr("B's step has ended");
  if (a && b) lines << tr("B beyond A: %1").arg(localSigned(*b - *a, ColumnUnit::bytes));
  return lines.join(u'\n');
}

}  // namespace remat
