// Every key of the window on one card.
#pragma once

#include "gui/pages/overlay.h"

namespace remat {

class Commands;

class ShortcutsSheet : public Overlay {
  Q_OBJECT

 public:
  ShortcutsSheet(const Commands& commands, QWidget* window);
  void open() { appear(this); }
};

}  // namespace remat
