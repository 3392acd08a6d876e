// What the program remembers from one start to the next: recent files, the theme, the layout, the memory line.
#pragma once

#include <cstdint>

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace remat {

enum class ThemeChoice : std::uint8_t { system, light, dark };

/// Reads and writes at once; several windows may share it. Values from elsewhere are checked when they are read.
class Settings {
 public:
  static constexpr int kRecentFiles = 10;

  [[nodiscard]] QStringList recentFiles() const;
  /// To the front.
  void addRecentFile(const QString& path);
  void removeRecentFile(const QString& path);
  void clearRecentFiles();

  [[nodiscard]] ThemeChoice theme() const;
  void setTheme(ThemeChoice choice);

  /// Of a window or splitter, by its name; empty if there is none of this version.
  [[nodiscard]] QByteArray layout(const QString& name) const;
  void setLayout(const QString& name, const QByteArray& state);
  void clearLayouts();

  [[nodiscard]] QString lastFolder() const;
  void setLastFolder(const QString& folder);
};

}  // namespace remat
