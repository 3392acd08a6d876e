#include "gui/pages/start_page.h"

#include <array>

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "gui/pages/look.h"

namespace remat {

struct StartDoor {
  const char* name;
  const char* title;
  const char* text;
  const char* button;
  void (StartPage::*signal)();
  bool primary;
};

namespace {

constexpr std::array<StartDoor, 3> kDoors = {
    {{"sample", QT_TRANSLATE_NOOP("remat::StartPage", "Try the sample"),
      QT_TRANSLATE_NOOP(
          "remat::StartPage",
          "A recorded run of a small model. See what each checkpointing policy costs and saves; no GPU needed."),
      QT_TRANSLATE_NOOP("remat::StartPage", "Open the sample"), &StartPage::sampleAsked, true},
     {"config", QT_TRANSLATE_NOOP("remat::StartPage", "Measure your model"),
      QT_TRANSLATE_NOOP(
          "remat::StartPage",
          "Open its Hugging Face config.json, choose sizes and policies, and measure real training steps."),
      QT_TRANSLATE_NOOP("remat::StartPage", "Open a config.json..."), &StartPage::configAsked, false},
     {"run", QT_TRANSLATE_NOOP("remat::StartPage", "Look at a run"),
      QT_TRANSLATE_NOOP(
          "remat::StartPage",
          "Open a *.remat.jsonl file that was measured here, on a server or on a cluster; even while it grows."),
      QT_TRANSLATE_NOOP("remat::StartPage", "Open a run..."), &StartPage::runAsked, false}}};

// Widths grow with the text.
constexpr int kCardCharacters = 38, kLeadCharacters = 92, kRecentCharacters = 118;
int charactersWidth(const QWidget& widget, int characters) {
  return widget.fontMetrics().averageCharWidth() * characters;
}

}  // namespace

StartPage::StartPage(QWidget* parent) : QWidget(parent), recent_(new QVBoxLayout) {
  setObjectName("page");
  build();
}

QWidget* StartPage::makeCard(const StartDoor& door) {
  auto* card = new QFrame(this);
  card->setObjectName("card");
  card->setAttribute(Qt::WA_StyledBackground);
  card->setFixedWidth(charactersWidth(*this, kCardCharacters));
  auto* column = new QVBoxLayout(card);
  column->setContentsMargins(16, 16, 16, 16);
  column->setSpacing(8);
  column->addWidget(makeLabel(tr(door.title), TypeSize::title, card));
  auto* text = makeLabel(tr(door.text), TypeSize::body, card, true);
  text->setProperty(kRoleProperty, "secondary");
  text->setAlignment(Qt::AlignTop);
  column->addWidget(text, 1);
  column->addSpacing(4);
  auto* button = new QPushButton(tr(door.button), card);
  button->setObjectName(door.name);
  button->setProperty(kPrimaryProperty, door.primary);
  button->setAutoDefault(true);
  button->setMinimumHeight(button->fontMetrics().height() + 18);
  connect(button, &QPushButton::clicked, this, door.signal);
  if (door.primary) setFocusProxy(button);
  column->addWidget(button);
  return card;
}

void StartPage::build() {
  auto* page = new QVBoxLayout(this);
  page->setContentsMargins(24, 24, 24, 24);
  page->addStretch(2);
  page->addWidget(
      makeLabel(tr("What does activation checkpointing cost, and what does it save?"), TypeSize::heading, this), 0,
      Qt::AlignHCenter);
  auto* lead =
      makeLabel(tr("rematscope runs real training steps of your model under many policies, measures the memory and "
                   "time of every block, and shows which policy to use on your card, and why."),
                TypeSize::body, this, true);
  lead->setProperty(kRoleProperty, "secondary");
  lead->setAlignment(Qt::AlignHCenter);
  const int lead_width = charactersWidth(*this, kLeadCharacters);
  lead->setFixedWidth(lead_width);
  lead->setFixedHeight(lead->heightForWidth(lead_width));
  page->addSpacing(8);
  page->addWidget(lead, 0, Qt::AlignHCenter);
  page->addSpacing(28);

  auto* doors = new QHBoxLayout;
  doors->setSpacing(16);
  doors->addStretch(1);
  for (const StartDoor& door : kDoors) doors->addWidget(makeCard(door));
  doors->addStretch(1);
  page->addLayout(doors);
  page->addSpacing(24);
  recent_->setSpacing(2);
  auto* row = new QHBoxLayout;
  row->addStretch(1);
  row->addLayout(recent_);
  row->addStretch(1);
  page->addLayout(row);
  page->addStretch(3);
  auto* hint = makeLabel(tr("Files can also be dropped here. ? shows all keys."), TypeSize::secondary, this);
  page->addWidget(hint, 0, Qt::AlignHCenter);
}

void StartPage::setRecent(const QStringList& files) {
  while (QLayoutItem* item = recent_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  if (files.isEmpty()) return;
  recent_->addWidget(makeLabel(tr("Recent"), TypeSize::title, this));
  constexpr int shown = 6;
  for (const QString& path : files.mid(0, shown)) {
    auto* button = new QPushButton(this);
    button->setProperty("flat", true);
    QString folder = QFileInfo(path).absolutePath();
    if (folder.startsWith(QDir::homePath())) folder.replace(0, QDir::homePath().size(), "~");
    const QString line = QFileInfo(path).fileName() + "    " + folder;
    constexpr int padding = 44;
    const int width = charactersWidth(*this, kRecentCharacters);
    button->setText(button->fontMetrics().elidedText(line, Qt::ElideMiddle, width - padding));
    button->setToolTip(path);
    button->setFixedWidth(width);
    connect(button, &QPushButton::clicked, this, [this, path] { emit fileAsked(path); });
    recent_->addWidget(button);
  }
}

}  // namespace remat
