// Policies to tick: mark, name, what each keeps for backward, and what became of it where it was measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <QStringList>
#include <QTreeWidget>

#include "gui/models/model_words.h"
#include "gui/models/run_focus.h"

namespace remat {

class PolicyList : public QTreeWidget {
  Q_OBJECT

 public:
  explicit PolicyList(QWidget* parent = nullptr);

  /// Without a signal. Policies that are no row yet become one.
  void setTicked(const QStringList& policies);
  [[nodiscard]] QStringList ticked() const;
  [[nodiscard]] QStringList all() const;
  /// One per policy of all().
  void setKept(const std::vector<PolicyKeeps>& kept);
  /// Outcomes of a group of a run, measured against a memory line; the run's policies look as in its charts.
  /// `measuring`: somebody is still writing the run.
  void setMeasured(const Run& run, const PointGroup* group, std::optional<std::int64_t> memory_line_bytes,
                   bool measuring);
  /// The row of the selected point stands out.
  void setStrong(const QString& policy);

 signals:
  void tickedChanged();
  void policyPicked(const QString& policy);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  QTreeWidgetItem* add(const QString& policy, const QString& summary);
  void drawMarks();

  std::vector<std::string> measured_policies_;  ///< of the run
};

}  // namespace remat
