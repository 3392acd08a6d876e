// A few choices side by side of which one is taken: pages, units, kinds. Arrow keys go from one to the next.
#pragma once

#include <QStringList>
#include <QWidget>

class QButtonGroup;

namespace remat {

class Segments : public QWidget {
  Q_OBJECT

 public:
  /// `name`: for people who do not see it.
  Segments(const QStringList& texts, const QString& name, QWidget* parent = nullptr);

  [[nodiscard]] int current() const;
  /// Without a signal.
  void setCurrent(int index);
  void setToolTips(const QStringList& tips);

 signals:
  void picked(int index);  ///< by the user

 private:
  QButtonGroup* buttons_;
};

}  // namespace remat
