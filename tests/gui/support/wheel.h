// Turns the wheel over a widget as a hand does: what it does not take goes on to what is around it.
#pragma once

#include <QApplication>
#include <QTest>
#include <QWheelEvent>
#include <QWidget>

namespace remat {

/// Downwards if `notches` is negative.
inline void turnWheel(QWidget& widget, QPointF place, int notches, Qt::KeyboardModifiers keys = Qt::NoModifier) {
  constexpr int notch = 120;
  QWheelEvent event(place, widget.mapToGlobal(place), {}, {0, notches * notch}, Qt::NoButton, keys, Qt::NoScrollPhase,
                    false);
  QSpontaneKeyEvent::setSpontaneous(&event);  // Qt hands on only those that come from outside
  qApp->notify(&widget, &event);
}

}  // namespace remat
