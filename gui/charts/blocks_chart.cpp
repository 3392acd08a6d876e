#include "gui/charts/blocks_chart.h"

#include <QKeyEvent>
#include <QToolTip>

#include "gui/charts/arrow_keys.h"
#include "gui/charts/blocks_scene.h"

namespace remat {

BlocksChart::BlocksChart(QWidget* parent) : Chart(parent), scene_(std::make_unique<Scene>(*this)) {
  connect(&plot(), &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) { followMouse(*event); });
  connect(&plot(), &QCustomPlot::mouseRelease, this, [this](QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    const auto row = scene_->rowAt(event->position());
    if (row && row != scene_->view.selected) emit pointPicked(scene_->view.rows[*row].key);
    if (const auto block = scene_->blockAt(event->position())) emit blockPicked(*block);
  });
}

BlocksChart::~BlocksChart() = default;

void BlocksChart::show(const BlocksView& view) {
  if (view == scene_->view) return;
  scene_->take(view);
  showChange();
}

void BlocksChart::setSelectedBlock(std::optional<int> block) {
  if (std::exchange(scene_->selected_block, block) != block) showOverlay();
}

void BlocksChart::setHoveredBlock(std::optional<int> block) {
  if (std::exchange(scene_->hovered_block, block) != block) showOverlay();
}

void BlocksChart::setHoveredPoint(const QString& key) {
  if (std::exchange(scene_->hovered_point, key) != key) showOverlay();
}

void BlocksChart::hover(std::optional<int> block, const QString& point) {
  if (block != scene_->hovered_block) {
    setHoveredBlock(block);
    emit blockHovered(block.value_or(-1));
  }
  if (point == scene_->hovered_point) return;
  setHoveredPoint(point);
  emit pointHovered(point);
}

void BlocksChart::setBeyondStart(bool beyond_start) {
  if (std::exchange(scene_->beyond_start, beyond_start) == beyond_start) return;
  scene_->take(BlocksView(scene_->view));
  showChange();
}

void BlocksChart::followMouse(const QMouseEvent& event) {
  const auto block = scene_->blockAt(event.position());
  const auto row = scene_->rowAt(event.position());
  const QString key = row ? scene_->view.rows[*row].key : QString();
  const bool changed = block != scene_->hovered_block || key != scene_->hovered_point;
  hover(block, key);
  const std::size_t shown_row = row.value_or(scene_->view.selected.value_or(scene_->view.rows.size()));
  if (!changed) return;
  QToolTip::showText(event.globalPosition().toPoint(),
                     block ? blockTip(scene_->view, shown_row, static_cast<std::size_t>(*block)) : QString(), this);
}

void BlocksChart::keyPressEvent(QKeyEvent* event) {
  const int blocks = static_cast<int>(scene_->view.block_names.size());
  const int rows = static_cast<int>(scene_->view.rows.size());
  const auto [sideways, down] = arrowStep(event->key());
  if (sideways != 0 && blocks > 0) {
    emit blockPicked(neighbourIndex(scene_->selected_block, sideways, blocks));
  } else if (down != 0 && rows > 0) {
    std::optional<int> from;
    if (scene_->view.selected) from = static_cast<int>(*scene_->view.selected);
    emit pointPicked(scene_->view.rows[static_cast<std::size_t>(neighbourIndex(from, down, rows))].key);
  } else if (event->key() == Qt::Key_Escape && scene_->selected_block) {
    emit blockPicked(-1);
  } else {
    Chart::keyPressEvent(event);
  }
}

QString BlocksChart::title() const { return tr("Blocks"); }
QString BlocksChart::finding() const { return scene_->view.finding; }
ResultTable BlocksChart::table() const { return scene_->view.table(); }
bool BlocksChart::isEmpty() const { return scene_->view.block_names.isEmpty(); }
void BlocksChart::layOut(QSize size) { scene_->layOut(size); }

}  // namespace remat
