#include "gui/models/live_rows.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "gui/models/text.h"
#include "profiler/core/shared_name.h"
#include "profiler/report/phrases.h"

namespace remat {
namespace {

/// Of numbers from a file, which may be anything.
std::int64_t sum(std::int64_t a, std::int64_t b) {
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  return b > largest - a ? largest : a + b;
}

/// Workers once cut the list by single tensors, in the midst of names: only they called what is left smaller.
const QString kCutWord = QStringLiteral(" smaller ");

bool isCutRest(const LiveTensor& tensor) {
  return tensor.tensors > 1 &&
         QString::fromStdString(tensor.name).startsWith(QString::number(tensor.tensors) + kCutWord);
}

/// The size below which such a list names no tensor of this category; 0: it is whole.
std::int64_t cutBytes(const Memory& memory, Category category) {
  const auto& live = memory.live_at_peak;
  if (std::none_of(live.begin(), live.end(),
                   [&](const LiveTensor& row) { return row.category == category && isCutRest(row); }))
    return 0;
  std::int64_t smallest = std::numeric_limits<std::int64_t>::max();
  for (const LiveTensor& row : live)
    if (row.tensors == 1) smallest = std::min(smallest, row.bytes);
  return smallest;
}

QString rowName(const LiveTensor& tensor) {
  QString name = QString::fromStdString(sharedName(tensor));
  return isCutRest(tensor) ? name.replace(kCutWord, tr(" other ")) : name;
}

struct Collected {
  LiveRow row;
  QStringList block_names;
  std::int64_t smallest_bytes = 0;
};

/// Rows by category and name, in the order of their first tensor.
class RowCollector {
 public:
  explicit RowCollector(const PointResult& point) : memory_(*point.memory) {
    for (const BlockResult& block : point.blocks) index_of_.emplace(block.name, block.block);
  }

  void add(const LiveTensor& tensor) {
    const QString name = rowName(tensor);
    const auto [at, is_new] = place_of_.try_emplace({tensor.category, name}, rows_.size());
    if (is_new) rows_.push_back({{.name = name, .category = tensor.category, .count = 0}, {}, tensor.bytes});
    Collected& collected = rows_[at->second];
    collected.smallest_bytes = std::min(collected.smallest_bytes, tensor.bytes);
    LiveRow& row = collected.row;
    row.bytes = sum(row.bytes, tensor.bytes);
    row.count = sum(row.count, tensor.tensors);
    row.tensors += QString::fromStdString(tensor.name);
    const QString block = QString::fromStdString(tensor.block);
    if (block.isEmpty() || collected.block_names.contains(block)) return;
    collected.block_names += block;
    if (const auto index = index_of_.find(tensor.block); index != index_of_.end()) row.blocks.push_back(index->second);
  }

  std::vector<LiveRow> take() {
    std::vector<LiveRow> rows;
    for (Collected& collected : rows_) {
      std::sort(collected.row.blocks.begin(), collected.row.blocks.end());
      collected.row.where = whereOf(collected);
      rows.push_back(std::move(collected.row));
    }
    return rows;
  }

 private:
  /// Names no range that ends where the list was cut: other blocks may have the same.
  [[nodiscard]] QString whereOf(const Collected& collected) const {
    const bool in_layers = std::any_of(collected.block_names.begin(), collected.block_names.end(),
                                       [](const QString& name) { return name.contains(QLatin1String("layer ")); });
    if (!in_layers || collected.smallest_bytes > cutBytes(memory_, collected.row.category))
      return blocksText(collected.block_names);
    const qsizetype blocks = collected.block_names.size();
    return blocks == 1 ? tr("at least one block") : tr("at least %1 blocks").arg(blocks);
  }

  const Memory& memory_;
  std::map<std::string, int> index_of_;
  std::map<std::pair<Category, QString>, std::size_t> place_of_;
  std::vector<Collected> rows_;
};

std::vector<LiveRow> rowsOfSplit(const Memory& memory) {
  std::vector<LiveRow> rows;
  for (const CategoryBytes& part : memory.peak_split) {
    if (part.bytes == 0) continue;
    const QString name = QString::fromStdString(categoryText(part.category));
    rows.push_back({.name = name, .tensors = {name}, .category = part.category, .bytes = part.bytes});
  }
  return rows;
}

/// What the list leaves out of each category, and what the allocator rounds up: the rows add up to the peak.
void addRest(const Memory& memory, std::vector<LiveRow>& rows) {
  if (rows.empty()) return;
  std::map<Category, std::int64_t> listed;
  std::int64_t all = 0;
  for (const LiveRow& row : rows) listed[row.category] = sum(listed[row.category], row.bytes);
  for (const CategoryBytes& part : memory.peak_split) {
    const std::int64_t rest = part.bytes - listed[part.category];
    if (rest <= 0) continue;
    const QString name = tr("other %1").arg(QString::fromStdString(categoryText(part.category)));
    rows.push_back({.name = name, .category = part.category, .bytes = rest, .count = 0});
  }
  for (const LiveRow& row : rows) all = sum(all, row.bytes);
  const std::int64_t rest = memory.peak_allocated_bytes - all;
  if (rest <= 0) return;
  const bool is_rounding = all >= memory.peak_requested_bytes;
  const QString name = is_rounding ? tr("rounding of the allocator") : tr("not listed");
  rows.push_back({.name = name, .category = Category::temporaries, .bytes = rest, .count = 0});
}

/// "0 to 5 and 9" of ascending numbers.
QString rangesText(const std::vector<int>& numbers) {
  QStringList parts;
  for (std::size_t first = 0; first < numbers.size();) {
    std::size_t last = first;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (last > first + 1) {
      parts += tr("%1 to %2").arg(numbers[first]).arg(numbers[last]);
    } else {
      for (std::size_t i = first; i <= last; ++i) parts += QString::number(numbers[i]);
    }
    first = last + 1;
  }
  if (parts.size() < 2) return parts.join(QString());
  const QString last = parts.takeLast();
  return tr("%1 and %2").arg(parts.join(QStringLiteral(", ")), last);
}

}  // namespace

QString blocksText(const QStringList& names) {
  QStringList parts;
  std::vector<int> layers;
  for (const QString& name : names) {
    bool is_number = false;
    const int layer = name.startsWith(QLatin1String("layer ")) ? name.mid(6).toInt(&is_number) : -1;
    if (is_number) {
      layers.push_back(layer);
    } else {
      parts += name;
    }
  }
  std::sort(layers.begin(), layers.end());
  if (layers.size() == 1) parts.prepend(tr("layer %1").arg(layers.front()));
  if (layers.size() > 1) parts.prepend(tr("layers %1").arg(rangesText(layers)));
  return parts.join(QStringLiteral(", "));
}

std::vector<LiveRow> liveRows(const PointResult& point) {
  if (!point.memory) return {};
  const Memory& memory = *point.memory;
  RowCollector collector(point);
  for (const LiveTensor& tensor : memory.live_at_peak) collector.add(tensor);
  std::vector<LiveRow> rows = collector.take();
  if (rows.empty()) rows = rowsOfSplit(memory);
  addRest(memory, rows);
  std::stable_sort(rows.begin(), rows.end(), [](const LiveRow& a, const LiveRow& b) { return a.bytes > b.bytes; });
  const auto peak = static_cast<double>(memory.peak_allocated_bytes);
  for (LiveRow& row : rows) row.share_ratio = peak > 0 ? static_cast<double>(row.bytes) / peak : 0.0;
  return rows;
}

}  // namespace remat
