#include "gui/models/folder_export.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTimer>

#include "engine/spec/error.h"
#include "gui/models/file_swap.h"
#include "gui/models/saved_file.h"

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

FolderExport::FolderExport(QObject* parent) : QObject(parent) {}

FolderExport::~FolderExport() {
  blockSignals(true);
  cancel();
}

void FolderExport::start(const QString& folder, const QString& list, std::vector<Step> steps) {
  if (isRunning()) return;
  list_ = list;
  folder_ = QDir::cleanPath(QDir(folder).absolutePath());
  // Preparation is the first step, so that its problems are told like all others.
  steps.insert(steps.begin(), [this](const QString&) {
    makeFolder(folder_);
    staging_ = std::make_unique<QTemporaryDir>(QDir(folder_).filePath(QStringLiteral(".export-XXXXXX")));
    if (!staging_->isValid()) throw cannotWrite(folder_, staging_->errorString());
    QDir(staging_->path()).mkdir(kNew);
  });
  steps_ = std::move(steps);
  made_folders_.clear();
  next_ = 0;
  ++number_;
  goOn();
}

void FolderExport::goOn() {
  QTimer::singleShot(0, this, [this, number = number_] {
    if (isRunning() && number == number_) runStep();
  });
}

void FolderExport::runStep() {
  try {
    steps_[next_](staging_ ? staging_->filePath(kNew) : QString());
    if (++next_ == steps_.size()) return end(End::written, putInPlace());
  } catch (const std::exception& error) {
    return end(End::failed, {}, QString::fromUtf8(error.what()));
  }
  emit progressed(static_cast<int>(next_ - 1), static_cast<int>(steps_.size() - 1));
  goOn();
}

void FolderExport::makeFolder(const QString& path) {
  made_folders_ = missingFolders(path) + made_folders_;
  if (!QDir().mkpath(path)) throw cannotWrite(path, tr("the folder cannot be made"));
}

QStringList FolderExport::putInPlace() {
  const QDir from(staging_->filePath(kNew)), to(folder_);
  const QStringList files = filesBelow(from);
  if (files.isEmpty()) return {};
  QStringList stale = listedIn(list_, to);
  stale.removeIf([&](const QString& file) { return std::binary_search(files.begin(), files.end(), file); });
  saveFile(from.filePath(list_), files.join(u'\n').toUtf8() + '\n');
  for (const QString& file : files) makeFolder(QFileInfo(to.filePath(file)).path());
  swapFiles({from.path(), to.path(), staging_->filePath(kOld), files + QStringList(list_), stale});
  QStringList paths;
  for (const QString& file : files) paths << to.filePath(file);
  return paths;
}

void FolderExport::cancel() {
  if (isRunning()) end(End::cancelled);
}

void FolderExport::end(End how, const QStringList& paths, const QString& problem) {
  steps_.clear();
  staging_.reset();
  if (how != End::written)
    for (const QString& made : std::exchange(made_folders_, {})) QDir().rmdir(made);  // only if nobody put anything in
  emit ended(how, paths, problem);
}

}  // namespace remat
