// A chart in its frame: where the finding stands, and the ring of the focus.
#include "gui/pages/chart_frame.h"

#include <QLabel>
#include <QTest>
#include <gtest/gtest.h>

#include "gui/charts/frontier_chart.h"
#include "gui/pages/elided_label.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

class ChartFrames : public testing::Test {
 protected:
  ChartFrames() {
    chart_->show(frontierView(run_, groupPoints(run_)[0], SpeedUnit::step_time, {}));
    chart_->setMinimumHeight(250);
    frame_.refresh();
    frame_.show();
  }

  /// The label that has the finding, cut or whole; null: none is shown.
  QLabel* finding() {
    for (QLabel* label : frame_.findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().startsWith(chart_->finding().left(20))) return label;
    }
    return nullptr;
  }

  static int heightOfWords(const QLabel& label) {
    const QRect room = label.contentsRect().adjusted(0, 0, 0, 10'000);
    return label.fontMetrics().boundingRect(room, Qt::TextWordWrap, label.text()).height();
  }

  const remat::Run run_ = parseRun(fileText(sampleRecords()), "sample");
  FrontierChart* chart_ = new FrontierChart;
  ChartFrame frame_{chart_};
};

TEST_F(ChartFrames, say_all_of_the_finding_however_narrow_they_are) {
  for (const int width : {1300, 560, 420, 560, 1300}) {
    frame_.resize(width, 400);
    QCoreApplication::processEvents();
    ASSERT_NE(finding(), nullptr) << width;
    EXPECT_EQ(finding()->text(), chart_->finding()) << width;
    EXPECT_GE(finding()->height(), heightOfWords(*finding())) << width;
    EXPECT_LE(finding()->height(), heightOfWords(*finding()) + 8) << width << ": room that the chart needs";
    EXPECT_GE(frame_.minimumSizeHint().height(), chart_->minimumHeight() + finding()->height()) << width;
  }
}

TEST_F(ChartFrames, leave_the_room_to_the_chart_if_they_were_filled_before_they_had_a_size) {
  ChartFrame hidden(new FrontierChart);
  static_cast<FrontierChart&>(hidden.chart()).show(frontierView(run_, groupPoints(run_)[0], SpeedUnit::step_time, {}));
  hidden.resize(1, 1);
  hidden.refresh();
  hidden.resize(600, 400);
  hidden.show();
  QCoreApplication::processEvents();
  EXPECT_GE(hidden.chart().height(), 300);
}

TEST_F(ChartFrames, show_the_focus_of_the_keyboard_around_the_chart) {
  frame_.resize(800, 400);
  frame_.activateWindow();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&frame_));
  chart_->clearFocus();
  const QImage without = frame_.grab().toImage();
  const QImage chart_without = chart_->grab().toImage();
  chart_->setFocus(Qt::TabFocusReason);
  ASSERT_TRUE(chart_->showsFocus());
  EXPECT_NE(frame_.grab().toImage(), without);
  EXPECT_EQ(chart_->grab().toImage(), chart_without) << "nothing is drawn over its words";
  chart_->clearFocus();
  EXPECT_EQ(frame_.grab().toImage(), without);
  chart_->setFocus(Qt::MouseFocusReason);
  EXPECT_EQ(frame_.grab().toImage(), without) << "who clicks knows where";
}

TEST(ElidedLabels, keep_their_ellipsis_out_of_their_margins) {
  ElidedLabel label;
  label.setContentsMargins(40, 0, 40, 0);
  label.setWhole("a sentence that is far too long for such a place");
  label.resize(200, 20);
  label.show();
  EXPECT_TRUE(label.text().endsWith(u'\u2026'));
  EXPECT_LE(label.fontMetrics().horizontalAdvance(label.text()), 120);
}

}  // namespace
}  // namespace remat
