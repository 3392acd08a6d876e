// One move of the why panel: a policy that one could choose instead, and what that saves and costs. Choosing it selects
// the point.
#pragma once

#include <QAbstractButton>

#include "gui/models/policy_style.h"
#include "gui/models/why_view.h"

namespace remat {

class MoveButton : public QAbstractButton {
  Q_OBJECT

 public:
  MoveButton(const WhyMove& move, const PolicyStyle& style, QWidget* parent);
  [[nodiscard]] QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  WhyMove move_;
  PolicyStyle style_;
};

}  // namespace remat
