#include "gui/models/staged_folder.h"

#include <algorithm>
#include <utility>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include "engine/spec/error.h"
#include "gui/models/file_swap.h"
#include "gui/models/saved_file.h"
#include "gui/models/text.h"

namespace remat {
namespace {

// In the staging folder: what is made, and what it replaces.
const QString kNew = QStringLiteral("new");
const QString kOld = QStringLiteral("old");

/// Folders on the way that are not there yet, innermost first.
QStringList missingFolders(const QString& folder) {
  QStringList missing;
  for (QString at = QDir::cleanPath(folder); !QFileInfo::exists(at); at = QFileInfo(at).path()) {
    missing << at;
    if (QFileInfo(at).path() == at) break;
  }
  return missing;
}

QStringList filesBelow(const QDir& folder) {
  QStringList files;
  QDirIterator all(folder.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
  while (all.hasNext()) files << folder.relativeFilePath(all.next());
  files.sort();
  return files;
}

Error cannotWrite(const QString& path, const QString& why) {
  return {ErrorKind::failed, path.toStdString(), "cannot be written: " + why.toStdString(), "choose another folder"};
}

/// Inside the folder, by its name and where its parts lead: a list may come from elsewhere with its folder.
bool isFileIn(const QDir& folder, const QString& file) {
  if (file.isEmpty() || QDir::isAbsolutePath(file) || QDir::cleanPath(file).startsWith(QLatin1String("..")))
    return false;
  const QFileInfo info(folder.filePath(file));
  const QString home = folder.canonicalPath();
  const QString place = QFileInfo(info.path()).canonicalFilePath();
  return info.isFile() && (place == home || place.startsWith(home + u'/'));
}

/// What an earlier export of this kind wrote here, of what is still there.
QStringList listedIn(const QString& list, const QDir& folder) {
  QFile file(folder.filePath(list));
  constexpr qint64 most_bytes = qint64{4} << 20;
  if (!QFileInfo(file).isFile() || !file.open(QIODevice::ReadOnly)) return {};
  QStringList files = QString::fromUtf8(file.read(most_bytes)).split(u'\n', Qt::SkipEmptyParts);
  files.removeIf([&](const QString& line) { return !isFileIn(folder, line); });
  return files;
}

}  // namespace

StagedFolder::StagedFolder(QString folder) : folder_(std::move(folder)) {
  makeFolder(folder_);
  staging_ = std::make_unique<QTemporaryDir>(QDir(folder_).filePath(QStringLiteral(".export-XXXXXX")));
  if (!staging_->isValid()) throw cannotWrite(folder_, staging_->errorString());
  QDir(staging_->path()).mkdir(kNew);
}

StagedFolder::~StagedFolder() = default;

StagedFolder::MadeFolders::~MadeFolders() {
  for (const QString& made : paths) QDir().rmdir(made);  // only if nobody put anything in
}

QString StagedFolder::path() const { return staging_->filePath(kNew); }
QString StagedFolder::told(QString text) const { return text.replace(path(), folder_); }

void StagedFolder::makeFolder(const QString& path) {
  made_.paths = missingFolders(path) + made_.paths;
  if (!QDir().mkpath(path)) throw cannotWrite(path, tr("the folder cannot be made"));
}

QStringList StagedFolder::putInPlace(const QString& list) {
  const QDir from(path()), to(folder_);
  const QStringList files = filesBelow(from);
  if (files.isEmpty()) return {};
  FileSwap swap{from.path(), to.path(), staging_->filePath(kOld), files, {}};
  if (!list.isEmpty()) {
    swap.stale = listedIn(list, to);
    swap.stale.removeIf([&](const QString& file) { return std::binary_search(files.begin(), files.end(), file); });
    saveFile(from.filePath(list), files.join(u'\n').toUtf8() + '\n');
    swap.files += list;
  }
  for (const QString& file : files) makeFolder(QFileInfo(to.filePath(file)).path());
  swapFiles(swap);
  made_.paths.clear();
  return files;
}

}  // namespace remat
