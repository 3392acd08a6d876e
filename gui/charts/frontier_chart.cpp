#include "gui/charts/frontier_chart.h"

#include <QKeyEvent>
#include <QToolTip>

#include "gui/charts/frontier_scene.h"

namespace remat {

FrontierChart::FrontierChart(QWidget* parent) : Chart(parent), scene_(std::make_unique<Scene>(*this)) {
  connect(&plot(), &QCustomPlot::mousePress, this, [this](QMouseEvent* event) {
    scene_->dragging = event->button() == Qt::LeftButton && scene_->isOnMemoryLine(event->position());
    plot().setInteraction(QCP::iRangeDrag, !scene_->dragging);
    pressed_at_ = event->position();
  });
  connect(&plot(), &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) { followMouse(*event); });
  connect(&plot(), &QCustomPlot::mouseRelease, this, [this](QMouseEvent* event) {
    const bool was_dragging = std::exchange(scene_->dragging, false);
    plot().setInteraction(QCP::iRangeDrag, true);
    const QPointF way = event->position() - pressed_at_;
    if (was_dragging || event->button() != Qt::LeftButton) return;
    if (way.manhattanLength() > 4) {
      scene_->zoomed = true;
    } else if (const auto mark = scene_->markAt(event->position())) {
      emit pointPicked(scene_->view.marks[*mark].key);
    }
  });
  connect(&plot(), &QCustomPlot::mouseWheel, this, [this] { scene_->zoomed = true; });
  connect(&plot(), &QCustomPlot::mouseDoubleClick, this, [this] { fit(); });
}

FrontierChart::~FrontierChart() = default;

void FrontierChart::show(const FrontierView& view) {
  if (view == scene_->view) return;
  scene_->take(view);
  showChange();
}

void FrontierChart::setSelected(const QString& key) {
  if (std::exchange(scene_->selected, key) != key) showChange();
}

void FrontierChart::setHovered(const QString& key) {
  if (std::exchange(scene_->hovered, key) != key) showOverlay();
}

void FrontierChart::fit() {
  scene_->fit();
  showChange();
}

void FrontierChart::followMouse(const QMouseEvent& event) {
  if (scene_->dragging) {
    emit memoryLineMoved(scene_->bytesAt(event.position().x()));
    return;
  }
  if (event.buttons() != Qt::NoButton) return;
  const auto mark = scene_->markAt(event.position());
  const QString key = mark ? scene_->view.marks[*mark].key : QString();
  const bool on_line = !mark && scene_->isOnMemoryLine(event.position());
  plot().setCursor(mark ? Qt::PointingHandCursor : on_line ? Qt::SizeHorCursor : Qt::ArrowCursor);
  if (key == scene_->hovered) return;
  setHovered(key);
  emit pointHovered(key);
  QToolTip::showText(event.globalPosition().toPoint(), mark ? scene_->view.marks[*mark].tip : QString(), this);
}

void FrontierChart::pickNeighbour(int step) {
  const auto order = scene_->marksInOrder();
  if (order.empty()) return;
  std::ptrdiff_t at = step > 0 ? -1 : static_cast<std::ptrdiff_t>(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (scene_->view.marks[order[i]].key == scene_->selected) at = static_cast<std::ptrdiff_t>(i);
  }
  at = std::clamp<std::ptrdiff_t>(at + step, 0, static_cast<std::ptrdiff_t>(order.size()) - 1);
  emit pointPicked(scene_->view.marks[order[static_cast<std::size_t>(at)]].key);
}

void FrontierChart::keyPressEvent(QKeyEvent* event) {
  const bool moves_line = event->modifiers().testFlag(Qt::ControlModifier);
  const int step = event->key() == Qt::Key_Right || event->key() == Qt::Key_Down ? 1
                   : event->key() == Qt::Key_Left || event->key() == Qt::Key_Up  ? -1
                                                                                 : 0;
  if (step != 0 && moves_line && scene_->view.memory_line_bytes) {
    const std::int64_t line = *scene_->view.memory_line_bytes;
    emit memoryLineMoved(std::max<std::int64_t>(1, line + step * std::max<std::int64_t>(line / 100, 1)));
  } else if (step != 0 && !moves_line) {
    pickNeighbour(step);
  } else if (event->key() == Qt::Key_Plus || event->key() == Qt::Key_Equal) {
    scene_->zoom(0.8);
    showChange();
  } else if (event->key() == Qt::Key_Minus) {
    scene_->zoom(1.25);
    showChange();
  } else if (event->key() == Qt::Key_0 || event->key() == Qt::Key_Backspace) {
    fit();
  } else {
    Chart::keyPressEvent(event);
  }
}

QString FrontierChart::title() const { return tr("Frontier"); }
QString FrontierChart::finding() const { return scene_->view.finding; }
ResultTable FrontierChart::table() const { return scene_->view.table(); }
bool FrontierChart::isEmpty() const { return scene_->view.marks.empty(); }
void FrontierChart::layOut(QSize size) { scene_->layOut(size); }

}  // namespace remat
