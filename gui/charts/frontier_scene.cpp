#include "gui/charts/frontier_scene.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace remat {
namespace {

constexpr int kTop = 30;        // room for the handle of the memory line
constexpr int kKeyHeight = 20;  // of the line that tells two runs apart
constexpr double kLane = 19;    // between crosses
constexpr double kReach = 14;
constexpr std::size_t kMostSingleMarks = 400;

QCPRange padded(double low, double high, double below, double above) {
  const double width = high > low ? high - low : std::max(std::abs(high) * 0.2, 1e-9);
  return {low - width * below, high + width * above};
}

/// Of both runs.
std::pair<QString, QString> titlesOf(const FrontierView& view) {
  return view.other ? std::pair(view.other->title, view.other->title_here) : std::pair<QString, QString>();
}

}  // namespace

FrontierChart::Scene::Scene(FrontierChart& chart) : chart_(chart), area_(addArea(chart.plot())) {
  QCustomPlot& plot = chart.plot();
  area_->setRangeDrag(Qt::Horizontal | Qt::Vertical);
  area_->setRangeZoom(Qt::Horizontal | Qt::Vertical);
  area_->setRangeDragAxes(&xAxis(*area_), &yAxis(*area_));
  area_->setRangeZoomAxes(&xAxis(*area_), &yAxis(*area_));
  // Crosses have lanes below the marks, where a time would be less than nothing.
  yAxis(*area_).setTicker(QSharedPointer<LocaleTicker>::create(5, LocaleTicker::Negative::hidden));
  plot.setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
  new Drawing(
      plot, kAreasLayer, [this](QCPPainter& painter) { paintArea(painter); }, area_);
  new Drawing(
      plot, kMarksLayer, [this](QCPPainter& painter) { paintMarks(painter); }, area_);
  new Drawing(plot, kMarksLayer, [this](QCPPainter& painter) { paintLabels(painter); });
  new Drawing(plot, kMarksLayer, [this](QCPPainter& painter) { paintMemoryLine(painter); });
  new Drawing(plot, kMarksLayer, [this](QCPPainter& painter) { paintSurround(painter); });
  new Drawing(plot, kOverlayLayer, [this](QCPPainter& painter) { paintOverlay(painter); });
}

void FrontierChart::Scene::take(const FrontierView& new_view) {
  const bool same_unit = view.speed_unit == new_view.speed_unit && view.group_title == new_view.group_title &&
                         titlesOf(view) == titlesOf(new_view);
  view = new_view;
  sortMarks();
  if (!same_unit) zoomed = false;
  if (!zoomed && !dragging) fit();
}

void FrontierChart::Scene::sortMarks() {
  crosses_.clear();
  other_crosses_.clear();
  single_.clear();
  crowd_.clear();
  uses_ = {};
  has_reserved_ = false;
  const bool many = view.marks.size() > kMostSingleMarks;
  for (std::size_t i = 0; i < view.marks.size(); ++i) {
    const FrontierMark& mark = view.marks[i];
    uses_[static_cast<std::size_t>(mark.state)] = true;
    has_reserved_ = has_reserved_ || mark.reserved_bytes.has_value();
    if (mark.state == FrontierMark::State::out_of_memory) crosses_.push_back(i);
    if (many && mark.state == FrontierMark::State::dominated) {
      crowd_.push_back({static_cast<double>(mark.peak_bytes), mark.speed, &mark.style});
    } else if (mark.state != FrontierMark::State::unknown) {
      single_.push_back(i);
    }
  }
  for (std::size_t i = 0; view.other && i < view.other->points.size(); ++i) {
    const FrontierMark::State state = view.other->points[i].mark.state;
    uses_[static_cast<std::size_t>(state)] = true;
    if (state == FrontierMark::State::out_of_memory) other_crosses_.push_back(i);
  }
}

