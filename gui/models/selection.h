// What the user looks at: one selection for all views. Keys and names, not indices, so that it survives a reload.
#pragma once

#include <cstdint>
#include <optional>

#include <QObject>
#include <QString>

namespace remat {

/// What the y axis of comparisons is.
enum class SpeedUnit : std::uint8_t { step_time, tokens_per_second };

class Selection : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  [[nodiscard]] const QString& point() const { return point_; }        ///< key; empty: none
  [[nodiscard]] const QString& baseline() const { return baseline_; }  ///< key of what `point` is compared with
  [[nodiscard]] std::optional<int> block() const { return block_; }    ///< index in the graph
  [[nodiscard]] std::optional<int> hoveredBlock() const { return hovered_block_; }
  [[nodiscard]] const QString& hoveredPoint() const { return hovered_point_; }
  [[nodiscard]] const QString& activation() const { return activation_; }  ///< name of a row of the live set
  [[nodiscard]] std::optional<std::int64_t> memoryLineBytes() const { return memory_line_bytes_; }
  [[nodiscard]] SpeedUnit speedUnit() const { return speed_unit_; }

 public slots:
  void setPoint(const QString& key);
  void setBaseline(const QString& key);
  void setBlock(std::optional<int> block);
  void setHoveredBlock(std::optional<int> block);
  void setHoveredPoint(const QString& key);
  void setActivation(const QString& name);
  void setMemoryLineBytes(std::optional<std::int64_t> bytes);
  void setSpeedUnit(SpeedUnit unit);

 signals:
  // Each only if the value is another one than before.
  void pointChanged();
  void baselineChanged();
  void blockChanged();
  void hoveredBlockChanged();
  void hoveredPointChanged();
  void activationChanged();
  void memoryLineChanged();
  void speedUnitChanged();

 private:
  QString point_, baseline_, hovered_point_, activation_;
  std::optional<int> block_, hovered_block_;
  std::optional<std::int64_t> memory_line_bytes_;
  SpeedUnit speed_unit_ = SpeedUnit::step_time;
};

}  // namespace remat
