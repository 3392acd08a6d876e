#include "gui/models/step_memory_view.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gui/models/local_text.h"
#include "gui/models/step_kernels.h"
#include "gui/models/step_spans.h"
#include "gui/models/text.h"
#include "profiler/core/names.h"
#include "profiler/report/live_bytes.h"
#include "profiler/report/phrases.h"

namespace remat {
namespace {

/// From the bottom up: what stays through the step first, what comes and goes on top.
constexpr std::array kStackOrder = {Category::parameters, Category::optimizer_state, Category::inputs,
                                    Category::gradients,  Category::activations,     Category::prefetched,
                                    Category::recomputed, Category::temporaries};

QString bandName(Category category) {
  if (category == Category::activations) return tr("saved activations");
  if (category == Category::prefetched) return tr("back from host memory");
  return tr(categoryText(category).c_str());
}

bool isZero(const StepBand& band) {
  return std::all_of(band.bytes.begin(), band.bytes.end(), [](std::int64_t bytes) { return bytes == 0; });
}

/// A band that begins with `start` and changes by those events for which `is_own` holds.
template <typename IsOwn>
std::vector<std::int64_t> bandBytes(const AllocationTimeline& timeline, std::int64_t start, const IsOwn& is_own) {
  std::vector<std::int64_t> bytes;
  bytes.reserve(timeline.bytes.size() + 1);
  bytes.push_back(start);
  for (std::size_t i = 0; i < timeline.bytes.size(); ++i) {
    if (is_own(i)) start += timeline.bytes[i];
    bytes.push_back(start);
  }
  return bytes;
}

void addBand(StepMemoryView& view, StepBand band) {
  if (!isZero(band)) view.bands.push_back(std::move(band));
}

void addKinds(StepMemoryView& view, const PointResult& point) {
  const AllocationTimeline& timeline = *point.timeline;
  const LiveBytesStart start = liveBytesAtStart(point);
  addBand(view, {.name = tr("of unknown kind"),
                 .bytes = std::vector<std::int64_t>(timeline.bytes.size() + 1, start.other_bytes)});
  for (const Category category : kStackOrder) {
    const auto number = static_cast<std::size_t>(category);
    addBand(view, {.name = bandName(category),
                   .category = category,
                   .bytes = bandBytes(timeline, start.bytes[number], [&](std::size_t i) {
                     return timeline.category[i] == static_cast<std::int8_t>(number);
                   })});
  }
}

/// The band of each event: 0 alive before the step, 1 outside blocks, 2 + block. A release counts for the block that
/// allocated.
std::vector<std::size_t> ownerOfEvents(const AllocationTimeline& timeline) {
  std::int32_t most = -1;
  for (const std::int32_t allocation : timeline.allocation) most = std::max(most, allocation);
  // Numbers are those of the events' order, so there are no more than events; a file may say otherwise.
  const auto known = std::min<std::size_t>(static_cast<std::size_t>(most + 1), timeline.bytes.size());
  std::vector<std::size_t> owner_of(known, 1);
  std::vector<std::size_t> owners;
  owners.reserve(timeline.bytes.size());
  for (std::size_t i = 0; i < timeline.bytes.size(); ++i) {
    const std::int32_t allocation = timeline.allocation[i];
    const std::size_t here = timeline.block[i] < 0 ? 1 : 2 + static_cast<std::size_t>(timeline.block[i]);
    if (allocation < 0) {
      owners.push_back(0);
    } else if (static_cast<std::size_t>(allocation) >= known) {
      owners.push_back(here);
    } else {
      if (timeline.bytes[i] > 0) owner_of[static_cast<std::size_t>(allocation)] = here;
      owners.push_back(owner_of[static_cast<std::size_t>(allocation)]);
    }
  }
  return owners;
}

void addBlocks(StepMemoryView& view, const AllocationTimeline& timeline) {
  const std::vector<std::size_t> owners = ownerOfEvents(timeline);
  const auto bytesOf = [&](std::size_t owner, std::int64_t start) {
    return bandBytes(timeline, start, [&](std::size_t i) { return owners[i] == owner; });
  };
  addBand(view, {.name = tr("alive before the step"), .bytes = bytesOf(0, timeline.start_bytes)});
  const std::size_t blocks = timeline.block_names.size();
  for (std::size_t b = 0; b < blocks; ++b) {
    const double depth = blocks < 2 ? 0.0 : static_cast<double>(b) / static_cast<double>(blocks - 1);
    addBand(
        view,
        {.name = QString::fromStdString(timeline.block_names[b]), .depth_ratio = depth, .bytes = bytesOf(2 + b, 0)});
  }
  addBand(view, {.name = tr("outside blocks"), .bytes = bytesOf(1, 0)});
}

void addTotals(StepMemoryView& view, const AllocationTimeline& timeline) {
  view.time_ns.reserve(timeline.time_ns.size() + 1);
  view.time_ns.push_back(0);
  std::int64_t last_ns = 0;
  for (const std::int64_t time_ns : timeline.time_ns) view.time_ns.push_back(last_ns = std::max(last_ns, time_ns));
  view.step_ns = std::max<std::int64_t>(last_ns, 1);
  view.total_bytes = bandBytes(timeline, timeline.start_bytes, [](std::size_t) { return true; });
  const auto peak = std::max_element(view.total_bytes.begin(), view.total_bytes.end());
  view.peak = static_cast<std::size_t>(peak - view.total_bytes.begin());
}

QString missingText(const PointResult* point) {
  if (point == nullptr) return tr("Select a point to see how its memory runs through one step.");
  if (!point->completed()) return localSentence(outcomeText(*point));
  return tr("This point has no record of its allocations; measure it again to get one.");
}

}  // namespace

StepMemoryView stepMemoryView(const PointResult* point, StepBands bands_by,
                              std::optional<std::int64_t> memory_line_bytes) {
  StepMemoryView view{.bands_by = bands_by, .memory_line_bytes = memory_line_bytes};
  if (point != nullptr) {
    view.key = QString::fromStdString(point->key());
    view.policy = point->spec().policy;
  }
  if (point == nullptr || !point->timeline || point->timeline->bytes.empty()) {
    view.missing = missingText(point);
    view.finding = view.missing;
    return view;
  }
  const AllocationTimeline& timeline = *point->timeline;
  addTotals(view, timeline);
  if (bands_by == StepBands::by_kind) {
    addKinds(view, *point);
  } else {
    addBlocks(view, timeline);
  }
  view.before_step_bytes = timeline.start_bytes;
  addSpans(view, *point);
  view.kernels = stepKernels(view, *point);
  if (point->memory) view.peak_text = localSentence(instantText(point->memory->peak_instant)).remove(u'`');
  const QString peak = localBytes(view.total_bytes[*view.peak]);
  view.finding = tr("%1: the peak of %2 is %3.").arg(QString::fromStdString(view.policy), peak, view.peak_text);
  if (view.peak_text.isEmpty()) view.finding = tr("%1: the peak is %2.").arg(QString::fromStdString(view.policy), peak);
  return view;
}

namespace {

using enum ColumnUnit;

// Columns of the table twin by kind, in the order of Category.
constexpr std::array<Column, kCategories> kKindColumns = {{{"parameters_bytes", "parameters", bytes},
                                                           {"gradients_bytes", "gradients", bytes},
                                                           {"optimizer_state_bytes", "optimizer state", bytes},
                                                           {"inputs_bytes", "inputs", bytes},
                                                           {"activations_bytes", "saved activations", bytes},
                                                           {"recomputed_bytes", "recomputed", bytes},
                                                           {"temporaries_bytes", "temporaries", bytes},
                                                           {"prefetched_bytes", "prefetched", bytes}}};

ResultTable kindTable(const StepMemoryView& view) {
  ResultTable table{{{"time_ns", "time", ns}, {"total_bytes", "total", bytes}}, {}};
  table.columns.insert(table.columns.end(), kKindColumns.begin(), kKindColumns.end());
  for (std::size_t i = 0; i < view.time_ns.size(); ++i) {
    std::vector<Cell> cells(table.columns.size(), Cell(std::int64_t{0}));
    cells[0] = view.time_ns[i];
    cells[1] = view.total_bytes[i];
    for (const StepBand& band : view.bands) {
      if (band.category) cells[2 + static_cast<std::size_t>(*band.category)] = band.bytes[i];
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

/// One row per change: columns for all blocks would mostly repeat themselves.
ResultTable blockTable(const StepMemoryView& view) {
  ResultTable table{{{"time_ns", "time", ns},
                     {"total_bytes", "total", bytes},
                     {"block", "of", text},
                     {"block_bytes", "its bytes", bytes}},
                    {}};
  for (std::size_t i = 0; i < view.time_ns.size(); ++i) {
    for (const StepBand& band : view.bands) {
      const bool changed = i == 0 ? band.bytes[0] != 0 : band.bytes[i] != band.bytes[i - 1];
      if (changed) table.rows.push_back({view.time_ns[i], view.total_bytes[i], band.name.toStdString(), band.bytes[i]});
    }
  }
  return table;
}

}  // namespace

ResultTable StepMemoryView::table() const {
  return bands_by == StepBands::by_kind ? kindTable(*this) : blockTable(*this);
}

}  // namespace remat
