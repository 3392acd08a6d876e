// Finds a command, a point, a block or an activation by a few letters of its name.
#pragma once

#include <functional>
#include <vector>

#include <QString>

#include "gui/pages/overlay.h"

class QLineEdit;
class QListWidget;

namespace remat {

struct PaletteEntry {
  QString text;
  QString note;  ///< kind or keys, at the right
  std::function<void()> run;
};

/// How well `text` answers to what was typed: letters in order, words and starts of words first. Below 0: not at all.
[[nodiscard]] int matchScore(const QString& text, const QString& typed);

class CommandPalette : public Overlay {
  Q_OBJECT

 public:
  explicit CommandPalette(QWidget* window);

  void open(std::vector<PaletteEntry> entries, const QString& hint);
  void setTyped(const QString& text);
  [[nodiscard]] QStringList shown() const;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void filter();
  void runCurrent();

  std::vector<PaletteEntry> entries_;
  QLineEdit* typed_;
  QListWidget* list_;
};

}  // namespace remat
