// Puts a set of files where another set may be, all of them or none.
#pragma once

#include <QString>
#include <QStringList>

namespace remat {

struct FileSwap {
  QString from;         ///< folder that has `files`
  QString to;           ///< folder, on the same file system
  QString aside;        ///< folder for what is replaced, on the same file system: the caller removes it
  QStringList files{};  ///< relative to `from` and `to`
  QStringList stale{};  ///< relative to `to`: removed; those that are not there are left out
};

/// Throws Error(failed) if a file cannot take its place, and then `to` has what it had before.
void swapFiles(const FileSwap& swap);

}  // namespace remat
