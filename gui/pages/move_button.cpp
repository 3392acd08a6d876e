#include "gui/pages/move_button.h"

#include <QPainter>

#include "gui/models/mark.h"
#include "gui/models/theme.h"

namespace remat {
namespace {

constexpr int kMarkWidth = 22;
constexpr int kPadding = 4;

}  // namespace

MoveButton::MoveButton(const WhyMove& move, const PolicyStyle& style, QWidget* parent)
    : QAbstractButton(parent), move_(move), style_(style) {
  const QString policy = QString::fromStdString(move.policy);
  setAccessibleName(tr("To %1: %2, %3").arg(policy, move.text, move.price));
  setToolTip(tr("Select %1: %2, %3").arg(policy, move.text, move.price));
  setCursor(Qt::PointingHandCursor);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_Hover);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize MoveButton::sizeHint() const { return {240, 2 * fontMetrics().height() + 2 * kPadding}; }

void MoveButton::paintEvent(QPaintEvent* /*event*/) {
  const Theme& theme = themeOf(palette());
  QPainter painter(this);
  if (underMouse()) painter.fillRect(rect(), theme.hover);
  if (hasFocus()) {
    painter.setPen(theme.ink);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
  const int line = fontMetrics().height();
  const QRect first(0, kPadding, width() - 1, line);
  painter.setRenderHint(QPainter::Antialiasing);
  paintMark(painter, QPointF(kMarkWidth / 2.0 - 2, first.center().y() + 1), style_, theme.dark, 5.5);

  QFont strong = font();
  strong.setWeight(QFont::DemiBold);
  const QString price = move_.price;
  const int price_width = QFontMetrics(strong).horizontalAdvance(price);
  painter.setPen(theme.ink);
  painter.setFont(move_.ns_per_gib ? strong : font());
  painter.drawText(first, Qt::AlignRight | Qt::AlignVCenter, price);
  painter.setFont(font());
  const QRect name = first.adjusted(kMarkWidth, 0, -price_width - 8, 0);
  painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                   fontMetrics().elidedText(QString::fromStdString(move_.policy), Qt::ElideRight, name.width()));
  painter.setPen(theme.secondary);
  const QRect second = first.translated(0, line).adjusted(kMarkWidth, 0, 0, 0);
  painter.drawText(second, Qt::AlignLeft | Qt::AlignVCenter,
                   fontMetrics().elidedText(move_.text, Qt::ElideRight, second.width()));
}

}  // namespace remat
