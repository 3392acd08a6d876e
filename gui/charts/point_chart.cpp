#include "gui/charts/point_chart.h"

#include <utility>

#include <QKeyEvent>
#include <QToolTip>

#include "gui/charts/plot_parts.h"
#include "gui/charts/point_scene.h"

namespace remat {

PointChart::PointChart(QWidget* parent) : Chart(parent) {
  connect(&plot(), &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) { followMouse(*event); });
  connect(&plot(), &QCustomPlot::mouseRelease, this, [this](QMouseEvent* event) { release(*event); });
}

PointChart::~PointChart() = default;

void PointChart::setSelected(const QString& key) {
  if (std::exchange(scene_->selected, key) != key) showSelection();
}

void PointChart::setHovered(const QString& key) {
  if (std::exchange(scene_->hovered, key) != key) showOverlay();
}

void PointChart::showSelection() { showOverlay(); }

void PointChart::hover(const QString& key) {
  if (key == scene_->hovered) return;
  setHovered(key);
  emit pointHovered(key);
}

void PointChart::clearHover() {
  tip_.clear();
  hover({});
}

void PointChart::followMouse(const QMouseEvent& event) {
  const auto mark = scene_->markAt(event.position());
  hover(mark ? mark->key : QString());
  const QString tip = mark ? mark->tip : QString();
  if (std::exchange(tip_, tip) != tip) QToolTip::showText(event.globalPosition().toPoint(), tip, this);
}

void PointChart::release(const QMouseEvent& event) {
  const auto mark = scene_->markAt(event.position());
  if (event.button() == Qt::LeftButton && mark && !mark->key.isEmpty()) emit pointPicked(mark->key);
}

void PointChart::keyPressEvent(QKeyEvent* event) {
  const ArrowStep step = arrowStep(event->key());
  if (step.isNone()) return Chart::keyPressEvent(event);
  const QString key = scene_->neighbour(step);
  if (!key.isEmpty()) emit pointPicked(key);
}

QString PointChart::finding() const { return scene_->finding(); }
ResultTable PointChart::table() const { return scene_->table(); }
bool PointChart::isEmpty() const { return scene_->isEmpty(); }
void PointChart::layOut(QSize size) { scene_->layOut(size); }

}  // namespace remat
