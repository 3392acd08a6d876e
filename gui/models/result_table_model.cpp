#include "gui/models/result_table_model.h"

#include <utility>

#include <QCoreApplication>

#include "gui/models/local_text.h"

namespace remat {
namespace {

QString fromView(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

QVariant rawValue(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return QVariant::fromValue<qlonglong>(*integer);
  if (const auto* number = std::get_if<double>(&cell)) return *number;
  if (const auto* text = std::get_if<std::string>(&cell)) return QString::fromStdString(*text);
  return {};
}

/// What the rounded text on screen leaves out.
QString exactText(const Cell& cell, ColumnUnit unit) {
  const auto* integer = std::get_if<std::int64_t>(&cell);
  if (integer == nullptr) return localCell(cell, unit);
  if (unit == ColumnUnit::bytes) return ResultTableModel::tr("%1 bytes").arg(localCount(*integer));
  if (unit == ColumnUnit::ns) return ResultTableModel::tr("%1 ns").arg(localCount(*integer));
  return localCount(*integer);
}

}  // namespace

void ResultTableModel::show(ResultTable table) {
  beginResetModel();
  table_ = std::move(table);
  for (auto& row : table_.rows) row.resize(table_.columns.size());
  shown_.clear();
  for (std::size_t i = 0; i < table_.columns.size(); ++i) {
    if (!table_.columns[i].title.empty()) shown_.push_back(i);
  }
  key_column_ = table_.find("point");
  endResetModel();
}

QString ResultTableModel::csv() const { return QString::fromStdString(csvText(table_)); }

QString ResultTableModel::copyText(const QList<int>& rows) const {
  // The fields are those of the CSV; a tab inside a text would move everything after it.
  ResultTable chosen{table_.columns, {}};
  for (const int row : rows) {
    if (row >= 0 && row < rowCount()) chosen.rows.push_back(table_.rows[static_cast<std::size_t>(row)]);
  }
  QStringList names;
  for (const Column& column : chosen.columns) names += fromView(column.name);
  QString text = names.join(u'\t') + u'\n';
  for (const auto& row : chosen.rows) {
    QStringList fields;
    for (const Cell& cell : row) fields += rawValue(cell).toString().replace(u'\t', u' ').replace(u'\n', u' ');
    text += fields.join(u'\t') + u'\n';
  }
  return text;
}

int ResultTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.rows.size());
}

int ResultTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

const Column& ResultTableModel::columnAt(int section) const {
  return table_.columns[shown_[static_cast<std::size_t>(section)]];
}

QVariant ResultTableModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& row = table_.rows[static_cast<std::size_t>(index.row())];
  const Column& column = columnAt(index.column());
  const Cell& cell = row[shown_[static_cast<std::size_t>(index.column())]];
  switch (role) {
    case Qt::DisplayRole: return localCell(cell, column.unit);
    case Qt::ToolTipRole: return exactText(cell, column.unit);
    case Qt::AccessibleTextRole:
      return headerData(index.column(), Qt::Horizontal).toString() + QStringLiteral(": ") +
             localCell(cell, column.unit);
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(
          Qt::Alignment(Qt::AlignVCenter | (column.unit == ColumnUnit::text ? Qt::AlignLeft : Qt::AlignRight)));
    case SortRole: return rawValue(cell);
    case KeyRole: return key_column_ < row.size() ? rawValue(row[key_column_]) : QVariant();
    default: return {};
  }
}

QVariant ResultTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
    return QAbstractTableModel::headerData(section, orientation, role);
  }
  const Column& column = columnAt(section);
  switch (role) {
    case Qt::DisplayRole: return QCoreApplication::translate("ResultTable", std::string(column.title).c_str());
    case Qt::ToolTipRole: return fromView(column.name);
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(
          Qt::Alignment(Qt::AlignVCenter | (column.unit == ColumnUnit::text ? Qt::AlignLeft : Qt::AlignRight)));
    default: return {};
  }
}

}  // namespace remat
