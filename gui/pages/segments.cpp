#include "gui/pages/segments.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>

namespace remat {

Segments::Segments(const QStringList& texts, const QString& name, QWidget* parent)
    : QWidget(parent), buttons_(new QButtonGroup(this)) {
  setObjectName("segments");
  setAttribute(Qt::WA_StyledBackground);
  setAccessibleName(name);
  setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Maximum);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(1, 1, 1, 1);
  row->setSpacing(0);
  for (int i = 0; i < texts.size(); ++i) {
    auto* button = new QToolButton(this);
    button->setText(texts[i]);
    button->setCheckable(true);
    button->setChecked(i == 0);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setAccessibleName(name + ": " + texts[i]);
    // As wide as its bold text, so that choosing moves nothing.
    QFont bold = button->font();
    bold.setWeight(QFont::DemiBold);
    button->setMinimumWidth(QFontMetrics(bold).horizontalAdvance(texts[i]) + 26);
    buttons_->addButton(button, i);
    row->addWidget(button);
  }
  connect(buttons_, &QButtonGroup::idClicked, this, &Segments::picked);
}

int Segments::current() const { return buttons_->checkedId(); }

void Segments::setCurrent(int index) {
  if (QAbstractButton* button = buttons_->button(index)) button->setChecked(true);
}

void Segments::setToolTips(const QStringList& tips) {
  for (int i = 0; i < tips.size(); ++i)
    if (QAbstractButton* button = buttons_->button(i)) button->setToolTip(tips[i]);
}

}  // namespace remat
