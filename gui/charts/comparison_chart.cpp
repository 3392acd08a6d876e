#include "gui/charts/comparison_chart.h"

#include <utility>

#include <QKeyEvent>

#include "gui/charts/comparison_scene.h"

namespace remat {

ComparisonChart::ComparisonChart(QWidget* parent) : PointChart(parent), scene_(adopt(std::make_unique<Scene>(*this))) {}

void ComparisonChart::show(const ComparisonView& view) { showIn(scene_, view); }

void ComparisonChart::setStyles(const PolicyStyles& styles) {
  if (std::exchange(scene_.styles, styles) != styles) showChange();
}

void ComparisonChart::setSelectedBlock(std::optional<int> block) {
  if (std::exchange(scene_.selected_block, block) != block) showOverlay();
}

void ComparisonChart::setHoveredBlock(std::optional<int> block) {
  if (std::exchange(scene_.hovered_block, block) != block) showOverlay();
}

void ComparisonChart::followMouse(const QMouseEvent& event) {
  PointChart::followMouse(event);
  hoverBlock(scene_.blockAt(event.position()));
}

void ComparisonChart::clearHover() {
  PointChart::clearHover();
  hoverBlock({});
}

void ComparisonChart::hoverBlock(std::optional<int> block) {
  if (block == scene_.hovered_block) return;
  setHoveredBlock(block);
  emit blockHovered(block.value_or(-1));
}

void ComparisonChart::release(const QMouseEvent& event) {
  PointChart::release(event);
  if (event.button() != Qt::LeftButton) return;
  if (const auto block = scene_.blockAt(event.position())) emit blockPicked(*block);
}

/// Up and down among the points of two runs, left and right among the blocks of two points.
void ComparisonChart::keyPressEvent(QKeyEvent* event) {
  const int sideways = arrowStep(event->key()).right;
  const int blocks = static_cast<int>(scene_.view.blocks.size());
  if (sideways != 0 && blocks > 0) {
    emit blockPicked(neighbourIndex(scene_.selected_block, sideways, blocks));
  } else if (event->key() == Qt::Key_Escape && scene_.selected_block) {
    emit blockPicked(-1);
  } else {
    PointChart::keyPressEvent(event);
  }
}

QString ComparisonChart::title() const { return tr("Comparison"); }

}  // namespace remat
