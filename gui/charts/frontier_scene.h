// What FrontierChart draws and where its marks are. For frontier_*.cpp only: frontier_paint.cpp draws the marks,
// frontier_surround.cpp what is around them, frontier_other.cpp another run behind them.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "gui/charts/frontier_chart.h"
#include "gui/charts/label_placer.h"
#include "gui/charts/plot_parts.h"
#include "gui/charts/point_scene.h"

namespace remat {

class FrontierChart::Scene : public ViewScene<FrontierView> {
 public:
  explicit Scene(FrontierChart& chart);

  /// Takes another value; ranges stay if the user chose them or drags the line.
  void take(const FrontierView& view);
  void fit();
  void layOut(QSize size) override;

  [[nodiscard]] std::optional<PointMark> markAt(QPointF place) const override;
  /// Marks by memory, then the crosses.
  [[nodiscard]] QString neighbour(ArrowStep step) const override;
  [[nodiscard]] bool isOnMemoryLine(QPointF place) const;
  [[nodiscard]] std::int64_t bytesAt(double x) const;
  [[nodiscard]] const FrontierMark* find(const QString& key) const;
  void zoom(double factor);

  bool zoomed = false, dragging = false;

 private:
  struct Dot {
    double bytes, speed;
    const PolicyStyle* style;  ///< in view.marks
  };

  [[nodiscard]] QPointF placeOf(std::int64_t bytes, double speed) const;
  /// Of what ran out of memory at `bytes` (0: not known where), in a lane from below.
  [[nodiscard]] QPointF crossPlace(std::int64_t bytes, std::size_t lane) const;
  /// Something has a place.
  [[nodiscard]] bool hasPicture() const;
  /// A mark where it is drawn: out-of-memory crosses stand in lanes at the memory line.
  [[nodiscard]] std::optional<QPointF> placeOf(std::size_t index) const;
  [[nodiscard]] double lineX() const;
  [[nodiscard]] QRectF rect() const;
  [[nodiscard]] QRectF handleBox() const;
  /// Of the words behind the memory line; absent where they have no room.
  [[nodiscard]] std::optional<QRectF> beyondBox() const;
  [[nodiscard]] bool hasPlacedMarks() const;
  [[nodiscard]] bool isCrowded() const { return !crowd_.empty(); }

  void sortMarks();
  void paintArea(QCPPainter& painter);
  void paintMarks(QCPPainter& painter);
  void paintCrowd(QCPPainter& painter);
  void paintInterval(QCPPainter& painter, const FrontierMark& mark, QPointF place);
  void paintBars(QCPPainter& painter, const FrontierMark& mark, QPointF place);
  void paintCross(QCPPainter& painter, const FrontierMark& mark, QPointF place);
  void paintLabels(QCPPainter& painter);
  void paintLabel(QCPPainter& painter, std::size_t index, const LabelPlace& place);
  [[nodiscard]] std::vector<std::size_t> labelOrder() const;
  [[nodiscard]] LabelRequest labelRequest(std::size_t index, QPointF place) const;
  void paintMemoryLine(QCPPainter& painter);
  void paintSurround(QCPPainter& painter);
  void paintLegend(QCPPainter& painter, double right, double y);
  void paintOverlay(QCPPainter& painter);
  [[nodiscard]] QStringList labelLines(std::size_t index) const;
  [[nodiscard]] std::vector<QRectF> obstacles() const;
  /// Through the places of a frontier, smallest first.
  [[nodiscard]] std::vector<QPointF> stepLine(const std::vector<QPointF>& places) const;
  [[nodiscard]] std::vector<QPointF> ownStepLine() const;
  static void addStepLine(const std::vector<QPointF>& corners, std::vector<QRectF>& obstacles);

  // Another run, behind the marks.
  [[nodiscard]] std::optional<QPointF> placeOf(const OtherRun::Point& point) const;
  [[nodiscard]] std::vector<QPointF> otherStepLine() const;
  void paintOther(QCPPainter& painter);
  void paintOtherKey(QCPPainter& painter);
  /// From the other run's mark to that of the same point here.
  void paintLink(QCPPainter& painter, const OtherRun::Point& point, const QPen& pen);
  void addOtherObstacles(std::vector<QRectF>& obstacles) const;

  FrontierChart& chart_;
  QCPAxisRect* area_;
  AxisUnit memory_unit_, speed_unit_;
  std::vector<std::size_t> crosses_;        ///< in view.marks, in lanes from below
  std::vector<std::size_t> other_crosses_;  ///< in view.other->points, in the lanes above them
  /// What is drawn mark by mark, in view.marks; of hundreds of marks the dominated ones are a crowd of dots instead,
  /// kept close together because every frame goes through all of them.
  std::vector<std::size_t> single_;
  std::vector<Dot> crowd_;
  std::array<bool, 5> uses_{};  ///< by FrontierMark::State
  bool has_reserved_ = false;
  QSize size_;
  double area_height_ = 0;
};

}  // namespace remat
