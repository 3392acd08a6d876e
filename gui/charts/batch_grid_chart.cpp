#include "gui/charts/batch_grid_chart.h"

#include <QKeyEvent>
#include <QToolTip>

#include "gui/charts/batch_grid_scene.h"

namespace remat {

BatchGridChart::BatchGridChart(QWidget* parent) : Chart(parent), scene_(std::make_unique<Scene>(*this)) {
  connect(&plot(), &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
    const auto place = scene_->cellAt(event->position());
    if (place == scene_->hovered) return;
    scene_->hovered = place;
    showOverlay();
    emit pointHovered(place ? scene_->cell(*place).key : QString());
    QToolTip::showText(event->globalPosition().toPoint(), place ? scene_->cell(*place).tip : QString(), this);
  });
  connect(&plot(), &QCustomPlot::mouseRelease, this, [this](QMouseEvent* event) {
    const auto place = scene_->cellAt(event->position());
    if (event->button() == Qt::LeftButton && place && !scene_->cell(*place).key.isEmpty()) {
      emit pointPicked(scene_->cell(*place).key);
    }
  });
}

BatchGridChart::~BatchGridChart() = default;

void BatchGridChart::show(const BatchGridView& view) {
  if (view == scene_->view) return;
  scene_->hovered.reset();
  scene_->take(view);
  showChange();
}

void BatchGridChart::setSelected(const QString& key) {
  if (std::exchange(scene_->selected, key) != key) showOverlay();
}

/// To the next cell in that direction that was tried.
void BatchGridChart::keyPressEvent(QKeyEvent* event) {
  const int right = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
  const int down = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
  if (right == 0 && down == 0) return Chart::keyPressEvent(event);
  const auto at = scene_->find(scene_->selected);
  auto row = at ? static_cast<std::ptrdiff_t>(at->row) + down : 0;
  auto column = at ? static_cast<std::ptrdiff_t>(at->column) + right : 0;
  const auto inside = [&] {
    return row >= 0 && column >= 0 && row < static_cast<std::ptrdiff_t>(scene_->view.rows.size()) &&
           column < static_cast<std::ptrdiff_t>(scene_->view.values.size());
  };
  for (; inside(); row += down, column += right) {
    const QString& key = scene_->cell({static_cast<std::size_t>(row), static_cast<std::size_t>(column)}).key;
    if (!key.isEmpty()) return emit pointPicked(key);
  }
}

QString BatchGridChart::title() const { return scene_->view.axis == SweepAxis::batch ? tr("Batch") : tr("Layers"); }
QString BatchGridChart::finding() const { return scene_->view.finding; }
ResultTable BatchGridChart::table() const { return scene_->view.table(); }
bool BatchGridChart::isEmpty() const { return scene_->view.rows.empty(); }
void BatchGridChart::layOut(QSize size) { scene_->layOut(size); }

}  // namespace remat
