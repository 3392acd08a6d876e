#include "gui/models/folder_export.h"

#include <exception>
#include <utility>

#include <QDir>
#include <QTimer>

#include "gui/models/staged_folder.h"

namespace remat {

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
  steps.insert(steps.begin(), [this](const QString&) { staged_ = std::make_unique<StagedFolder>(folder_); });
  steps_ = std::move(steps);
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
    steps_[next_](staged_ ? staged_->path() : QString());
    if (++next_ == steps_.size()) return end(End::written, putInPlace());
  } catch (const std::exception& error) {
    const QString problem = QString::fromUtf8(error.what());
    return end(End::failed, {}, staged_ ? staged_->told(problem) : problem);
  }
  emit progressed(static_cast<int>(next_ - 1), static_cast<int>(steps_.size() - 1));
  goOn();
}

QStringList FolderExport::putInPlace() {
  QStringList paths;
  for (const QString& file : staged_->putInPlace(list_)) paths << QDir(folder_).filePath(file);
  return paths;
}

void FolderExport::cancel() {
  if (isRunning()) end(End::cancelled);
}

void FolderExport::end(End how, const QStringList& paths, const QString& problem) {
  steps_.clear();
  staged_.reset();
  emit ended(how, paths, problem);
}

}  // namespace remat
