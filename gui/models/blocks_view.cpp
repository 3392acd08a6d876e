#include "gui/models/blocks_view.h"

#include <algorithm>
#include <map>

#include "gui/models/listed_names.h"
#include "gui/models/local_text.h"
#include "gui/models/text.h"
#include "profiler/report/live_bytes.h"

namespace remat {
namespace {

using BlockResults = std::vector<const BlockResult*>;

/// In the order of the names, whatever records of a point are missing: null for those.
BlockResults resultsOf(const PointResult& point, const QStringList& names) {
  BlockResults results;
  auto next = point.blocks.begin();
  for (const QString& name : names) {
    const auto found = std::find_if(next, point.blocks.end(), [wanted = name.toStdString()](const BlockResult& block) {
      return block.name == wanted;
    });
    results.push_back(found == point.blocks.end() ? nullptr : &*found);
    if (found != point.blocks.end()) next = found + 1;
  }
  return results;
}

/// What each block keeps under the policy that keeps most of it: the whole that shares are parts of.
std::vector<std::int64_t> mostKept(const std::vector<BlockResults>& points, std::size_t blocks) {
  std::vector<std::int64_t> most(blocks, 0);
  for (const BlockResults& results : points) {
    for (std::size_t b = 0; b < blocks; ++b) {
      if (results[b] != nullptr) most[b] = std::max(most[b], results[b]->retained_bytes + results[b]->host_bytes);
    }
  }
  return most;
}

BlockCell cellOf(const BlockResult& block, std::int64_t most_bytes) {
  BlockCell cell{.measured = true, .retained_bytes = block.retained_bytes, .recomputed_ops = block.recomputed_ops};
  const double whole = static_cast<double>(std::max<std::int64_t>(most_bytes, 1));
  cell.saved_ratio = std::clamp(static_cast<double>(block.retained_bytes) / whole, 0.0, 1.0);
  const double rest = 1.0 - cell.saved_ratio;
  cell.offloaded_ratio = std::clamp(static_cast<double>(block.host_bytes) / whole, 0.0, rest);
  cell.offloads = block.host_bytes > 0;
  if (block.recomputed_ops > 0) cell.recomputed_ratio = rest - cell.offloaded_ratio;
  return cell;
}

BlockRow rowOf(const PointResult& point, const BlockResults& results, const PolicyStyles& styles,
               const std::vector<std::int64_t>& most) {
  BlockRow row{.key = QString::fromStdString(point.key()), .policy = point.spec().policy};
  row.style = styles.at(row.policy);
  if (point.blocks.empty()) return row;
  row.cells.resize(most.size());
  for (std::size_t b = 0; b < most.size(); ++b) {
    if (results[b] != nullptr) row.cells[b] = cellOf(*results[b], most[b]);
  }
  return row;
}

/// For each block, the categories at the moment of most live bytes while something of the block was allocated.
std::map<std::string, BytesByCategory, std::less<>> splitsAtPeaks(const PointResult& point) {
  std::map<std::string, BytesByCategory, std::less<>> splits;
  if (!point.timeline) return splits;
  const AllocationTimeline& timeline = *point.timeline;
  BytesByCategory live = liveBytesAtStart(point).bytes;
  std::int64_t total = timeline.start_bytes;
  std::vector<std::int64_t> peaks(timeline.block_names.size(), -1);
  for (std::size_t i = 0; i < timeline.bytes.size(); ++i) {
    live[static_cast<std::size_t>(timeline.category[i])] += timeline.bytes[i];
    total += timeline.bytes[i];
    if (timeline.block[i] < 0) continue;
    const auto block = static_cast<std::size_t>(timeline.block[i]);
    if (block >= peaks.size() || total <= peaks[block]) continue;
    peaks[block] = total;
    splits[timeline.block_names[block]] = live;
  }
  return splits;
}

std::vector<BlockBar> barsOf(const PointResult& point, const BlockResults& results) {
  const auto splits = splitsAtPeaks(point);
  std::vector<BlockBar> bars;
  for (const BlockResult* result : results) {
    bars.emplace_back();
    if (result == nullptr) continue;
    const BlockResult& block = *result;
    BlockBar bar{.peak_bytes = block.peak_bytes,
                 .split_bytes = {},
                 .forward_ns = block.forward_ns,
                 .recompute_ns = block.recompute_ns,
                 .backward_ns = block.backward_ns,
                 .retained_bytes = block.retained_bytes};
    if (const auto split = splits.find(block.name); split != splits.end()) {
      std::int64_t sum = 0;
      for (const std::int64_t bytes : split->second) sum += bytes;
      // The timeline shows the moments of allocations; a split that does not add up to the peak would be another
      // moment.
      const auto off = static_cast<double>(std::abs(sum - block.peak_bytes));
      if (off <= 0.001 * static_cast<double>(block.peak_bytes)) bar.split_bytes = split->second;
    }
    bars.back() = bar;
  }
  return bars;
}

/// Blocks whose records are not there, as far as other points and the moment of the peak tell of them.
QStringList missingBlocks(const PointResult& point, const BlockResults& results, const QStringList& names) {
  QStringList missing;
  for (std::size_t b = 0; b < results.size(); ++b) {
    if (results[b] == nullptr) missing << names[static_cast<qsizetype>(b)];
  }
  const QString at_peak = point.memory ? QString::fromStdString(point.memory->peak_instant.block) : QString();
  if (!at_peak.isEmpty() && !names.contains(at_peak)) missing << at_peak;
  return missing;
}

/// Where the peak is, if one of the blocks reaches it.
QString peakText(const BlocksView& view, const PointResult& point, const BlockResults& results) {
  std::size_t highest = 0;
  for (std::size_t b = 1; b < view.bars.size(); ++b) {
    if (view.bars[b].peak_bytes > view.bars[highest].peak_bytes) highest = b;
  }
  const std::int64_t bar_bytes = view.bars[highest].peak_bytes;
  const QString name = view.block_names[static_cast<qsizetype>(highest)];
  // Bars count what was asked for; an allocator may round that up.
  const std::int64_t peak_bytes =
      point.memory ? std::min(point.memory->peak_requested_bytes, point.memory->peak_allocated_bytes) : 0;
  if (static_cast<double>(bar_bytes) >= 0.999 * static_cast<double>(peak_bytes))
    return tr("the peak of %1 is in %2.").arg(localBytes(bar_bytes), name);
  const QStringList missing = missingBlocks(point, results, view.block_names);
  if (missing.isEmpty())
    return tr("the peak of %1 is outside the blocks; %2 reaches %3.")
        .arg(localBytes(view.step_peak_bytes), name, localBytes(bar_bytes));
  return tr("the peak of %1 is in none of those shown: the record of %2 is missing.")
      .arg(localBytes(view.step_peak_bytes), listedNames(missing));
}

}  // namespace

QString shortBlockName(const QString& name) {
  if (name.startsWith(QLatin1String("layer "))) return name.mid(6);
  if (name.endsWith(QLatin1String("embedding"))) return tr("emb.");
  const qsizetype space = name.lastIndexOf(u' ');  // "encoder layer 3"
  bool is_number = false;
  if (space > 0) static_cast<void>(name.mid(space + 1).toInt(&is_number));
  return is_number ? name.mid(space + 1) : name;
}

BlocksView blocksView(const Run& run, const PointGroup& group, const QString& selected,
                      std::optional<std::int64_t> memory_line_bytes) {
  BlocksView view{.memory_line_bytes = memory_line_bytes};
  const PointResult* longest = nullptr;  // the graph is the same in all points of a group, but some have no blocks
  for (const std::size_t index : group.points) {
    const PointResult& point = run.points[index];
    if (longest == nullptr || point.blocks.size() > longest->blocks.size()) longest = &point;
  }
  if (longest != nullptr) {
    for (const BlockResult& block : longest->blocks) {
      view.block_names << QString::fromStdString(block.name);
      view.short_names << shortBlockName(view.block_names.back());
    }
  }
  std::vector<BlockResults> results;
  for (const std::size_t index : group.points) results.push_back(resultsOf(run.points[index], view.block_names));
  const auto most = mostKept(results, static_cast<std::size_t>(view.block_names.size()));
  const PolicyStyles styles = policyStyles(run);
  const PointResult* chosen = nullptr;
  for (const std::size_t index : group.points) {
    const PointResult& point = run.points[index];
    view.rows.push_back(rowOf(point, results[view.rows.size()], styles, most));
    const bool is_selected = view.rows.back().key == selected;
    if (point.blocks.empty() || !(is_selected || chosen == nullptr)) continue;
    chosen = &point;
    view.selected = view.rows.size() - 1;
  }
  view.finding = tr("No block was measured: the points have no results per block.");
  if (chosen != nullptr) {
    const BlockResults& shown = results[*view.selected];
    view.bars = barsOf(*chosen, shown);
    if (chosen->memory) {
      view.before_step_bytes = chosen->memory->before_step_bytes;
      view.step_peak_bytes = chosen->memory->peak_allocated_bytes;
    }
    view.finding = tr("What each policy keeps for backward; below, %1: %2")
                       .arg(QString::fromStdString(chosen->spec().policy), peakText(view, *chosen, shown));
  }
  return view;
}

QString blockTip(const BlocksView& view, std::size_t row, std::size_t block) {
  if (row >= view.rows.size() || block >= static_cast<std::size_t>(view.block_names.size())) return {};
  QStringList lines(
      tr("%1 under %2")
          .arg(view.block_names[static_cast<qsizetype>(block)], QString::fromStdString(view.rows[row].policy)));
  if (block >= view.rows[row].cells.size() || !view.rows[row].cells[block].measured) {
    lines << tr("not measured");
    return lines.join(u'\n');
  }
  const BlockCell& cell = view.rows[row].cells[block];
  lines << tr("keeps %1 (%2 of the most), %3 bytes")
               .arg(localBytes(cell.retained_bytes), localPercent(cell.saved_ratio), localCount(cell.retained_bytes));
  if (cell.recomputed_ops > 0) lines << tr("replays %1 ops in backward").arg(localCount(cell.recomputed_ops));
  if (cell.offloads) lines << tr("moves activations to host memory");
  if (row != view.selected || block >= view.bars.size()) return lines.join(u'\n');
  const BlockBar& bar = view.bars[block];
  lines << tr("peak while it runs %1").arg(localBytes(bar.peak_bytes));
  const auto add = [&](const char* text, const std::optional<std::int64_t>& time_ns) {
    if (time_ns) lines << tr(text).arg(localDuration(*time_ns));
  };
  add(QT_TRANSLATE_NOOP("remat", "forward %1"), bar.forward_ns);
  add(QT_TRANSLATE_NOOP("remat", "recompute %1"), bar.recompute_ns);
  add(QT_TRANSLATE_NOOP("remat", "backward %1"), bar.backward_ns);
  return lines.join(u'\n');
}

std::vector<int> findBlocks(const PointResult& point, const QString& text) {
  std::vector<int> found;
  for (std::size_t b = 0; b < point.blocks.size(); ++b) {
    if (QString::fromStdString(point.blocks[b].name).contains(text, Qt::CaseInsensitive)) {
      found.push_back(static_cast<int>(b));
    }
  }
  return found;
}

ResultTable BlocksView::table() const {
  using enum ColumnUnit;
  ResultTable table{{{"policy", "policy", text},
                     {"block", "block", text},
                     {"block_index", "", count},
                     {"retained_bytes", "retained", bytes},
                     {"saved_ratio", "saved", ratio},
                     {"recomputed_ratio", "recomputed", ratio},
                     {"offloaded_ratio", "offloaded", ratio},
                     {"recomputed_ops", "replayed ops", count},
                     {"peak_bytes", "peak", bytes},
                     {"forward_ns", "forward", ns},
                     {"recompute_ns", "recompute", ns},
                     {"backward_ns", "backward", ns}},
                    {}};
  const auto optionalCell = [](const std::optional<std::int64_t>& value) { return value ? Cell(*value) : Cell(); };
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t b = 0; b < rows[r].cells.size(); ++b) {
      const BlockCell& cell = rows[r].cells[b];
      if (!cell.measured) continue;
      std::vector<Cell> cells = {rows[r].policy,
                                 block_names[static_cast<qsizetype>(b)].toStdString(),
                                 static_cast<std::int64_t>(b),
                                 cell.retained_bytes,
                                 cell.saved_ratio,
                                 cell.recomputed_ratio,
                                 cell.offloaded_ratio,
                                 cell.recomputed_ops};
      cells.resize(table.columns.size());
      if (r == selected && b < bars.size()) {
        cells[8] = bars[b].peak_bytes;
        cells[9] = optionalCell(bars[b].forward_ns);
        cells[10] = optionalCell(bars[b].recompute_ns);
        cells[11] = optionalCell(bars[b].backward_ns);
      }
      table.rows.push_back(std::move(cells));
    }
  }
  return table;
}

}  // namespace remat
