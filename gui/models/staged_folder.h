// Files that take their places in a folder together or not at all: they are made in a hidden folder inside it.
#pragma once

#include <memory>

#include <QString>
#include <QStringList>

class QTemporaryDir;

namespace remat {

class StagedFolder {
 public:
  /// Makes the folder if need be. Throws Error(failed) if nothing can be written there.
  explicit StagedFolder(QString folder);
  /// What was not put in place is gone, and with it the folders that were made for it.
  ~StagedFolder();
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;

  /// Where the files are made.
  [[nodiscard]] QString path() const;
  /// A sentence or a path as it would be without the hidden folder, which nobody chose.
  [[nodiscard]] QString told(QString text) const;

  /// Relative paths of the files, sorted. What was there before stays as it was if it throws Error(failed). `list`:
  /// name of a file in the folder that says what was written, so that the next time with this list leaves no file
  /// behind that would not fit the new ones; empty: none.
  QStringList putInPlace(const QString& list = {});

 private:
  /// Folders that were not there before; innermost first.
  struct MadeFolders {
    ~MadeFolders();
    QStringList paths{};
  };
  void makeFolder(const QString& path);

  QString folder_;
  MadeFolders made_;
  std::unique_ptr<QTemporaryDir> staging_;
};

}  // namespace remat
