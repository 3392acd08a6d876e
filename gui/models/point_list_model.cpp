#include "gui/models/point_list_model.h"

#include <utility>

#include "gui/models/local_text.h"
#include "gui/models/mark.h"
#include "profiler/core/names.h"
#include "profiler/report/tables.h"

namespace remat {
namespace {

QString outcomeWord(const PointResult& point) {
  if (!point.finished) return PointListModel::tr("not finished");
  switch (point.finished->outcome) {
    case Outcome::completed: return PointListModel::tr("completed");
    case Outcome::out_of_memory: return PointListModel::tr("out of memory");
    case Outcome::skipped: return PointListModel::tr("skipped");
    case Outcome::failed: return PointListModel::tr("failed");
  }
  return {};
}

QString detailText(const PointResult& point) {
  if (!point.completed()) return outcomeWord(point);
  QStringList parts;
  if (point.finished->peak_allocated_bytes) parts += localBytes(*point.finished->peak_allocated_bytes);
  if (point.finished->step_time_ns) parts += localDuration(*point.finished->step_time_ns);
  return parts.isEmpty() ? outcomeWord(point) : parts.join(QStringLiteral(", "));
}

}  // namespace

void PointListModel::show(std::shared_ptr<const Run> run) {
  beginResetModel();
  run_ = std::move(run);
  rows_.clear();
  styles_.clear();
  if (run_) {
    styles_ = policyStyles(*run_);
    const auto groups = groupPoints(*run_);
    several_groups_ = groups.size() > 1;
    for (const PointGroup& group : groups) {
      const QString title = QString::fromStdString(groupTitle(run_->points[group.points.front()].spec()));
      for (const std::size_t point : group.points) rows_.push_back({point, title});
    }
  }
  endResetModel();
}

void PointListModel::setDark(bool dark) {
  if (std::exchange(dark_, dark) == dark || rows_.empty()) return;
  emit dataChanged(index(0), index(rowCount() - 1), {Qt::DecorationRole});
}

int PointListModel::rowOf(const QString& key) const {
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (key == QLatin1String(run_->points[rows_[row].point].key().c_str())) return static_cast<int>(row);
  }
  return -1;
}

QString PointListModel::keyAt(int row) const {
  return row < 0 || row >= rowCount() ? QString() : index(row).data(KeyRole).toString();
}

int PointListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant PointListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  const PointResult& point = run_->points[row.point];
  const QString policy = QString::fromStdString(point.spec().policy);
  switch (role) {
    case Qt::DisplayRole: return several_groups_ ? policy + QStringLiteral(" · ") + row.group : policy;
    case Qt::ToolTipRole: return row.group + u'\n' + policy + QStringLiteral(": ") + detailText(point);
    case Qt::AccessibleTextRole:
      return policy + QStringLiteral(", ") + detailText(point) + QStringLiteral(", ") + row.group;
    case Qt::DecorationRole: {
      const auto style = styles_.find(point.spec().policy);
      if (style == styles_.end()) return {};
      return markPixmap(style->second, dark_, 16, 2.0, point.completed() ? MarkLook::filled : MarkLook::crossed);
    }
    case KeyRole: return QString::fromStdString(point.key());
    case GroupRole: return row.group;
    case OutcomeRole: return outcomeWord(point);
    case DetailRole: return detailText(point);
    default: return {};
  }
}

}  // namespace remat
