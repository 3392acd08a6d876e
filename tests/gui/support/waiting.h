// Waits for what a window does later, and fails with a sentence instead of hanging.
#pragma once

#include <functional>

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QThread>

namespace remat {

/// Handles events until `condition` holds. False: it did not within the time.
inline bool waitUntil(const std::function<bool()>& condition, int timeout_ms = 10'000) {
  const QDeadlineTimer deadline(timeout_ms);
  while (!condition()) {
    if (deadline.hasExpired()) return false;
    QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QThread::msleep(2);
  }
  return true;
}

}  // namespace remat
