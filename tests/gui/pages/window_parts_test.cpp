// Parts of the window without the window.
#include <memory>

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QVBoxLayout>
#include <gtest/gtest.h>

#include "gui/models/mark.h"
#include "gui/models/policy_style.h"
#include "gui/models/theme.h"
#include "gui/pages/command_palette.h"
#include "gui/pages/commands.h"
#include "gui/pages/elided_label.h"
#include "gui/pages/look.h"
#include "gui/pages/message_strip.h"
#include "gui/pages/numbers_field.h"
#include "gui/pages/policy_list.h"
#include "gui/pages/segments.h"
#include "gui/pages/start_page.h"
#include "gui/pages/top_bar.h"
#include "tests/gui/support/wheel.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

TEST(CommandMatches, prefer_beginnings_and_words) {
  EXPECT_GT(matchScore("Open a run", "open"), matchScore("Reopen", "open"));
  EXPECT_GT(matchScore("Export all charts", "all"), matchScore("Shallow", "all"));
  EXPECT_GE(matchScore("Copy as command", "cac"), 0) << "letters in order";
  EXPECT_LT(matchScore("Measure", "xyz"), 0);
}

TEST(CommandPalettes, take_letters_in_order_only_where_no_word_is_found) {
  QMainWindow window;
  CommandPalette palette(&window);
  palette.open({{"74 smaller parameters", "", [] {}}, {"layer 1 mlp", "", [] {}}, {"Copy as command", "", [] {}}}, "");
  palette.setTyped("mlp");
  EXPECT_EQ(palette.shown(), QStringList("layer 1 mlp"));
  palette.setTyped("cac");
  EXPECT_EQ(palette.shown(), QStringList("Copy as command"));
}

TEST(CommandPalettes, run_what_is_chosen_with_keys_alone) {
  QMainWindow window;
  window.resize(800, 600);
  window.show();
  CommandPalette palette(&window);
  QString chosen;
  palette.open({{"Open", "", [&] { chosen = "open"; }},
                {"Measure", "M", [&] { chosen = "measure"; }},
                {"Memory line higher", "+", [&] { chosen = "line"; }}},
               "hint");
  auto* edit = palette.findChild<QLineEdit*>();
  QTest::keyClicks(edit, "me");
  EXPECT_EQ(palette.shown(), QStringList({"Measure", "Memory line higher"}));
  QTest::keyClick(edit, Qt::Key_Down);
  QTest::keyClick(edit, Qt::Key_Return);
  EXPECT_EQ(chosen, "line");
  EXPECT_FALSE(palette.isVisible());
}

TEST(CommandPalettes, go_away_with_escape) {
  QMainWindow window;
  window.show();
  CommandPalette palette(&window);
  palette.open({{"Open", "", [] {}}}, "hint");
  EXPECT_TRUE(palette.isVisible());
  QTest::keyClick(&palette, Qt::Key_Escape);
  EXPECT_FALSE(palette.isVisible());
}

class NumbersFields : public testing::Test {
 protected:
  NumbersFields() {
    field_.setValues(axisValues(SetupField::batch, std::nullopt));
    field_.show();
  }
  NumbersField field_{"Batch"};
  QSlider& slider_ = *field_.findChild<QSlider*>();
};

TEST_F(NumbersFields, are_filled_by_their_slider_with_one_value) {
  QSignalSpy edited(&field_, &NumbersField::edited);
  field_.setText("1");
  EXPECT_TRUE(edited.empty());
  QTest::keyClick(&slider_, Qt::Key_Right);
  QTest::keyClick(&slider_, Qt::Key_Right);
  EXPECT_EQ(field_.edit().text(), "4");
  EXPECT_EQ(edited.back().at(0), "4");
}

TEST_F(NumbersFields, move_their_slider_to_what_is_typed) {
  QTest::keyClicks(&field_.edit(), "32");
  EXPECT_EQ(slider_.value(), 5);
  EXPECT_EQ(field_.edit().text(), "32");
}

TEST_F(NumbersFields, keep_lists_and_ranges_from_being_slid_away) {
  for (const char* text : {"1,2,4", "1-4", "many"}) {
    field_.setText(text);
    EXPECT_FALSE(slider_.isEnabled()) << text;
    EXPECT_EQ(field_.edit().text(), text);
  }
  field_.setText("2");
  EXPECT_TRUE(slider_.isEnabled());
}

TEST_F(NumbersFields, offer_lists_that_are_often_wanted) {
  field_.setText("8");
  field_.edit().actions().front()->trigger();
  auto* menu = field_.findChild<QMenu*>();
  ASSERT_NE(menu, nullptr);
  ASSERT_EQ(menu->actions().size(), 2);
  EXPECT_EQ(menu->actions().front()->text(), "1, 2, 4, 8");
  menu->actions().front()->trigger();
  EXPECT_EQ(field_.edit().text(), "1,2,4,8");
}

