#include "gui/models/selection_keeper.h"

#include <utility>

#include "gui/models/document.h"
#include "gui/models/selection.h"

namespace remat {

SelectionKeeper::SelectionKeeper(Document& document, Selection& selection, QObject* parent)
    : QObject(parent), document_(document), selection_(selection), run_(grouped(document.run())) {
  connect(&document_, &Document::runChanged, this, &SelectionKeeper::keep);
  keep();
}

void SelectionKeeper::keep() {
  run_ = grouped(document_.run());
  const QString name = document_.isSample() ? QString(":sample") : document_.path();
  const bool is_new = std::exchange(name_, name) != name;
  if (run_.run->points.empty()) return;
  // The line is the card that somebody thinks of, so it stays unless a run was measured under another one.
  if (const auto line = suggestedMemoryLine(*run_.run); is_new && line) selection_.setMemoryLineBytes(line);
  const PointResult* point = run_.find(selection_.point());
  // A run that is being measured opens with a point without results; the first result is better than that.
  if (point == nullptr || !point->finished) {
    const QString first = firstPoint(run_, selection_.memoryLineBytes());
    const PointResult* better = run_.find(first);
    if (point == nullptr || (better != nullptr && better->finished)) selection_.setPoint(first);
  }
  if (run_.find(selection_.baseline()) == nullptr) selection_.setBaseline({});
}

}  // namespace remat
