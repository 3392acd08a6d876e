#include "gui/models/file_swap.h"

#include <filesystem>
#include <utility>
#include <vector>

#include <QDir>
#include <QFileInfo>

#include "engine/spec/error.h"
#include "gui/models/saved_file.h"

namespace remat {
namespace {

namespace fs = std::filesystem;

/// Moves files and can take all of it back.
class Moves {
 public:
  Moves() = default;
  Moves(const Moves&) = delete;
  Moves& operator=(const Moves&) = delete;
  ~Moves() {
    std::error_code ignored;  // there is nothing else to try
    for (; !done_.empty(); done_.pop_back()) fs::rename(done_.back().second, done_.back().first, ignored);
  }

  /// `told`: the file that is named if it cannot be moved.
  void move(const QString& from, const QString& to, const QString& told) {
    QDir().mkpath(QFileInfo(to).path());
    std::error_code problem;
    fs::rename(from.toStdString(), to.toStdString(), problem);
    if (problem)
      throw Error(ErrorKind::failed, told.toStdString(), "cannot be written: " + problem.message(),
                  "choose another folder");
    done_.emplace_back(from.toStdString(), to.toStdString());
  }
  void keep() { done_.clear(); }

 private:
  std::vector<std::pair<fs::path, fs::path>> done_;
};

bool isThere(const QString& path) { return QFileInfo(path).isSymLink() || QFileInfo::exists(path); }

}  // namespace

void swapFiles(const FileSwap& swap) {
  const QDir from(swap.from), to(swap.to), aside(swap.aside);
  for (const QString& file : swap.files) requireFile(to.filePath(file));
  Moves moves;
  for (const QString& file : swap.files + swap.stale)
    if (isThere(to.filePath(file))) moves.move(to.filePath(file), aside.filePath(file), to.filePath(file));
  for (const QString& file : swap.files) moves.move(from.filePath(file), to.filePath(file), to.filePath(file));
  moves.keep();
  for (const QString& file : swap.stale) QDir().rmdir(QFileInfo(to.filePath(file)).path());  // only if it is empty now
}

}  // namespace remat
