// A screen that nobody sees, with a window manager, keys and a mouse: Xvfb, openbox and xdotool.
#pragma once

#include <memory>

#include <QColor>
#include <QImage>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

namespace remat {

class VirtualScreen {
 public:
  /// Programs that are missing here; empty: there is a screen to be had.
  [[nodiscard]] static QStringList missing();

  VirtualScreen();
  ~VirtualScreen();

  /// False: the screen did not come up.
  [[nodiscard]] bool start();
  /// Environment for programs that are to appear on it.
  [[nodiscard]] QProcessEnvironment environment() const;
  /// Runs xdotool and returns what it says.
  QString xdotool(const QStringList& arguments);
  void key(const QString& keys) { xdotool({"key", "--clearmodifiers", keys}); }
  void type(const QString& text) { xdotool({"type", "--delay", "5", text}); }
  void click(int x, int y) { xdotool({"mousemove", QString::number(x), QString::number(y), "click", "1"}); }
  /// Waits until a visible window has this name.
  [[nodiscard]] bool waitForWindow(const QString& name);
  /// What is on the screen now.
  [[nodiscard]] QImage picture() const;

 private:
  QTemporaryDir folder_;
  QString display_;
  QProcess server_, manager_;
};

}  // namespace remat
