#include "gui/charts/frontier_chart.h"

#include <QKeyEvent>

#include "gui/charts/frontier_scene.h"

namespace remat {

FrontierChart::FrontierChart(Runs runs, QWidget* parent)
    : PointChart(parent), scene_(adopt(std::make_unique<Scene>(*this))), runs_(runs) {
  connect(&plot(), &QCustomPlot::mousePress, this, [this](QMouseEvent* event) {
    scene_.dragging = event->button() == Qt::LeftButton && scene_.isOnMemoryLine(event->position());
    plot().setInteraction(QCP::iRangeDrag, !scene_.dragging);
    pressed_at_ = event->position();
  });
  connect(&plot(), &QCustomPlot::mouseWheel, this, [this] { scene_.zoomed = true; });
  connect(&plot(), &QCustomPlot::mouseDoubleClick, this, [this] { fit(); });
}

void FrontierChart::show(const FrontierView& view) { showIn(scene_, view); }

void FrontierChart::showSelection() { showChange(); }

void FrontierChart::fit() {
  scene_.fit();
  showChange();
}

void FrontierChart::followMouse(const QMouseEvent& event) {
  if (scene_.dragging) emit memoryLineMoved(scene_.bytesAt(event.position().x()));
  if (event.buttons() != Qt::NoButton) return;
  const bool on_mark = scene_.markAt(event.position()).has_value();
  const bool on_line = !on_mark && scene_.isOnMemoryLine(event.position());
  plot().setCursor(on_mark ? Qt::PointingHandCursor : on_line ? Qt::SizeHorCursor : Qt::ArrowCursor);
  PointChart::followMouse(event);
}

void FrontierChart::release(const QMouseEvent& event) {
  const bool was_dragging = std::exchange(scene_.dragging, false);
  plot().setInteraction(QCP::iRangeDrag, true);
  if (was_dragging || event.button() != Qt::LeftButton) return;
  if ((event.position() - pressed_at_).manhattanLength() > 4) {
    scene_.zoomed = true;
  } else {
    PointChart::release(event);
  }
}

void FrontierChart::keyPressEvent(QKeyEvent* event) {
  const int step = arrowStep(event->key()).onwards();
  const bool moves_line = step != 0 && event->modifiers().testFlag(Qt::ControlModifier);
  if (moves_line && scene_.view.memory_line_bytes) {
    const std::int64_t line = *scene_.view.memory_line_bytes;
    emit memoryLineMoved(std::max<std::int64_t>(1, line + step * std::max<std::int64_t>(line / 100, 1)));
  } else if (moves_line) {
    Chart::keyPressEvent(event);
  } else if (event->key() == Qt::Key_Plus || event->key() == Qt::Key_Equal) {
    scene_.zoom(0.8);
    showChange();
  } else if (event->key() == Qt::Key_Minus) {
    scene_.zoom(1.25);
    showChange();
  } else if (event->key() == Qt::Key_0 || event->key() == Qt::Key_Backspace) {
    fit();
  } else {
    PointChart::keyPressEvent(event);
  }
}

QString FrontierChart::title() const { return runs_ == Runs::one ? tr("Frontier") : tr("Both frontiers"); }

}  // namespace remat
