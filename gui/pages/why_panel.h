// The panel at the right of the Explore page: whyView() of the selected point. A click on a row of the live set selects
// that activation, on a move the point that it leads to.
#pragma once

#include <memory>

#include <QWidget>

#include "gui/models/why_view.h"

namespace remat {

class Document;
class Selection;

class WhyPanel : public QWidget {
  Q_OBJECT

 public:
  WhyPanel(Document& document, Selection& selection, QWidget* parent = nullptr);
  ~WhyPanel() override;

  [[nodiscard]] const WhyView& view() const { return view_; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  class Parts;
  void refresh();

  Document& document_;
  Selection& selection_;
  WhyView view_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace remat
