#include "gui/charts/batch_grid_chart.h"

#include "gui/charts/batch_grid_scene.h"

namespace remat {

BatchGridChart::BatchGridChart(QWidget* parent) : PointChart(parent), scene_(adopt(std::make_unique<Scene>(*this))) {}

void BatchGridChart::show(const BatchGridView& view) { showIn(scene_, view); }

QString BatchGridChart::title() const { return scene_.view.axis == SweepAxis::batch ? tr("Batch") : tr("Layers"); }

}  // namespace remat
