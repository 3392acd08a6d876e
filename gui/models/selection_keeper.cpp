#include "gui/models/selection_keeper.h"

#include <utility>

#include "gui/models/document.h"
#include "gui/models/selection.h"

namespace remat {

SelectionKeeper::SelectionKeeper(Document& document, Selection& selection, QObject* parent)
    : QObject(parent),
      document_(document),
      selection_(selection),
      run_(grouped(document.run())),
      chosen_line_(selection.memoryLineBytes()) {
  connect(&document_, &Document::runChanged, this, &SelectionKeeper::keep);
  connect(&selection_, &Selection::pointChanged, this, &SelectionKeeper::suggestLine);
  connect(&selection_, &Selection::memoryLineChanged, this, &SelectionKeeper::followLine);
  keep();
}

void SelectionKeeper::keep() {
  run_ = grouped(document_.run());
  const QString name = document_.isSample() ? QString(":sample") : document_.path();
  if (std::exchange(name_, name) != name) chosen_in_this_run_ = false;
  if (run_.run->points.empty()) return;
  const PointResult* point = run_.find(selection_.point());
  // A run that is being measured opens with a point without results; the first result is better than that.
  if (point == nullptr || !point->finished) {
    const QString first = firstPoint(run_, chosen_line_);
    const PointResult* better = run_.find(first);
    if (point == nullptr || (better != nullptr && better->finished)) selection_.setPoint(first);
  }
  if (run_.find(selection_.baseline()) == nullptr) selection_.setBaseline({});
  suggestLine();  // of a point that another run has too
}

/// A cap is of the points that were measured under it; others keep the line that somebody chose, or none.
void SelectionKeeper::suggestLine() {
  if (chosen_in_this_run_) return;
  const auto cap = suggestedMemoryLine(run_, selection_.point());
  suggesting_ = true;
  selection_.setMemoryLineBytes(cap ? cap : chosen_line_);
  suggesting_ = false;
}

void SelectionKeeper::followLine() {
  if (suggesting_) return;
  chosen_line_ = selection_.memoryLineBytes();
  chosen_in_this_run_ = !run_.run->points.empty();
}

}  // namespace remat
