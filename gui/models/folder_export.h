// A folder of files, written step by step: one step per turn of the event loop, so that a window answers in between.
// Whole or not at all: files are made in a hidden folder inside the target and take their places once all are there.
// What was in the target before stays as it was if the export is cancelled or fails. A list in the target says what an
// export wrote, so that the next one of its kind leaves no file of it behind that would not fit the new ones.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <QObject>
#include <QString>
#include <QStringList>

namespace remat {

class StagedFolder;

class FolderExport : public QObject {
  Q_OBJECT

 public:
  /// Writes files below a folder that exists. May throw: the sentence becomes the problem.
  using Step = std::function<void(const QString& folder)>;
  enum class End : std::uint8_t { written, cancelled, failed };

  explicit FolderExport(QObject* parent = nullptr);
  ~FolderExport() override;

  /// Makes the folder if need be. `list`: name of the list of files, one for each kind of export. Signals come later,
  /// never from here. Not while another export is running.
  void start(const QString& folder, const QString& list, std::vector<Step> steps);
  /// Ends it now, with `cancelled`. Nothing if none is running.
  void cancel();
  [[nodiscard]] bool isRunning() const { return !steps_.empty(); }

 signals:
  void progressed(int done, int all);
  /// `paths`: what was written, sorted; empty unless `written`. `problem`: a sentence if `failed`.
  void ended(remat::FolderExport::End end, const QStringList& paths, const QString& problem);

 private:
  void goOn();
  void runStep();
  QStringList putInPlace();
  void end(End how, const QStringList& paths = {}, const QString& problem = {});

  QString folder_, list_;
  std::unique_ptr<StagedFolder> staged_;
  std::vector<Step> steps_;
  std::size_t next_ = 0;
  int number_ = 0;  // of this export: what was posted for an earlier one does nothing
};

}  // namespace remat