TEST_F(NumbersFields, give_the_room_of_their_slider_to_the_numbers_where_it_is_short) {
  field_.resize(240, 30);
  EXPECT_TRUE(slider_.isVisible());
  field_.resize(120, 30);
  EXPECT_FALSE(slider_.isVisible());
  EXPECT_TRUE(QTest::qWaitFor([&] { return field_.findChild<QLineEdit*>()->width() >= 110; }));
  field_.resize(240, 30);
  EXPECT_TRUE(slider_.isVisible());
}

TEST_F(NumbersFields, open_their_lists_with_the_keyboard) {
  field_.setText("8");
  QTest::keyClick(&field_.edit(), Qt::Key_Down, Qt::AltModifier);
  auto* menu = field_.findChild<QMenu*>();
  ASSERT_NE(menu, nullptr);
  EXPECT_TRUE(menu->isVisible());
  QTest::keyClick(menu, Qt::Key_Return);
  EXPECT_EQ(field_.edit().text(), "1,2,4,8") << "the first is ready to be taken";
}

class WheelGuards : public testing::Test {
 protected:
  WheelGuards() {
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->addWidget(slider_);
    column->addWidget(choice_);
    column->addWidget(other_);
    slider_->setRange(0, 9);
    slider_->setValue(5);
    choice_->addItems({"a", "b", "c"});
    choice_->setCurrentIndex(1);
    content->setMinimumHeight(2000);
    area_.reset(makeScrollArea(content));
    area_->resize(200, 200);
    area_->show();
    area_->activateWindow();
    QTest::qWait(20);
  }
  /// How far the page was scrolled by it.
  int turn(QWidget* field) {
    const int before = area_->verticalScrollBar()->value();
    turnWheel(*field, {5, 5}, -1);
    return area_->verticalScrollBar()->value() - before;
  }

  QSlider* slider_ = new QSlider(Qt::Horizontal);
  QComboBox* choice_ = new QComboBox;
  QLineEdit* other_ = new QLineEdit;
  std::unique_ptr<QScrollArea> area_;
};

TEST_F(WheelGuards, let_the_page_scroll_over_fields_that_nobody_is_in) {
  other_->setFocus();
  for (QWidget* field : std::initializer_list<QWidget*>{slider_, choice_}) EXPECT_GT(turn(field), 0);
  EXPECT_EQ(slider_->value(), 5);
  EXPECT_EQ(choice_->currentIndex(), 1);
  EXPECT_FALSE(slider_->hasFocus() || choice_->hasFocus());
}

TEST_F(WheelGuards, leave_the_wheel_to_the_field_that_somebody_is_in) {
  slider_->setFocus();
  ASSERT_TRUE(slider_->hasFocus());
  EXPECT_EQ(turn(slider_), 0);
  EXPECT_NE(slider_->value(), 5);
  choice_->setFocus();
  EXPECT_EQ(turn(choice_), 0);
  EXPECT_EQ(choice_->currentIndex(), 2);
}

TEST(TopBars, make_room_for_the_pages_when_they_come) {
  QWidget window;
  window.resize(1200, 60);
  TopBar bar({"Explore", "Batch and depth", "Diagnose", "Compare", "Report"}, &window);
  bar.setFile("a.remat.jsonl", {});
  bar.setPagesShown(true);
  bar.resize(bar.minimumSizeHint().width(), 40);
  window.show();
  auto* file = bar.findChild<ElidedLabel*>();
  EXPECT_FALSE(file->isVisible());
  bar.setPagesShown(false);
  EXPECT_TRUE(file->isVisible()) << "nothing else is there";
  bar.setPagesShown(true);
  EXPECT_FALSE(file->isVisible()) << "without being resized";
}

TEST(MessageStrips, tell_progress_where_it_is_without_covering_what_is_asked) {
  MessageStrip strip;
  const QSignalSpy alerts(&strip, &MessageStrip::alerted);
  strip.say("export", {StripMessage::Tone::hint, "0 done"});
  strip.update("export", {StripMessage::Tone::hint, "1 done"});
  EXPECT_EQ(strip.text(), "1 done");
  EXPECT_EQ(alerts.count(), 1) << "one for the beginning, none for each step";
  strip.say("leaving", {StripMessage::Tone::warning, "Close again?"});
  strip.update("export", {StripMessage::Tone::hint, "2 done"});
  EXPECT_EQ(strip.text(), "Close again?");
  EXPECT_EQ(alerts.count(), 2);
  strip.dismiss("leaving");
  EXPECT_EQ(strip.text(), "2 done");
  strip.dismiss("export");
  strip.update("export", {StripMessage::Tone::hint, "3 done"});
  EXPECT_TRUE(strip.isHidden()) << "who does not want to see it is not shown it again";
}

TEST(MessageStrips, keep_their_buttons_while_a_sentence_counts_on) {
  MessageStrip strip;
  int cancelled = 0;
  const auto say = [&](int done) {
    strip.say("export",
              {StripMessage::Tone::hint, QString::number(done), {{"Cancel", [&, done] { cancelled = done; }}}});
  };
  say(1);
  auto* button = strip.findChild<QPushButton*>();
  say(2);
  EXPECT_EQ(strip.findChild<QPushButton*>(), button) << "a click may have begun on it";
  button->click();
  EXPECT_EQ(cancelled, 2);
  EXPECT_TRUE(strip.text().isEmpty());
}

