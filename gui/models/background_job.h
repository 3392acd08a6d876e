// Work that would stop the window from answering: runs in Qt's thread pool, and its result comes back to the thread of
// `context`. If `context` is gone by then, the result is dropped. What runs must own what it touches.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <QFuture>
#include <QPromise>
#include <QThreadPool>

namespace remat {

/// `work` must not throw: what can go wrong is part of its result.
template <typename Result>
void inBackground(QObject* context, std::function<Result()> work, std::function<void(Result)> done) {
  const auto promise = std::make_shared<QPromise<Result>>();
  promise->start();
  promise->future().then(context, std::move(done));
  QThreadPool::globalInstance()->start([promise, work = std::move(work)] {
    promise->addResult(work());
    promise->finish();
  });
}

}  // namespace remat
