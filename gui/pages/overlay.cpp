#include "gui/pages/overlay.h"

#include <QApplication>
#include <QEvent>
#include <QKeyEvent>
#include <QVBoxLayout>

namespace remat {

Overlay::Overlay(QSize size, QWidget* window) : QFrame(window), wanted_(size), column_(new QVBoxLayout(this)) {
  setObjectName("card");
  setAttribute(Qt::WA_StyledBackground);
  setFocusPolicy(Qt::StrongFocus);
  column_->setContentsMargins(12, 12, 12, 12);
  column_->setSpacing(8);
  window->installEventFilter(this);
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
    if (isVisible() && now != nullptr && now != this && !isAncestorOf(now) && now->window() == this->window()) {
      focus_before_ = nullptr;
      hide();
    }
  });
  hide();
}

void Overlay::place() {
  const QSize room = parentWidget()->size() - QSize(48, 96);
  resize(wanted_.boundedTo(room.expandedTo({200, 120})));
  move((parentWidget()->width() - width()) / 2, 56);
}

void Overlay::appear(QWidget* first) {
  if (isHidden()) focus_before_ = QApplication::focusWidget();
  place();
  raise();
  show();
  first->setFocus(Qt::ShortcutFocusReason);
}

void Overlay::disappear() {
  QWidget* back = focus_before_;
  focus_before_ = nullptr;
  hide();
  if (back != nullptr) back->setFocus(Qt::OtherFocusReason);
}

// Escape is a key of the window too; here it belongs to the overlay.
bool Overlay::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape)
    event->accept();
  return QFrame::event(event);
}

void Overlay::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) return disappear();
  QFrame::keyPressEvent(event);
}

bool Overlay::eventFilter(QObject* watched, QEvent* event) {
  if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible()) place();
  return QFrame::eventFilter(watched, event);
}

// Tab stays inside.
bool Overlay::focusNextPrevChild(bool) { return true; }

}  // namespace remat
