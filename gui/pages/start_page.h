// What there is before anything is open: open a config, open a run, try the sample; and what was open lately.
#pragma once

#include <QWidget>

class QVBoxLayout;

namespace remat {

/// One way to begin.
struct StartDoor;

class StartPage : public QWidget {
  Q_OBJECT

 public:
  explicit StartPage(QWidget* parent = nullptr);

  void setRecent(const QStringList& files);

 signals:
  void configAsked();
  void runAsked();
  void sampleAsked();
  void fileAsked(const QString& path);

 private:
  void build();
  QWidget* makeCard(const StartDoor& door);

  QVBoxLayout* recent_;
};

}  // namespace remat
