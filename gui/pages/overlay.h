// A card in the middle of the window, above the pages: command palette and sheet of keys. Not modal: Escape, or looking
// elsewhere, takes it away.
#pragma once

#include <QFrame>
#include <QPointer>

class QVBoxLayout;

namespace remat {

class Overlay : public QFrame {
  Q_OBJECT

 public:
  Overlay(QSize size, QWidget* window);

  /// Gives the focus to `first`, and back to what had it when the overlay goes.
  void appear(QWidget* first);
  void disappear();

 protected:
  [[nodiscard]] QVBoxLayout& column() const { return *column_; }
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  bool focusNextPrevChild(bool next) override;

 private:
  void place();

  QSize wanted_;
  QVBoxLayout* column_;
  QPointer<QWidget> focus_before_;
};

}  // namespace remat
