#include "gui/pages/commands.h"

#include <algorithm>
#include <utility>

#include <QMenu>
#include <QWidget>

namespace remat {

Commands::Commands(QWidget* window) : QObject(window), window_(window) {}

QAction* Commands::add(const QString& group, const QString& id, const QString& text, const QList<QKeySequence>& keys,
                       std::function<void()> run) {
  auto at =
      std::find_if(groups_.begin(), groups_.end(), [&](const CommandGroup& known) { return known.title == group; });
  if (at == groups_.end()) at = groups_.insert(at, {group, {}});
  auto* action = new QAction(text, window_);
  action->setObjectName(id);
  action->setShortcuts(keys);
  window_->addAction(action);
  connect(action, &QAction::triggered, this, std::move(run));
  at->actions.push_back(action);
  return action;
}

QAction* Commands::find(const QString& id) const {
  for (const CommandGroup& group : groups_)
    for (QAction* action : group.actions)
      if (action->objectName() == id) return action;
  return nullptr;
}

void Commands::fill(QMenu& menu) const {
  for (const CommandGroup& group : groups_) {
    QMenu* section = menu.addMenu(group.title);
    section->setAttribute(Qt::WA_WindowPropagation);
    for (QAction* action : group.actions) section->addAction(action);
  }
}

}  // namespace remat
