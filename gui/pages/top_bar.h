// The bar at the top: the menu, what is open, the pages, finding a command, export.
#pragma once

#include <QWidget>

class QMenu;
class QPushButton;
class QToolButton;

namespace remat {

class ElidedLabel;
class Segments;

class TopBar : public QWidget {
  Q_OBJECT

 public:
  explicit TopBar(const QStringList& pages, QWidget* parent = nullptr);

  void setFile(const QString& name, const QString& path);
  void setPage(int index);
  /// Without a run there are no pages to choose.
  void setPagesShown(bool shown);
  [[nodiscard]] QMenu& menu() const { return *menu_; }
  [[nodiscard]] QMenu& exportMenu() const { return *export_menu_; }
  void openMenu();
  void openExportMenu();
  /// Of what is there on a narrow window too.
  [[nodiscard]] QSize minimumSizeHint() const override;

 signals:
  void pagePicked(int index);
  void paletteAsked();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  [[nodiscard]] int leastWidth() const;
  void placeParts();

  QToolButton* brand_;
  ElidedLabel* file_;
  Segments* pages_;
  QPushButton *find_, *export_;
  QMenu *menu_, *export_menu_;
};

}  // namespace remat
