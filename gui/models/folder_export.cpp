#include "gui/models/folder_export.h"

#include <exception>
#include <filesystem>
#include <utility>

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTimer>

#include "engine/spec/error.h"
#include "gui/models/saved_file.h"

namespace remat {
namespace {

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

void move(const QString& from, const QString& to) {
  std::error_code problem;
  std::filesystem::rename(from.toStdString(), to.toStdString(), problem);  // replaces, which QFile::rename does not
  if (problem) throw cannotWrite(to, QString::fromStdString(problem.message()));
}

}  // namespace

FolderExport::FolderExport(QObject* parent) : QObject(parent) {}

FolderExport::~FolderExport() {
  blockSignals(true);
  cancel();
}

void FolderExport::start(const QString& folder, std::vector<Step> steps) {
  if (isRunning()) return;
  folder_ = QDir::cleanPath(QDir(folder).absolutePath());
  // Preparation is the first step, so that its problems are told like all others.
  steps.insert(steps.begin(), [this](const QString&) {
    makeFolder(folder_);
    staging_ = std::make_unique<QTemporaryDir>(QDir(folder_).filePath(QStringLiteral(".export-XXXXXX")));
    if (!staging_->isValid()) throw cannotWrite(folder_, staging_->errorString());
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
    steps_[next_](staging_ ? staging_->path() : QString());
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
  const QDir from(staging_->path()), to(folder_);
  const QStringList files = filesBelow(from);
  for (const QString& file : files) {  // nothing is moved unless everything can be
    makeFolder(QFileInfo(to.filePath(file)).path());
    requireFile(to.filePath(file));
  }
  QStringList paths;
  for (const QString& file : files) {
    move(from.filePath(file), to.filePath(file));
    paths << to.filePath(file);
  }
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
