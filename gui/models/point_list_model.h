// The points of a run as a list to choose from: one line each, under the title of what its group shares.
#pragma once

#include <memory>

#include <QAbstractListModel>
#include <QStringList>

#include "gui/models/policy_style.h"
#include "profiler/core/run.h"

namespace remat {

class PointListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role {
    KeyRole = Qt::UserRole,
    GroupRole,    ///< "gpt2, 12 layers, batch 2 x 128 tokens, ..."
    OutcomeRole,  ///< "completed", "out of memory", ...
    DetailRole    ///< "900.0 MiB, 400.0 ms", or what became of the point
  };

  using QAbstractListModel::QAbstractListModel;

  /// Groups stay together, in the order of the run.
  void show(std::shared_ptr<const Run> run);
  void setDark(bool dark);
  /// Row of a key; -1: none.
  [[nodiscard]] int rowOf(const QString& key) const;
  [[nodiscard]] QString keyAt(int row) const;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

 private:
  struct Row {
    std::size_t point = 0;
    QString group;
  };

  std::shared_ptr<const Run> run_;
  std::vector<Row> rows_;
  PolicyStyles styles_;
  bool several_groups_ = false;
  bool dark_ = false;
};

}  // namespace remat
