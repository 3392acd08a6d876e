#include "gui/models/comparison_model.h"

#include "gui/models/local_text.h"

namespace remat {
namespace {

/// "+25.0% (+23.8% to +26.3%)".
QString ratioText(const ComparisonRow& row) {
  if (!row.ratio) return QStringLiteral("–");
  const QString text = localDifference(*row.ratio);
  if (row.low_ratio == row.high_ratio || !row.low_ratio || !row.high_ratio) return text;
  return ComparisonModel::tr("%1 (%2 to %3)")
      .arg(text, localDifference(*row.low_ratio), localDifference(*row.high_ratio));
}

QString cellTextOf(const ComparisonRow& row, int column) {
  switch (column) {
    case ComparisonModel::HeadingColumn: return row.heading;
    case ComparisonModel::QuantityColumn: return row.title;
    case ComparisonModel::AColumn: return comparedValueText(row.a, row.unit);
    case ComparisonModel::BColumn: return comparedValueText(row.b, row.unit);
    case ComparisonModel::DifferenceColumn: return ratioText(row);
    case ComparisonModel::VerdictColumn: return differenceMark(row) + QStringLiteral("  ") + verdictText(row.verdict);
    case ComparisonModel::ReasonColumn: return row.reason;
    default: return {};
  }
}

QVariant sortValue(const ComparisonRow& row, int column) {
  const auto of = [](const std::optional<ComparedValue>& value) {
    return value ? QVariant::fromValue<qlonglong>(value->value) : QVariant();
  };
  switch (column) {
    case ComparisonModel::AColumn: return of(row.a);
    case ComparisonModel::BColumn: return of(row.b);
    case ComparisonModel::DifferenceColumn: return row.ratio ? QVariant(*row.ratio) : QVariant();
    case ComparisonModel::VerdictColumn: return static_cast<int>(row.verdict);
    default: return cellTextOf(row, column);
  }
}

bool isNumber(int column) { return column >= ComparisonModel::AColumn && column <= ComparisonModel::DifferenceColumn; }

}  // namespace

void ComparisonModel::show(const ComparisonView& view) {
  beginResetModel();
  rows_ = view.rows;
  a_title_ = view.a_title;
  b_title_ = view.b_title;
  endResetModel();
}

void ComparisonModel::setTheme(const Theme& theme) {
  theme_ = theme;
  if (!rows_.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1), {Qt::ForegroundRole});
}

int ComparisonModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int ComparisonModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant ComparisonModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const ComparisonRow& row = rows_[static_cast<std::size_t>(index.row())];
  const int column = index.column();
  switch (role) {
    case Qt::DisplayRole: return cellTextOf(row, column);
    case Qt::AccessibleTextRole:
      return headerData(column, Qt::Horizontal).toString() + QStringLiteral(": ") +
             (column == VerdictColumn ? verdictText(row.verdict) : cellTextOf(row, column));
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (isNumber(column) ? Qt::AlignRight : Qt::AlignLeft)));
    case Qt::ForegroundRole:
      if (column != VerdictColumn || row.verdict == Verdict::same) return {};
      if (row.verdict == Verdict::cannot_tell) return theme_.secondary.isValid() ? theme_.secondary : QVariant();
      if (!theme_.good.isValid()) return {};
      return row.verdict == Verdict::better ? theme_.good : theme_.bad;
    case SortRole: return sortValue(row, column);
    case KeyRole: return row.key_b.isEmpty() ? row.key_a : row.key_b;
    default: return {};
  }
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) {
    return QAbstractTableModel::headerData(section, orientation, role);
  }
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (isNumber(section) ? Qt::AlignRight : Qt::AlignLeft)));
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case HeadingColumn: return tr("point");
    case QuantityColumn: return tr("quantity");
    case AColumn: return tr("A: %1").arg(a_title_);
    case BColumn: return tr("B: %1").arg(b_title_);
    case DifferenceColumn: return tr("B beyond A");
    case VerdictColumn: return tr("B is");
    default: return tr("because");
  }
}

}  // namespace remat