void FrontierChart::Scene::fit() {
  std::int64_t low = 0, high = 0;
  double slow = 0, fast = 0;
  bool any = false;
  const auto include = [&](const FrontierMark& mark) {
    if (!mark.hasPlace()) return;
    low = any ? std::min(low, mark.peak_bytes) : mark.peak_bytes;
    high = std::max({high, mark.peak_bytes, mark.reserved_bytes.value_or(0)});
    fast = any ? std::min(fast, mark.speed_low.value_or(mark.speed)) : mark.speed_low.value_or(mark.speed);
    slow = std::max(slow, mark.speed_high.value_or(mark.speed));
    any = true;
  };
  for (const FrontierMark& mark : view.marks) include(mark);
  if (view.other) {
    for (const OtherRun::Point& point : view.other->points) include(point.mark);
  }
  const std::int64_t line = view.memory_line_bytes.value_or(0);
  if (!any) {
    high = std::max<std::int64_t>(line, 1 << 20);
    low = high / 2;
  }
  // A line far away would press the marks into a corner; its handle waits at the edge instead.
  if (line > 0 && line < high + (high - low) + high / 4) high = std::max(high, line + (high - low) / 6);
  if (line > 0 && line > low / 2) low = std::min(low, line);
  memory_unit_ = memoryUnit(high);
  const bool is_time = view.speed_unit == SpeedUnit::step_time;
  // While nothing is complete there is no time, and no unit of it.
  speed_unit_ = is_time && any ? timeUnit(static_cast<std::int64_t>(slow)) : AxisUnit{1.0, {}};
  xAxis(*area_).setRange(padded(memory_unit_.of(low), memory_unit_.of(high), 0.11, 0.09));
  const double lanes = kLane * static_cast<double>(std::min<std::size_t>(crosses_.size() + other_crosses_.size(), 8));
  const double height = std::max(60.0, area_height_);
  yAxis(*area_).setRange(
      padded(speed_unit_.of(fast), speed_unit_.of(any ? slow : 1.0), 0.14 + lanes / height * 1.6, 0.18));
  zoomed = false;
}

void FrontierChart::Scene::layOut(QSize size) {
  const QFont& base = chart_.font();
  const double scale = textScale(base);
  const int gutter = gutterWidth(base, size.width());
  const auto bottom = static_cast<int>(46 * scale);
  const int key = view.other ? static_cast<int>(kKeyHeight * scale) : 0;
  const int top = key + (view.memory_line_bytes ? kTop : static_cast<int>(17 * scale));
  area_height_ = size.height() - top - bottom;
  placeArea(*area_, QRect(gutter, top, size.width() - gutter - 16, size.height() - top - bottom), size);
  hideArea(*area_, !hasPicture());
  yAxis(*area_).setTickLabels(hasPlacedMarks());  // crosses have no speed
  const double width = size.width() - gutter - 16;
  xAxis(*area_).ticker()->setTickCount(std::clamp(static_cast<int>(width / (90 * scale)), 2, 9));
  yAxis(*area_).ticker()->setTickCount(std::clamp(static_cast<int>(size.height() / (56 * scale)), 2, 7));
  const bool first = size_.isEmpty() || std::abs(size_.height() - size.height()) > 40;
  size_ = size;
  if (first && !zoomed && !dragging) fit();
}

QRectF FrontierChart::Scene::rect() const { return area_->rect(); }

double FrontierChart::Scene::lineX() const {
  const double bytes = static_cast<double>(view.memory_line_bytes.value_or(0));
  return std::clamp(xAxis(*area_).coordToPixel(memory_unit_.of(bytes)), rect().left(), rect().right());
}

std::int64_t FrontierChart::Scene::bytesAt(double x) const {
  const double bytes = xAxis(*area_).pixelToCoord(x) * memory_unit_.size;
  return static_cast<std::int64_t>(std::clamp(bytes, 1.0, 0x1p60));
}

std::optional<QPointF> FrontierChart::Scene::placeOf(std::size_t index) const {
  const FrontierMark& mark = view.marks[index];
  if (mark.state == FrontierMark::State::out_of_memory) {
    const auto lane = std::find(crosses_.begin(), crosses_.end(), index) - crosses_.begin();
    return crossPlace(mark.peak_bytes, static_cast<std::size_t>(lane));
  }
  if (!mark.hasPlace()) return std::nullopt;
  return placeOf(mark.peak_bytes, mark.speed);
}