TEST(MessageStrips, show_the_newest_and_give_the_one_before_back) {
  MessageStrip strip;
  EXPECT_TRUE(strip.isHidden());
  strip.say("a", {StripMessage::Tone::hint, "first"});
  strip.say("b", {StripMessage::Tone::error, "second"});
  EXPECT_EQ(strip.text(), "second");
  strip.dismiss("b");
  EXPECT_EQ(strip.text(), "first");
  strip.say("a", {StripMessage::Tone::hint, "replaced"});
  strip.dismiss("a");
  EXPECT_TRUE(strip.isHidden());
}

TEST(MessageStrips, do_what_their_buttons_say) {
  MessageStrip strip;
  int runs = 0;
  strip.say("a", {StripMessage::Tone::hint, "text", {{"Again", [&] { ++runs; }}}});
  auto* button = strip.findChild<QPushButton*>();
  ASSERT_NE(button, nullptr);
  button->click();
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(strip.isHidden());
}

TEST(CommandLists, know_each_command_once) {
  QMainWindow window;
  Commands commands(&window);
  int runs = 0;
  commands.add("File", "open", "Open", {QKeySequence("Ctrl+O")}, [&] { ++runs; });
  commands.add("View", "next", "Next", {}, [&] { ++runs; });
  commands.add("File", "close", "Close", {}, [&] { ++runs; });
  ASSERT_EQ(commands.groups().size(), 2U);
  EXPECT_EQ(commands.groups()[0].actions.size(), 2U);
  commands.find("next")->trigger();
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(commands.find("nothing"), nullptr);
}

TEST(SegmentedChoices, are_picked_by_the_user_only) {
  Segments segments({"ms", "tokens/s"}, "Speed");
  const QSignalSpy picked(&segments, &Segments::picked);
  segments.setCurrent(1);
  EXPECT_EQ(segments.current(), 1);
  EXPECT_EQ(picked.count(), 0);
  segments.findChildren<QAbstractButton*>().front()->click();
  EXPECT_EQ(picked.count(), 1);
  EXPECT_EQ(segments.current(), 0);
  segments.setCurrent(7);
  EXPECT_EQ(segments.current(), 0);
}

TEST(PolicyLists, take_policies_that_they_did_not_know) {
  PolicyList list;
  const QSignalSpy changed(&list, &PolicyList::tickedChanged);
  list.setTicked({"full", "first_n:6"});
  EXPECT_EQ(changed.count(), 0);
  EXPECT_TRUE(list.all().contains("first_n:6"));
  EXPECT_EQ(list.ticked(), QStringList({"full", "first_n:6"}));
  list.topLevelItem(0)->setCheckState(0, Qt::Checked);
  EXPECT_EQ(changed.count(), 1);
}

/// One point that was not finished, of a policy whose family has another member in the list.
Run startedRun() {
  auto records = samplePoint(sampleSpec("gpt2", "every_n:4"), 1, 1, 1);
  records.pop_back();
  records.insert(records.begin(), RunStarted{});
  return parseRun(fileText(records), "run");
}

QTreeWidgetItem& rowOf(const PolicyList& list, const QString& policy) {
  return *list.topLevelItem(static_cast<int>(list.all().indexOf(policy)));
}

TEST(PolicyLists, show_the_marks_of_the_charts) {
  const auto run = startedRun();
  PolicyList list;
  list.setTicked({"every_n:2", "every_n:4"});
  list.setMeasured(run, nullptr, {}, false);
  const QImage shown = rowOf(list, "every_n:4").icon(0).pixmap(14, 14).toImage();
  const bool dark = themeOf(list.palette()).dark;
  EXPECT_EQ(shown, markPixmap(policyStyles(run).at("every_n:4"), dark, 14, list.devicePixelRatioF()).toImage());
}

TEST(PolicyLists, tell_what_is_being_measured_from_what_was_left) {
  const auto run = startedRun();
  const PointGroup group = groupPoints(run).front();
  PolicyList list;
  list.setTicked({"every_n:4"});
  list.setMeasured(run, &group, {}, true);
  EXPECT_EQ(rowOf(list, "every_n:4").toolTip(2), "is being measured");
  list.setMeasured(run, &group, {}, false);
  EXPECT_EQ(rowOf(list, "every_n:4").toolTip(2), "was not finished");
}

TEST(StartPages, open_what_was_open_lately) {
  StartPage page;
  const QSignalSpy asked(&page, &StartPage::fileAsked);
  page.setRecent({"/tmp/a.remat.jsonl", "/tmp/b.remat.jsonl"});
  QPushButton* recent = nullptr;
  for (QPushButton* button : page.findChildren<QPushButton*>())
    if (button->toolTip() == "/tmp/b.remat.jsonl") recent = button;
  ASSERT_NE(recent, nullptr);
  recent->click();
  ASSERT_EQ(asked.count(), 1);
  EXPECT_EQ(asked[0][0].toString(), "/tmp/b.remat.jsonl");
}

}  // namespace
}  // namespace remat
