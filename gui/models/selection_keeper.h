// Keeps the selection meaningful while runs are opened, grow and go: a selected point that a run does not have is
// replaced by the one that it opens with, and while points are shown that were measured under a memory cap, the memory
// line is that cap, unless somebody moves it.
#pragma once

#include <cstdint>
#include <optional>

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
  void suggestLine();
  void followLine();

  Document& document_;
  Selection& selection_;
  GroupedRun run_;
  QString name_;                             // of the document
  std::optional<std::int64_t> chosen_line_;  // that somebody chose: the card that they think of
  bool chosen_in_this_run_ = false;
  bool suggesting_ = false;
};

}  // namespace remat
