#include "gui/models/background_job.h"

#include <atomic>
#include <memory>

#include <QCoreApplication>
#include <QObject>
#include <QSemaphore>
#include <QThread>
#include <gtest/gtest.h>

#include "tests/gui/support/waiting.h"

namespace remat {
namespace {

TEST(BackgroundJob, brings_its_result_back_to_the_thread_that_asked) {
  QObject context;
  QThread* worked_on = nullptr;
  QThread* told_on = nullptr;
  int result = 0;
  inBackground<int>(
      &context,
      [&] {
        worked_on = QThread::currentThread();
        return 42;
      },
      [&](int value) {
        told_on = QThread::currentThread();
        result = value;
      });
  ASSERT_TRUE(waitUntil([&] { return result == 42; }));
  EXPECT_EQ(told_on, QThread::currentThread());
  EXPECT_NE(worked_on, told_on);
}

/// Windows are closed while files are read.
TEST(BackgroundJob, tells_nobody_if_who_asked_is_gone) {
  auto context = std::make_unique<QObject>();
  QSemaphore may_end;
  std::atomic<bool> ended = false;
  bool told = false;
  inBackground<int>(
      context.get(),
      [&] {
        may_end.acquire();
        ended = true;
        return 1;
      },
      [&](int) { told = true; });
  context.reset();
  may_end.release();
  ASSERT_TRUE(waitUntil([&] { return ended.load(); }));
  QThreadPool::globalInstance()->waitForDone();
  QCoreApplication::processEvents();
  EXPECT_FALSE(told);
}

TEST(BackgroundJob, may_end_whoever_asked_in_its_own_answer) {
  auto* context = new QObject;
  bool told = false;
  inBackground<int>(
      context, [] { return 1; },
      [&](int) {
        delete context;
        told = true;
      });
  EXPECT_TRUE(waitUntil([&] { return told; }));
}

}  // namespace
}  // namespace remat
