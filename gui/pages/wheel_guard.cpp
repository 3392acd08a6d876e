#include "gui/pages/wheel_guard.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QEvent>
#include <QSlider>

namespace remat {
namespace {

class WheelGuard : public QObject {
 public:
  using QObject::QObject;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    const auto* field = qobject_cast<QWidget*>(watched);
    if (event->type() != QEvent::Wheel || field == nullptr || field->hasFocus()) return false;
    event->ignore();  // goes on to the parent
    return true;
  }
};

}  // namespace

void guardFieldsFromWheel(QWidget& content) {
  auto* guard = new WheelGuard(&content);
  for (QWidget* field : content.findChildren<QWidget*>()) {
    const bool takes_wheel = qobject_cast<QComboBox*>(field) != nullptr || qobject_cast<QSlider*>(field) != nullptr ||
                             qobject_cast<QAbstractSpinBox*>(field) != nullptr;
    if (!takes_wheel) continue;
    field->setFocusPolicy(Qt::StrongFocus);
    field->installEventFilter(guard);
  }
}

}  // namespace remat