QPointF FrontierChart::Scene::crossPlace(std::int64_t bytes, std::size_t lane) const {
  const double most = std::max(1.0, static_cast<double>(crosses_.size() + other_crosses_.size()));
  const double pitch = std::min(kLane, rect().height() * 0.6 / most);
  double x = lineX();
  // Where it ran out is known; a line further right says nothing about it.
  if (bytes > 0) {
    const double known = xAxis(*area_).coordToPixel(memory_unit_.of(bytes));
    x = view.memory_line_bytes ? std::min(x, known) : known;
  }
  return {std::clamp(x, rect().left(), rect().right() - 8), rect().bottom() - 12 - pitch * static_cast<double>(lane)};
}

QPointF FrontierChart::Scene::placeOf(std::int64_t bytes, double speed) const {
  return {xAxis(*area_).coordToPixel(memory_unit_.of(bytes)), yAxis(*area_).coordToPixel(speed_unit_.of(speed))};
}

std::optional<PointMark> FrontierChart::Scene::markAt(QPointF place) const {
  std::optional<PointMark> nearest;
  double least = kReach * kReach;
  const auto consider = [&](const std::optional<QPointF>& mark, const QString& key, const QString& tip) {
    if (!mark) return;
    const QPointF way = *mark - place;
    const double distance = QPointF::dotProduct(way, way);
    if (distance >= least) return;
    least = distance;
    nearest = PointMark{key, tip};
  };
  for (std::size_t i = 0; i < view.marks.size(); ++i) consider(placeOf(i), view.marks[i].key, view.marks[i].tip);
  if (!view.other) return nearest;
  for (const OtherRun::Point& point : view.other->points)
    consider(placeOf(point), point.here ? view.marks[*point.here].key : QString(), point.mark.tip);
  return nearest;
}

bool FrontierChart::Scene::isOnMemoryLine(QPointF place) const {
  if (!view.memory_line_bytes) return false;
  if (handleBox().adjusted(-4, -4, 4, 4).contains(place)) return true;
  return std::abs(place.x() - lineX()) < 5 && place.y() > rect().top() && place.y() < rect().bottom();
}

QString FrontierChart::Scene::neighbour(ArrowStep step) const {
  std::vector<const FrontierMark*> order;
  for (const FrontierMark& mark : view.marks) {
    if (mark.state != FrontierMark::State::unknown) order.push_back(&mark);
  }
  std::stable_sort(order.begin(), order.end(), [](const FrontierMark* a, const FrontierMark* b) {
    return std::pair(!a->hasPlace(), a->peak_bytes) < std::pair(!b->hasPlace(), b->peak_bytes);
  });
  std::vector<QString> keys;
  for (const FrontierMark* mark : order) keys.push_back(mark->key);
  return neighbourIn(keys, selected, step.onwards());
}

const FrontierMark* FrontierChart::Scene::find(const QString& key) const {
  const auto found =
      std::find_if(view.marks.begin(), view.marks.end(), [&](const auto& mark) { return mark.key == key; });
  return key.isEmpty() || found == view.marks.end() ? nullptr : &*found;
}

bool FrontierChart::Scene::hasPlacedMarks() const {
  const auto has_place = [](const FrontierMark& mark) { return mark.hasPlace(); };
  if (std::any_of(view.marks.begin(), view.marks.end(), has_place)) return true;
  return view.other && std::any_of(view.other->points.begin(), view.other->points.end(),
                                   [&](const OtherRun::Point& point) { return has_place(point.mark); });
}

bool FrontierChart::Scene::hasPicture() const {
  return hasPlacedMarks() || !crosses_.empty() || !other_crosses_.empty();
}

void FrontierChart::Scene::zoom(double factor) {
  for (QCPAxis* axis : area_->axes()) axis->scaleRange(factor);
  zoomed = true;
}

}  // namespace remat
