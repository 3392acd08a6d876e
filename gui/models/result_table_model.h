// A ResultTable for item views: every table twin of a chart, and the tables of the pages. Shows numbers in the locale,
// sorts by value, gives CSV and tab-separated text in the C locale.
#pragma once

#include <QAbstractTableModel>

#include "profiler/report/tables.h"

namespace remat {

class ResultTableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Role {
    SortRole = Qt::UserRole,  ///< the value itself, for QSortFilterProxyModel::setSortRole; absent values come last
    KeyRole                   ///< text of the column "point", if the table has one: the key of the row's point
  };

  using QAbstractTableModel::QAbstractTableModel;

  /// Columns without a title are not shown, but serve KeyRole and are part of csv().
  void show(ResultTable table);
  [[nodiscard]] const ResultTable& table() const { return table_; }

  /// Whole table in the C locale.
  [[nodiscard]] QString csv() const;
  /// These rows for the clipboard, tab separated with a header, in the C locale. Rows outside the table are left out.
  [[nodiscard]] QString copyText(const QList<int>& rows) const;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                    int role = Qt::DisplayRole) const override;

 private:
  [[nodiscard]] const Column& columnAt(int section) const;

  ResultTable table_;
  std::vector<std::size_t> shown_;  ///< columns of table_ that have a title
  std::size_t key_column_ = 0;      ///< columns.size(): none
};

}  // namespace remat
