#include "gui/models/settings.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

namespace remat {
namespace {

constexpr const char* kRecent = "recent_files";
constexpr const char* kTheme = "theme";
constexpr const char* kFolder = "last_folder";
// Another number when the layout of the window changes, so that states of before are forgotten.
const QString kLayouts = "layout_1";
const QStringList kThemes = {"system", "light", "dark"};

}  // namespace

QStringList Settings::recentFiles() const { return QSettings().value(kRecent).toStringList().mid(0, kRecentFiles); }

void Settings::addRecentFile(const QString& path) {
  QStringList files = recentFiles();
  const QString absolute = QFileInfo(path).absoluteFilePath();
  files.removeAll(absolute);
  files.prepend(absolute);
  QSettings().setValue(kRecent, files.mid(0, kRecentFiles));
}

void Settings::removeRecentFile(const QString& path) {
  QStringList files = recentFiles();
  files.removeAll(path);
  QSettings().setValue(kRecent, files);
}

void Settings::clearRecentFiles() { QSettings().remove(kRecent); }

ThemeChoice Settings::theme() const {
  const auto index = kThemes.indexOf(QSettings().value(kTheme).toString());
  return index < 0 ? ThemeChoice::system : static_cast<ThemeChoice>(index);
}

void Settings::setTheme(ThemeChoice choice) { QSettings().setValue(kTheme, kThemes[static_cast<int>(choice)]); }

QByteArray Settings::layout(const QString& name) const {
  return QSettings().value(kLayouts + "/" + name).toByteArray();
}

void Settings::setLayout(const QString& name, const QByteArray& state) {
  QSettings().setValue(kLayouts + "/" + name, state);
}

void Settings::clearLayouts() { QSettings().remove(kLayouts); }

QString Settings::lastFolder() const {
  const QString folder = QSettings().value(kFolder).toString();
  return folder.isEmpty() || !QDir(folder).exists() ? QDir::homePath() : folder;
}

void Settings::setLastFolder(const QString& folder) { QSettings().setValue(kFolder, folder); }

}  // namespace remat
