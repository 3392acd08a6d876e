#include "gui/charts/step_memory_chart.h"

#include <QKeyEvent>
#include <QToolTip>

#include "gui/charts/step_scene.h"

namespace remat {
namespace {

constexpr qint64 kOneMovement_ms = 700;  // changes of the range within it are one step of the history

}  // namespace

StepMemoryChart::StepMemoryChart(QWidget* parent) : Chart(parent), scene_(std::make_unique<Scene>(*this)) {
  connect(&scene_->timeAxis(), qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this] { followRange(); });
  connect(&plot(), &QCustomPlot::mousePress, this, [this](QMouseEvent* event) { press(*event); });
  connect(&plot(), &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) { followMouse(*event); });
  connect(&plot(), &QCustomPlot::mouseRelease, this, [this](QMouseEvent* event) { release(*event); });
  connect(&plot(), &QCustomPlot::mouseDoubleClick, this, [this] { zoomOut(); });
  since_zoom_.start();
}

StepMemoryChart::~StepMemoryChart() = default;

void StepMemoryChart::show(const StepMemoryView& view) {
  if (view == scene_->view) return;
  scene_->take(view);
  showChange();
}

void StepMemoryChart::setSelectedBlock(std::optional<int> block) {
  if (std::exchange(scene_->selected_block, block) != block) showOverlay();
}

void StepMemoryChart::setHoveredBlock(std::optional<int> block) {
  if (std::exchange(scene_->hovered_block, block) != block) showOverlay();
}

void StepMemoryChart::setHighlighted(std::optional<Category> category) {
  if (std::exchange(scene_->highlighted, category) != category) showChange();
}

/// By whatever moved the axis: keeps it inside the step and remembers it.
void StepMemoryChart::followRange() {
  scene_->setRange(scene_->range());
  const TimeRange range = scene_->range();
  if (!moving_in_history_) scene_->history.add(range, since_zoom_.restart() < kOneMovement_ms);
  plot().replot(QCustomPlot::rpQueuedReplot);
  emit zoomChanged(range.begin_ns, range.end_ns);
}

void StepMemoryChart::zoomTo(qint64 begin_ns, qint64 end_ns) { scene_->setRange({begin_ns, end_ns}); }

void StepMemoryChart::zoomOut() { scene_->setRange(scene_->history.whole()); }

void StepMemoryChart::showFromHistory() {
  moving_in_history_ = true;
  scene_->setRange(scene_->history.current());
  moving_in_history_ = false;
}

void StepMemoryChart::zoomBack() {
  if (scene_->history.back()) showFromHistory();
}

void StepMemoryChart::zoomForward() {
  if (scene_->history.forward()) showFromHistory();
}

void StepMemoryChart::press(const QMouseEvent& event) {
  pressed_at_ = event.position();
  drag_ = Drag::none;
  if (event.button() != Qt::LeftButton) return;
  if (scene_->overviewBox().contains(event.position())) drag_ = Drag::overview;
  if (event.modifiers().testFlag(Qt::ShiftModifier) && scene_->mainBox().contains(event.position())) drag_ = Drag::box;
  plot().setInteraction(QCP::iRangeDrag, drag_ == Drag::none);
  since_zoom_.restart();
  if (drag_ == Drag::overview) moveOverview(event.position().x());
}

void StepMemoryChart::moveOverview(double x) {
  const TimeRange range = scene_->range();
  const auto middle = static_cast<qint64>(scene_->overviewTimeAt(x));
  const qint64 width = range.end_ns - range.begin_ns;
  zoomTo(middle - width / 2, middle - width / 2 + width);
}

void StepMemoryChart::hoverBlock(std::optional<int> block) {
  if (block == scene_->hovered_block) return;
  setHoveredBlock(block);
  emit blockHovered(block.value_or(-1));
}

void StepMemoryChart::followMouse(const QMouseEvent& event) {
  if (drag_ == Drag::overview) {
    moveOverview(event.position().x());
  } else if (drag_ == Drag::box) {
    scene_->box_x = {pressed_at_.x(), event.position().x()};
    showOverlay();
  }
  if (event.buttons() != Qt::NoButton) return;
  hoverBlock(scene_->blockAt(event.position()));
  QToolTip::showText(event.globalPosition().toPoint(), scene_->tipAt(event.position()), this);
}

void StepMemoryChart::release(const QMouseEvent& event) {
  const Drag drag = std::exchange(drag_, Drag::none);
  plot().setInteraction(QCP::iRangeDrag, true);
  scene_->box_x.reset();
  const double way = event.position().x() - pressed_at_.x();
  if (drag == Drag::box && std::abs(way) > 4) {
    const double a = scene_->timeAt(pressed_at_.x());
    const double b = scene_->timeAt(event.position().x());
    since_zoom_.invalidate();
    zoomTo(static_cast<qint64>(std::min(a, b)), static_cast<qint64>(std::max(a, b)));
  } else if (drag == Drag::none && event.button() == Qt::LeftButton && std::abs(way) < 4) {
    if (const auto block = scene_->blockAt(event.position())) emit blockPicked(*block);
  }
  showOverlay();
}

void StepMemoryChart::keyPressEvent(QKeyEvent* event) {
  const TimeRange range = scene_->range();
  const qint64 width = range.end_ns - range.begin_ns;
  const bool alt = event->modifiers().testFlag(Qt::AltModifier);
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: return zoomTo(range.begin_ns + width / 8, range.end_ns - width / 8);
    case Qt::Key_Minus: return zoomTo(range.begin_ns - width / 6, range.end_ns + width / 6);
    case Qt::Key_0: return zoomOut();
    case Qt::Key_Backspace: return zoomBack();
    case Qt::Key_Left: return alt ? zoomBack() : zoomTo(range.begin_ns - width / 10, range.end_ns - width / 10);
    case Qt::Key_Right: return alt ? zoomForward() : zoomTo(range.begin_ns + width / 10, range.end_ns + width / 10);
    default: Chart::keyPressEvent(event);
  }
}

QString StepMemoryChart::title() const { return tr("Step memory"); }
QString StepMemoryChart::finding() const { return scene_->view.finding; }
ResultTable StepMemoryChart::table() const { return scene_->view.table(); }
bool StepMemoryChart::isEmpty() const { return scene_->view.empty(); }
void StepMemoryChart::layOut(QSize size) { scene_->layOut(size); }

}  // namespace remat
