#include "gui/pages/policy_list.h"

#include <algorithm>
#include <utility>

#include <QEvent>
#include <QHeaderView>

#include "gui/models/local_text.h"
#include "gui/models/mark.h"
#include "gui/models/policy_style.h"
#include "gui/models/run_messages.h"
#include "gui/models/sweep_setup.h"
#include "gui/models/theme.h"
#include "gui/pages/look.h"

namespace remat {
namespace {

enum Place : int { kName, kKept, kState };
constexpr int kPolicyRole = Qt::UserRole;
constexpr int kMark = 14;

/// A glyph and what it means, for a point under a memory line.
struct Standing {
  QString glyph, meaning;
};
Standing standingOf(const Run& run, const PointResult& point, std::optional<std::int64_t> line, bool measuring) {
  if (!point.finished) {
    return isBeingMeasured(run, point, measuring) ? Standing{"…", PolicyList::tr("is being measured")}
                                                  : Standing{"!", PolicyList::tr("was not finished")};
  }
  switch (point.finished->outcome) {
    case Outcome::out_of_memory: return {"×", PolicyList::tr("ran out of memory")};
    case Outcome::failed:
    case Outcome::skipped: return {"!", PolicyList::tr("could not be measured")};
    case Outcome::completed: break;
  }
  const std::int64_t peak = point.finished->peak_allocated_bytes.value_or(0);
  if (line && peak > *line)
    return {"×", PolicyList::tr("measured: %1, more than the memory line").arg(localBytes(peak))};
  return {"✓", PolicyList::tr("measured: %1").arg(localBytes(peak))};
}

}  // namespace

PolicyList::PolicyList(QWidget* parent) : QTreeWidget(parent) {
  setColumnCount(3);
  setHeaderHidden(true);
  setRootIsDecorated(false);
  setUniformRowHeights(true);
  setProperty(kPanelProperty, true);
  setAccessibleName(tr("Policies"));
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setIconSize({kMark, kMark});
  setTextElideMode(Qt::ElideRight);
  header()->setStretchLastSection(false);
  header()->setMinimumSectionSize(18);
  header()->setSectionResizeMode(kName, QHeaderView::Stretch);
  header()->setSectionResizeMode(kKept, QHeaderView::ResizeToContents);
  header()->setSectionResizeMode(kState, QHeaderView::Fixed);
  header()->resizeSection(kState, 24);
  for (const PolicyChoice& choice : policyChoices()) add(choice.policy, choice.summary);
  constexpr int least_rows = 6;
  setMinimumHeight(least_rows * topLevelItem(0)->sizeHint(kName).height());
  drawMarks();
  connect(this, &QTreeWidget::itemChanged, this, [this](QTreeWidgetItem*, int column) {
    if (column == kName) emit tickedChanged();
  });
  connect(this, &QTreeWidget::itemClicked, this,
          [this](QTreeWidgetItem* item) { emit policyPicked(item->data(kName, kPolicyRole).toString()); });
}

QTreeWidgetItem* PolicyList::add(const QString& policy, const QString& summary) {
  auto* item = new QTreeWidgetItem(this, {policy, {}, {}});
  item->setSizeHint(kName, {60, std::max(fontMetrics().height() + 7, kMark + 8)});
  item->setData(kName, kPolicyRole, policy);
  item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren);
  item->setCheckState(kName, Qt::Unchecked);
  item->setToolTip(kName, summary.isEmpty() ? policy : policy + ": " + summary);
  item->setTextAlignment(kKept, Qt::AlignRight | Qt::AlignVCenter);
  item->setTextAlignment(kState, Qt::AlignCenter);
  return item;
}

void PolicyList::setTicked(const QStringList& policies) {
  const QSignalBlocker quiet(this);
  const QStringList known = all();
  for (const QString& policy : policies)
    if (!known.contains(policy)) add(policy, {});
  for (int row = 0; row < topLevelItemCount(); ++row) {
    QTreeWidgetItem* item = topLevelItem(row);
    item->setCheckState(kName, policies.contains(item->text(kName)) ? Qt::Checked : Qt::Unchecked);
  }
  drawMarks();
}

QStringList PolicyList::all() const {
  QStringList policies;
  for (int row = 0; row < topLevelItemCount(); ++row)
    policies << topLevelItem(row)->data(kName, kPolicyRole).toString();
  return policies;
}

QStringList PolicyList::ticked() const {
  QStringList policies;
  for (int row = 0; row < topLevelItemCount(); ++row)
    if (topLevelItem(row)->checkState(kName) == Qt::Checked)
      policies << topLevelItem(row)->data(kName, kPolicyRole).toString();
  return policies;
}

void PolicyList::setKept(const std::vector<PolicyKeeps>& kept) {
  const QSignalBlocker quiet(this);
  for (int row = 0; row < topLevelItemCount(); ++row) {
    QTreeWidgetItem* item = topLevelItem(row);
    const bool known = static_cast<std::size_t>(row) < kept.size();
    const PolicyKeeps keeps = known ? kept[static_cast<std::size_t>(row)] : PolicyKeeps{};
    item->setText(kKept, keeps.retained_bytes ? localBytes(*keeps.retained_bytes) : known ? "–" : "");
    item->setToolTip(kKept, keeps.note);
  }
}

void PolicyList::setMeasured(const Run& run, const PointGroup* group, std::optional<std::int64_t> memory_line_bytes,
                             bool measuring) {
  const QSignalBlocker quiet(this);
  std::vector<std::string> policies = policiesOf(run);
  if (std::exchange(measured_policies_, std::move(policies)) != measured_policies_) drawMarks();
  for (int row = 0; row < topLevelItemCount(); ++row) {
    QTreeWidgetItem* item = topLevelItem(row);
    const std::string policy = item->data(kName, kPolicyRole).toString().toStdString();
    Standing standing;
    if (group != nullptr) {
      const auto point = std::find_if(group->points.begin(), group->points.end(),
                                      [&](std::size_t i) { return run.points[i].spec().policy == policy; });
      if (point != group->points.end()) standing = standingOf(run, run.points[*point], memory_line_bytes, measuring);
    }
    item->setText(kState, standing.glyph);
    item->setToolTip(kState, standing.meaning);
    item->setData(kState, Qt::AccessibleTextRole, standing.meaning);
  }
}

void PolicyList::setStrong(const QString& policy) {
  const QSignalBlocker quiet(this);
  for (int row = 0; row < topLevelItemCount(); ++row) {
    QFont strong = font();
    strong.setBold(topLevelItem(row)->data(kName, kPolicyRole).toString() == policy);
    topLevelItem(row)->setFont(kName, strong);
    topLevelItem(row)->setFont(kKept, strong);
  }
}

void PolicyList::drawMarks() {
  const QSignalBlocker quiet(this);
  std::vector<std::string> names;
  for (const QString& policy : all()) names.push_back(policy.toStdString());
  const PolicyStyles styles = policyStyles(measured_policies_, names);
  const bool dark = themeOf(palette()).dark;
  for (int row = 0; row < topLevelItemCount(); ++row) {
    const auto style = styles.find(names[static_cast<std::size_t>(row)]);
    if (style != styles.end())
      topLevelItem(row)->setIcon(kName, QIcon(markPixmap(style->second, dark, kMark, devicePixelRatioF())));
  }
}

void PolicyList::changeEvent(QEvent* event) {
  QTreeWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && topLevelItemCount() > 0) drawMarks();
}

}  // namespace remat
