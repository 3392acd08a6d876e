// Keeps the selection meaningful while runs are opened, grow and go: a selected point that a run does not have is
// replaced by the one that it opens with.
#pragma once

#include <QObject>
#include <QString>

#include "gui/models/run_focus.h"

namespace remat {

class Document;
class Selection;

class SelectionKeeper : public QObject {
  Q_OBJECT

 public:
  SelectionKeeper(Document& document, Selection& selection, QObject* parent = nullptr);

  [[nodiscard]] const GroupedRun& run() const { return run_; }

 private:
  void keep();

  Document& document_;
  Selection& selection_;
  GroupedRun run_;
  QString name_;  // of the document that the memory line was suggested for
};

}  // namespace remat
