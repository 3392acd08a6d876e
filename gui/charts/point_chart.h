// A chart whose marks stand for measured points: the mouse hovers over them and picks one, arrow keys walk from one to
// the next. What is drawn, and where its marks are, is the chart's scene.
#pragma once

#include <memory>

#include "gui/charts/chart.h"

class QMouseEvent;

namespace remat {

class PointScene;

class PointChart : public Chart {
  Q_OBJECT

 public:
  ~PointChart() override;

  /// Keys of points; empty: none. One that has no mark draws nothing.
  void setSelected(const QString& key);
  void setHovered(const QString& key);

  [[nodiscard]] QString finding() const override;
  [[nodiscard]] ResultTable table() const override;
  [[nodiscard]] bool isEmpty() const override;

 signals:
  void pointPicked(const QString& key);
  void pointHovered(const QString& key);  ///< empty: none

 protected:
  explicit PointChart(QWidget* parent);

  /// Takes the scene; a chart's constructor does this once.
  template <typename Scene>
  Scene& adopt(std::unique_ptr<Scene> scene) {
    Scene& adopted = *scene;
    scene_ = std::move(scene);
    return adopted;
  }
  template <typename Scene, typename View>
  void showIn(Scene& scene, const View& view) {
    if (view == scene.view) return;
    scene.take(view);
    showChange();
  }

  void layOut(QSize size) override;
  void keyPressEvent(QKeyEvent* event) override;
  void clearHover() override;
  virtual void followMouse(const QMouseEvent& event);
  virtual void release(const QMouseEvent& event);
  /// Draws what another selection changes: of most charts only the ring.
  virtual void showSelection();

 private:
  void hover(const QString& key);

  std::unique_ptr<PointScene> scene_;
  QString tip_;  // of what the mouse is over
};

}  // namespace remat
