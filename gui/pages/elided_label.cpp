#include "gui/pages/elided_label.h"

namespace remat {

ElidedLabel::ElidedLabel(QWidget* parent, Qt::TextElideMode mode) : QLabel(parent), mode_(mode) {
  setTextFormat(Qt::PlainText);
  setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  setMinimumWidth(40);
}

void ElidedLabel::setWhole(const QString& text) {
  whole_ = text;
  setAccessibleName(text);
  shorten();
}

void ElidedLabel::shorten() {
  const QString shown = fontMetrics().elidedText(whole_, mode_, contentsRect().width());
  setText(shown);
  setToolTip(shown == whole_ ? QString() : whole_);
}

void ElidedLabel::resizeEvent(QResizeEvent* event) {
  QLabel::resizeEvent(event);
  shorten();
}

}  // namespace remat
