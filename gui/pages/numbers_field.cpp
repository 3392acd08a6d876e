#include "gui/pages/numbers_field.h"

#include <algorithm>

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QResizeEvent>
#include <QSignalBlocker>
#include <QSlider>

#include "gui/models/theme.h"

namespace remat {

NumbersField::NumbersField(const QString& name, QWidget* parent)
    : QWidget(parent), slider_(new QSlider(Qt::Horizontal, this)), edit_(new QLineEdit(this)), more_(nullptr) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  row->addWidget(slider_, 2);
  row->addWidget(edit_, 3);
  setFocusProxy(edit_);
  slider_->setAccessibleName(tr("%1, one value").arg(name));
  slider_->setMinimumWidth(40);
  edit_->setAccessibleName(name);
  edit_->setObjectName(name);
  edit_->setAlignment(Qt::AlignRight);
  edit_->setMinimumWidth(64);
  edit_->setToolTip(tr("One value, a list (1,2,4) or a range (1-4); Down offers some"));
  more_ = edit_->addAction(QIcon(), QLineEdit::TrailingPosition);
  more_->setText(tr("Several values of %1...").arg(name));
  more_->setToolTip(tr("Several values (Down)"));
  edit_->installEventFilter(this);
  connect(more_, &QAction::triggered, this, &NumbersField::openMenu);
  connect(edit_, &QLineEdit::textEdited, this, [this](const QString& text) {
    showSlider();
    emit edited(text);
  });
  connect(slider_, &QSlider::valueChanged, this,
          [this](int stop) { take(QString::number(values_.stops.at(static_cast<std::size_t>(stop)))); });
  showIcon();
  showSlider();
}

void NumbersField::setValues(const AxisValues& values) {
  values_ = values;
  showSlider();
}

void NumbersField::setText(const QString& text) {
  edit_->setText(text);
  showSlider();
}

/// In a narrow panel the numbers are worth more than the slider.
void NumbersField::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  constexpr int room_for_both = 140;
  const bool fits = event->size().width() >= room_for_both;
  if (!fits && slider_->hasFocus()) edit_->setFocus();
  slider_->setVisible(fits);
}

void NumbersField::take(const QString& text) {
  setText(text);
  emit edited(text);
}

/// Where the one value is; of several, or of a text that cannot be read, nothing can be slid.
void NumbersField::showSlider() {
  const QSignalBlocker quiet(slider_);
  const auto typed = valuesOf(edit_->text());
  const bool is_empty = edit_->text().trimmed().isEmpty();  // the config's own value, the last of the stops
  const bool slides = values_.stops.size() > 1 && (typed.size() == 1 || is_empty);
  slider_->setEnabled(slides);
  slider_->setToolTip(slides ? QString() : tr("Slides one value; this field has several or none."));
  if (values_.stops.empty()) return;
  slider_->setRange(0, static_cast<int>(values_.stops.size()) - 1);
  const std::int64_t shown = typed.empty() ? values_.stops.back() : *std::max_element(typed.begin(), typed.end());
  slider_->setValue(static_cast<int>(nearestStop(values_.stops, shown)));
}

void NumbersField::openMenu() {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  for (const QString& text : suggestedTexts(values_, edit_->text()))
    menu->addAction(QString(text).replace(u',', QStringLiteral(", ")), this, [this, text] { take(text); });
  if (menu->isEmpty()) menu->addAction(tr("Open a config.json first"))->setEnabled(false);
  menu->setActiveAction(menu->actions().front());
  menu->popup(edit_->mapToGlobal(edit_->rect().bottomLeft()));
}

/// As large as in a combo box, of which this is a kind.
void NumbersField::showIcon() {
  constexpr int place = 16, size = 12;
  const QIcon chevron(themeOf(palette()).dark ? ":/icons/chevron-dark.svg" : ":/icons/chevron-light.svg");
  QPixmap picture(QSize(place, place) * devicePixelRatioF());
  picture.setDevicePixelRatio(devicePixelRatioF());
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  chevron.paint(&painter, QRect((place - size) / 2, (place - size) / 2, size, size));
  painter.end();
  more_->setIcon(picture);
}

bool NumbersField::eventFilter(QObject* watched, QEvent* event) {
  const bool opens = watched == edit_ && event->type() == QEvent::KeyPress &&
                     static_cast<QKeyEvent*>(event)->key() == Qt::Key_Down;  // with Alt too, as in a combo box
  if (opens) openMenu();
  return opens || QWidget::eventFilter(watched, event);
}

void NumbersField::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange && more_ != nullptr) showIcon();
  QWidget::changeEvent(event);
}

}  // namespace remat
