// What is alive at the peak as a table with a bar under each row, as long as the row's share of the largest one.
#pragma once

#include <vector>

#include <QTableView>

#include "gui/models/live_rows.h"

namespace remat {

class ResultTableModel;

class LiveSetView : public QTableView {
  Q_OBJECT

 public:
  explicit LiveSetView(QWidget* parent = nullptr);

  void show(std::vector<LiveRow> rows);
  [[nodiscard]] const std::vector<LiveRow>& rows() const { return rows_; }
  /// Selects the row of this name without saying so; none if there is none.
  void setCurrentName(const QString& name);
  [[nodiscard]] QSize sizeHint() const override;

 signals:
  void namePicked(const QString& name);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void setRowHeights();

  std::vector<LiveRow> rows_;
  ResultTableModel* model_;
};

}  // namespace remat
