// What happened, in order: sessions, workers, points with their records, events and failures, as rows. The order is
// that of the run file, as far as a loaded run keeps it: records of a point stand together, at the
// place of its start; events stand at the point that the record before them was about.
#pragma once

#include <cstdint>
#include <vector>

#include <QAbstractTableModel>
#include <QString>

#include "profiler/core/run.h"

namespace remat {

enum class Severity : std::uint8_t { info, warning, error };

/// Whether somebody is writing the run file.
enum class Writing : std::uint8_t { unknown, going_on, ended };

struct DiagnosisRow {
  Severity severity = Severity::info;
  QString what;    ///< kind: "session", "worker", "point started", "samples", "memory", "event", "damage"
  QString policy;  ///< of a point; empty: belongs to none
  QString setup;   ///< of a point, without what all points of the run share: "batch 4 x 128 tokens"
  QString text;    ///< a sentence
  QString key;     ///< of the point
  bool operator==(const DiagnosisRow&) const = default;
};

/// Of the whole run: sessions, workers, events, damage, and for each point what became of it. Of one point: everything
/// that was recorded about it, with its session, its worker and the events around it.
[[nodiscard]] std::vector<DiagnosisRow> diagnosis(const Run& run, const QString& key = {},
                                                  Writing writing = Writing::unknown);

class DiagnosisModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { SeverityColumn, WhatColumn, PolicyColumn, SetupColumn, TextColumn, kColumns };
  enum Role { KeyRole = Qt::UserRole, SeverityRole };

  using QAbstractTableModel::QAbstractTableModel;

  void show(std::vector<DiagnosisRow> rows);
  [[nodiscard]] const std::vector<DiagnosisRow>& rows() const { return rows_; }
  /// Tab separated with a header, for the clipboard.
  [[nodiscard]] QString copyText(const QList<int>& rows) const;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                    int role = Qt::DisplayRole) const override;

 private:
  std::vector<DiagnosisRow> rows_;
};

[[nodiscard]] QString severityText(Severity severity);

}  // namespace remat
