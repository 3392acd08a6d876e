// Work that would stop the window from answering: runs in Qt's thread pool, and its result comes back to the thread of
// `context`. If `context` is gone by then, the result is dropped. What runs must own what it touches.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <QFutureWatcher>
#include <QPromise>
#include <QThreadPool>

namespace remat {

/// `work` must not throw: what can go wrong is part of its result.
template <typename Result>
void inBackground(QObject* context, std::function<Result()> work, std::function<void(Result)> done) {
  const auto promise = std::make_shared<QPromise<Result>>();
  // QFuture::then(context) must not outlive its context (Qt 6.4 asserts it, on a thread of the pool); a watcher may.
  auto* watcher = new QFutureWatcher<Result>(context);
  QObject::connect(watcher, &QFutureWatcherBase::finished, watcher, [watcher, done = std::move(done)] {
    watcher->deleteLater();
    done(watcher->future().takeResult());
  });
  promise->start();
  watcher->setFuture(promise->future());
  QThreadPool::globalInstance()->start([promise, work = std::move(work)] {
    promise->addResult(work());
    promise->finish();
  });
}

}  // namespace remat
