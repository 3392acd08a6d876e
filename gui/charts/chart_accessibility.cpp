#include "gui/charts/chart_accessibility.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include "gui/charts/chart.h"

namespace remat {
namespace {

class AccessibleChart : public QAccessibleWidget {
 public:
  explicit AccessibleChart(Chart* chart) : QAccessibleWidget(chart, QAccessible::Chart), chart_(*chart) {}

  [[nodiscard]] QString text(QAccessible::Text kind) const override {
    switch (kind) {
      case QAccessible::Name: return chart_.title();
      case QAccessible::Value:
      case QAccessible::Description: return chart_.finding();
      default: return QAccessibleWidget::text(kind);
    }
  }

 private:
  const Chart& chart_;
};

QAccessibleInterface* interfaceOf(const QString& /*class_name*/, QObject* object) {
  auto* chart = qobject_cast<Chart*>(object);
  return chart == nullptr ? nullptr : new AccessibleChart(chart);
}

}  // namespace

void makeChartsAccessible() { QAccessible::installFactory(&interfaceOf); }

}  // namespace remat
