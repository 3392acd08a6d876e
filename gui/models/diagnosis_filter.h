// Rows of a DiagnosisModel that are grave enough and have a text in any column.
#pragma once

#include <QSortFilterProxyModel>

#include "gui/models/diagnosis.h"

namespace remat {

class DiagnosisFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;

 public slots:
  void setLeast(remat::Severity severity);
  void setText(const QString& text);

 protected:
  [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  Severity least_ = Severity::info;
  QString text_;
};

}  // namespace remat
