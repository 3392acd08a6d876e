// A field for one number or several ("8", "1,2,4", "1-12"), with a slider for one and a menu of what is often wanted.
#pragma once

#include <QWidget>

#include "gui/models/axis_values.h"

class QAction;
class QLineEdit;
class QSlider;

namespace remat {

class NumbersField : public QWidget {
  Q_OBJECT

 public:
  /// `name`: what the numbers are, for people who do not see the field.
  explicit NumbersField(const QString& name, QWidget* parent = nullptr);

  void setValues(const AxisValues& values);
  /// Without a signal.
  void setText(const QString& text);
  [[nodiscard]] QLineEdit& edit() { return *edit_; }

 signals:
  void edited(const QString& text);  ///< by the user

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void take(const QString& text);
  void showSlider();
  void showIcon();
  void openMenu();

  AxisValues values_;
  QSlider* slider_;
  QLineEdit* edit_;
  QAction* more_;
};

}  // namespace remat
