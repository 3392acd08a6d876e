// Ten thousand random keys, clicks, drags and wheels. Nothing may crash, hang or go modal.
#include <fstream>
#include <random>

#include <QApplication>
#include <QFileDialog>
#include <QMenu>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QWheelEvent>
#include <gtest/gtest.h>

#include "gui/pages/main_window.h"
#include "tests/gui/support/waiting.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

class Monkey {
 public:
  Monkey(MainWindow& window, unsigned seed) : window_(window), random_(seed) {
    // A menu keeps whoever opened it waiting until it is closed.
    QObject::connect(&closes_menus_, &QTimer::timeout, [] {
      if (QWidget* popup = QApplication::activePopupWidget()) popup->close();
    });
    closes_menus_.start(3);
  }

  void act() {
    QWidget* widget = target();
    const QPoint place(pick(std::max(widget->width(), 1)), pick(std::max(widget->height(), 1)));
    switch (pick(6)) {
      case 0: QTest::mouseClick(widget, Qt::LeftButton, {}, place); break;
      case 1: QTest::mouseMove(widget, place); break;
      case 2: wheel(*widget, place); break;
      case 3: drag(*widget, place); break;
      default: key(*widget); break;
    }
    tidy();
  }

 private:
  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  QWidget* target() {
    const auto widgets = window_.findChildren<QWidget*>();
    for (int tries = 0; tries < 20; ++tries)
      if (QWidget* widget = widgets[pick(static_cast<int>(widgets.size()))]; widget->isVisible() && !widget->isWindow())
        return widget;
    return &window_;
  }

  void wheel(QWidget& widget, QPoint place) {
    QWheelEvent event(place, widget.mapToGlobal(place), {}, {0, pick(2) == 0 ? 120 : -120}, {}, {}, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(&widget, &event);
  }

  void drag(QWidget& widget, QPoint from) {
    QTest::mousePress(&widget, Qt::LeftButton, {}, from);
    QTest::mouseMove(&widget, from + QPoint(pick(80) - 40, pick(80) - 40));
    QTest::mouseRelease(&widget, Qt::LeftButton, {}, from + QPoint(pick(80) - 40, pick(80) - 40));
  }

  void key(QWidget& widget) {
    static constexpr Qt::Key kKeys[] = {Qt::Key_1,
                                        Qt::Key_2,
                                        Qt::Key_3,
                                        Qt::Key_4,
                                        Qt::Key_5,
                                        Qt::Key_N,
                                        Qt::Key_P,
                                        Qt::Key_T,
                                        Qt::Key_U,
                                        Qt::Key_B,
                                        Qt::Key_Left,
                                        Qt::Key_Right,
                                        Qt::Key_Up,
                                        Qt::Key_Down,
                                        Qt::Key_Tab,
                                        Qt::Key_Backspace,
                                        Qt::Key_Plus,
                                        Qt::Key_Minus,
                                        Qt::Key_Escape,
                                        Qt::Key_Slash,
                                        Qt::Key_Question,
                                        Qt::Key_Return,
                                        Qt::Key_Space,
                                        Qt::Key_Home,
                                        Qt::Key_End,
                                        Qt::Key_F5,
                                        Qt::Key_F8,
                                        Qt::Key_F9,
                                        Qt::Key_0,
                                        Qt::Key_BracketLeft,
                                        Qt::Key_BracketRight,
                                        Qt::Key_PageDown};
    static constexpr Qt::KeyboardModifier kModifiers[] = {Qt::NoModifier, Qt::NoModifier, Qt::NoModifier,
                                                          Qt::ShiftModifier, Qt::ControlModifier};
    QTest::keyClick(&widget, kKeys[pick(std::size(kKeys))], kModifiers[pick(std::size(kModifiers))]);
  }

  /// What a person would close again.
  void tidy() {
    while (QWidget* popup = QApplication::activePopupWidget()) popup->close();
    for (auto* dialog : window_.findChildren<QFileDialog*>()) dialog->reject();
    if (!window_.isVisible()) window_.show();
    if (++actions_ % 50 == 0) QCoreApplication::processEvents();
  }

  MainWindow& window_;
  std::mt19937 random_;
  QTimer closes_menus_;
  int actions_ = 0;
};

TEST(Monkeys, do_no_harm_with_ten_thousand_events) {
  QTemporaryDir folder;
  const QString path = folder.filePath("run.remat.jsonl");
  std::ofstream(path.toStdString()) << fileText(sampleRecords());
  qputenv("REMATSCOPE_PROGRAM", "/bin/true");  // nothing is measured here
  MainWindow window;
  window.resize(1200, 800);
  window.show();
  window.openFile(path);
  ASSERT_TRUE(waitUntil([&] { return window.document().state() == Document::State::open; }));
  Monkey monkey(window, 20260301);
  for (int i = 0; i < 10'000; ++i) monkey.act();
  QCoreApplication::processEvents();
  EXPECT_TRUE(QApplication::activeModalWidget() == nullptr);
  // The window still answers.
  window.openFile(path);
  ASSERT_TRUE(waitUntil([&] { return window.document().state() == Document::State::open; }));
  EXPECT_EQ(window.document().run()->points.size(), samplePointCount());
  EXPECT_FALSE(window.grab().toImage().isNull());
}

}  // namespace
}  // namespace remat
