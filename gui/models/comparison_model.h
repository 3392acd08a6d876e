// The rows of a ComparisonView for an item view: what A and B have, with intervals, and the verdict as a word with an
// arrow and a colour. Files and table twins use ComparisonView::table() instead.
#pragma once

#include <QAbstractTableModel>

#include "gui/models/comparison_view.h"
#include "gui/models/theme.h"

namespace remat {

class ComparisonModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column {
    HeadingColumn,
    QuantityColumn,
    AColumn,
    BColumn,
    DifferenceColumn,
    VerdictColumn,
    ReasonColumn,
    kColumns
  };
  enum Role {
    SortRole = Qt::UserRole,
    KeyRole  ///< of B's point, or A's if B has none
  };

  using QAbstractTableModel::QAbstractTableModel;

  void show(const ComparisonView& view);
  void setTheme(const Theme& theme);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                    int role = Qt::DisplayRole) const override;

 private:
  std::vector<ComparisonRow> rows_;
  QString a_title_, b_title_;
  Theme theme_;
};

}  // namespace remat
