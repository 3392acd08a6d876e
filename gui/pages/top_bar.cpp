#include "gui/pages/top_bar.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

#include "gui/pages/elided_label.h"
#include "gui/pages/look.h"
#include "gui/pages/segments.h"

namespace remat {

TopBar::TopBar(const QStringList& pages, QWidget* parent)
    : QWidget(parent),
      brand_(new QToolButton(this)),
      file_(new ElidedLabel(this, Qt::ElideMiddle)),
      pages_(new Segments(pages, tr("Page"), this)),
      find_(new QPushButton(tr("Find a command"), this)),
      export_(new QPushButton(tr("Export"), this)),
      menu_(new QMenu(brand_)),
      export_menu_(new QMenu(export_)) {
  setProperty(kPanelProperty, true);
  setAttribute(Qt::WA_StyledBackground);
  for (QMenu* menu : {menu_, export_menu_}) menu->setAttribute(Qt::WA_WindowPropagation);
  brand_->setText("rematscope");
  brand_->setFont(fontOf(TypeSize::title));
  brand_->setProperty("flat", true);
  brand_->setFocusPolicy(Qt::TabFocus);
  brand_->setPopupMode(QToolButton::InstantPopup);
  brand_->setMenu(menu_);
  brand_->setToolTip(tr("Menu (F10)"));
  brand_->setAccessibleName(tr("Menu"));
  file_->setProperty(kRoleProperty, "secondary");
  export_->setMenu(export_menu_);
  find_->setToolTip(tr("Ctrl+Shift+P"));
  export_->setToolTip(tr("Ctrl+E"));

  // Both sides are equally wide, so that the pages stand in the middle.
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(6, 6, 12, 6);
  row->setSpacing(8);
  auto* left = new QHBoxLayout;
  left->addWidget(brand_);
  left->addWidget(file_, 1);
  auto* right = new QHBoxLayout;
  right->setSpacing(8);
  right->addStretch(1);
  right->addWidget(find_);
  right->addWidget(export_);
  row->addLayout(left, 1);
  row->addWidget(pages_);
  row->addLayout(right, 1);
  connect(pages_, &Segments::picked, this, &TopBar::pagePicked);
  connect(find_, &QPushButton::clicked, this, &TopBar::paletteAsked);
}

int TopBar::leastWidth() const {
  constexpr int gaps = 60;
  const int pages = pages_->isHidden() ? 0 : pages_->sizeHint().width();
  return brand_->sizeHint().width() + pages + export_->sizeHint().width() + gaps;
}

QSize TopBar::minimumSizeHint() const { return {leastWidth(), QWidget::minimumSizeHint().height()}; }

void TopBar::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  placeParts();
}

/// Finding a command has keys and an entry in the menu; the pages have to be seen.
void TopBar::placeParts() {
  file_->setVisible(width() >= leastWidth() + file_->minimumWidth());
  find_->setVisible(width() >= leastWidth() + file_->minimumWidth() + find_->sizeHint().width());
}

void TopBar::setFile(const QString& name, const QString& path) {
  file_->setWhole(name);
  file_->setToolTip(path);
}

void TopBar::setPage(int index) { pages_->setCurrent(index); }

void TopBar::setPagesShown(bool shown) {
  pages_->setVisible(shown);
  export_->setEnabled(shown);
  updateGeometry();
  placeParts();
}

void TopBar::openMenu() { brand_->showMenu(); }
void TopBar::openExportMenu() { export_->showMenu(); }

}  // namespace remat
