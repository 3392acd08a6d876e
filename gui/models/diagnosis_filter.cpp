#include "gui/models/diagnosis_filter.h"

namespace remat {

void DiagnosisFilter::setLeast(Severity severity) {
  least_ = severity;
  invalidateFilter();
}

void DiagnosisFilter::setText(const QString& text) {
  text_ = text.trimmed();
  invalidateFilter();
}

bool DiagnosisFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  const QModelIndex first = sourceModel()->index(row, 0, parent);
  if (first.data(DiagnosisModel::SeverityRole).toInt() < static_cast<int>(least_)) return false;
  if (text_.isEmpty()) return true;
  for (int column = 0; column < sourceModel()->columnCount(parent); ++column) {
    if (sourceModel()->index(row, column, parent).data().toString().contains(text_, Qt::CaseInsensitive)) return true;
  }
  return false;
}

}  // namespace remat
