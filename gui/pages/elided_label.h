// One line of text that may be wider than its place: shortened with an ellipsis, whole in its tool tip.
#pragma once

#include <QLabel>

namespace remat {

class ElidedLabel : public QLabel {
  Q_OBJECT

 public:
  explicit ElidedLabel(QWidget* parent = nullptr, Qt::TextElideMode mode = Qt::ElideRight);

  void setWhole(const QString& text);
  [[nodiscard]] const QString& whole() const { return whole_; }

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void shorten();

  QString whole_;
  Qt::TextElideMode mode_;
};

}  // namespace remat
