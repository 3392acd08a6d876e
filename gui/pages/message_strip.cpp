#include "gui/pages/message_strip.h"

#include <algorithm>
#include <array>
#include <utility>

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

#include "gui/pages/look.h"

namespace remat {
namespace {

struct ToneLook {
  const char* glyph;
  const char* role;  // colour of the glyph, which says the same without it
};
constexpr std::array<ToneLook, 4> kTones = {{{"i", "secondary"}, {"!", "warning"}, {"×", "bad"}, {"✓", "good"}}};

}  // namespace

MessageStrip::MessageStrip(QWidget* parent)
    : QWidget(parent),
      glyph_(makeLabel({}, TypeSize::title, this)),
      label_(makeLabel({}, TypeSize::body, this, true)),
      row_(new QHBoxLayout(this)) {
  setObjectName("strip");
  setAttribute(Qt::WA_StyledBackground);
  setAccessibleName(tr("Message"));
  row_->setContentsMargins(16, 6, 8, 6);
  row_->setSpacing(10);
  label_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  label_->setFocusPolicy(Qt::NoFocus);
  row_->addWidget(glyph_, 0, Qt::AlignTop);
  row_->addWidget(label_, 1);
  hide();
}

void MessageStrip::say(const QString& topic, StripMessage message) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.topic == topic; });
  if (!message.text.isEmpty()) entries_.push_back({topic, std::move(message)});
  showNewest();
}

void MessageStrip::update(const QString& topic, StripMessage message) {
  const auto entry = std::ranges::find(entries_, topic, &Entry::topic);
  if (entry == entries_.end()) return;
  entry->message = std::move(message);
  showNewest(Alert::never);
}

void MessageStrip::dismiss(const QString& topic) { say(topic, {}); }

QString MessageStrip::text() const { return shownMessage().text; }
QString MessageStrip::topic() const { return entries_.empty() ? QString() : entries_.back().topic; }

const StripMessage& MessageStrip::shownMessage() const {
  static const StripMessage none;
  return entries_.empty() ? none : entries_.back().message;
}

void MessageStrip::showNewest(Alert alert_when) {
  setVisible(!entries_.empty());
  if (entries_.empty()) return rebuildActions();
  const StripMessage& message = entries_.back().message;
  const ToneLook& look = kTones[static_cast<std::size_t>(message.tone)];
  glyph_->setText(QString::fromUtf8(look.glyph));
  glyph_->setProperty(kRoleProperty, look.role);
  glyph_->style()->unpolish(glyph_);
  glyph_->style()->polish(glyph_);
  const bool is_new = label_->text() != message.text;
  label_->setText(message.text);
  rebuildActions();
  if (!is_new) return;
  setAccessibleDescription(message.text);
  if (alert_when == Alert::never) return;
  QAccessibleEvent alert(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&alert);
  emit alerted();
}

void MessageStrip::rebuildActions() {
  QStringList wanted;
  if (!entries_.empty()) wanted << entries_.back().topic;
  for (const StripAction& action : shownMessage().actions) wanted << action.text;
  // While a sentence counts on, its buttons stay, so that a click that has begun still counts.
  if (std::exchange(shown_actions_, wanted) == wanted) return;
  for (QWidget* button : std::exchange(buttons_, {})) {
    button->disconnect(this);
    button->deleteLater();
  }
  if (entries_.empty()) return;
  const QString topic = entries_.back().topic;
  for (std::size_t i = 0; i < shownMessage().actions.size(); ++i) {
    auto* button = new QPushButton(shownMessage().actions[i].text, this);
    connect(button, &QPushButton::clicked, this, [this, topic, i] {
      const auto run = shownMessage().actions.at(i).run;
      dismiss(topic);
      run();
    });
    row_->addWidget(button, 0, Qt::AlignTop);
    buttons_.push_back(button);
  }
  auto* close = new QToolButton(this);
  close->setText("×");
  close->setProperty("flat", true);
  close->setAccessibleName(tr("Dismiss this message"));
  close->setToolTip(tr("Dismiss"));
  connect(close, &QToolButton::clicked, this, [this, topic] { dismiss(topic); });
  row_->addWidget(close, 0, Qt::AlignTop);
  buttons_.push_back(close);
}

}  // namespace remat
