// Everything that the window can be told to do, once: menu, command palette, shortcuts and the sheet of keys are made
// from it.
#pragma once

#include <functional>
#include <vector>

#include <QAction>
#include <QKeySequence>
#include <QObject>
#include <QString>

class QMenu;
class QWidget;

namespace remat {

struct CommandGroup {
  QString title;
  std::vector<QAction*> actions;
};

class Commands : public QObject {
  Q_OBJECT

 public:
  /// Shortcuts work in `window`.
  explicit Commands(QWidget* window);

  /// `id`: object name of the action. Groups appear in the order of their first command.
  QAction* add(const QString& group, const QString& id, const QString& text, const QList<QKeySequence>& keys,
               std::function<void()> run);
  [[nodiscard]] const std::vector<CommandGroup>& groups() const { return groups_; }
  [[nodiscard]] QAction* find(const QString& id) const;
  /// One section per group.
  void fill(QMenu& menu) const;

 private:
  QWidget* window_;
  std::vector<CommandGroup> groups_;
};

}  // namespace remat
