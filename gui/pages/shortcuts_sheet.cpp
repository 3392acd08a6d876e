#include "gui/pages/shortcuts_sheet.h"

#include <array>
#include <utility>

#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include "gui/pages/commands.h"
#include "gui/pages/look.h"

namespace remat {
namespace {

// Keys of charts that have the focus; they are no commands.
struct ChartKey {
  const char* keys;
  const char* text;
};
constexpr std::array<ChartKey, 6> kChartKeys = {
    {{QT_TRANSLATE_NOOP("remat::ShortcutsSheet", "Arrows"),
      QT_TRANSLATE_NOOP("remat::ShortcutsSheet", "next mark, block or moment")},
     {QT_TRANSLATE_NOOP("remat::ShortcutsSheet", "Ctrl+Arrows"),
      QT_TRANSLATE_NOOP("remat::ShortcutsSheet", "move the memory line")},
     {QT_TRANSLATE_NOOP("remat::ShortcutsSheet", "Ctrl+Wheel"),
      QT_TRANSLATE_NOOP("remat::ShortcutsSheet", "zoom at the pointer")},
     {QT_TRANSLATE_NOOP("remat::ShortcutsSheet", "Drag"), QT_TRANSLATE_NOOP("remat::ShortcutsSheet", "pan")},
     {QT_TRANSLATE_NOOP("remat::ShortcutsSheet", "Backspace"), QT_TRANSLATE_NOOP("remat::ShortcutsSheet", "zoom back")},
     {QT_TRANSLATE_NOOP("remat::ShortcutsSheet", "Double click, 0"),
      QT_TRANSLATE_NOOP("remat::ShortcutsSheet", "show all")}}};

using Row = std::pair<QString, QString>;

QWidget* sectionOf(const QString& title, const std::vector<Row>& rows, QWidget* parent) {
  auto* section = new QWidget(parent);
  auto* grid = new QGridLayout(section);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(16);
  grid->setVerticalSpacing(4);
  grid->addWidget(makeLabel(title, TypeSize::title, section), 0, 0, 1, 2);
  int line = 1;
  for (const auto& [keys, text] : rows) {
    grid->addWidget(makeLabel(keys, TypeSize::body, section), line, 0);
    grid->addWidget(makeLabel(text, TypeSize::secondary, section), line, 1);
    ++line;
  }
  grid->setColumnMinimumWidth(0, 110);
  grid->setColumnStretch(1, 1);
  grid->setRowStretch(line, 1);
  return section;
}

}  // namespace

ShortcutsSheet::ShortcutsSheet(const Commands& commands, QWidget* window) : Overlay({860, 620}, window) {
  setAccessibleName(tr("Keys"));
  auto* scroll = new QScrollArea(this);
  auto* sheet = new QWidget(scroll);
  auto* grid = new QGridLayout(sheet);
  grid->setHorizontalSpacing(32);
  grid->setVerticalSpacing(20);
  int section = 0;
  const auto place = [&](QWidget* widget) {
    grid->addWidget(widget, section / 2, section % 2, Qt::AlignTop);
    ++section;
  };
  for (const CommandGroup& group : commands.groups()) {
    std::vector<Row> rows;
    for (const QAction* action : group.actions)
      if (!action->shortcut().isEmpty())
        rows.emplace_back(QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText),
                          QString(action->text()).remove('&').remove("..."));
    if (!rows.empty()) place(sectionOf(group.title, rows, sheet));
  }
  std::vector<Row> rows;
  for (const ChartKey& key : kChartKeys) rows.emplace_back(tr(key.keys), tr(key.text));
  place(sectionOf(tr("In a chart"), rows, sheet));
  scroll->setWidget(sheet);
  scroll->setWidgetResizable(true);
  scroll->setFocusPolicy(Qt::NoFocus);
  column().addWidget(scroll);
}

}  // namespace remat
