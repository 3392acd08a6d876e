#include "gui/models/saved_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <QFileInfo>
#include <QSaveFile>

#include "engine/spec/error.h"

namespace remat {
namespace {

/// Writes all of it, or says why not.
QString problemOfWriting(QSaveFile& file, const std::function<QByteArray()>& nextPiece) {
  if (!file.open(QIODevice::WriteOnly)) return file.errorString();
  // QSaveFile does not tell a full disk from other errors; the system does.
  const auto reason = [&] { return errno != 0 ? QString::fromLocal8Bit(std::strerror(errno)) : file.errorString(); };
  for (QByteArray bytes = nextPiece(); !bytes.isEmpty(); bytes = nextPiece()) {
    errno = 0;
    if (file.write(bytes) != bytes.size()) return reason();
  }
  errno = 0;
  // flush(): commit() alone does not see that what was still buffered found no room.
  return file.flush() && file.commit() ? QString() : reason();
}

}  // namespace

void requireFile(const QString& path) {
  if (const QFileInfo there(path); there.exists() && !there.isFile())
    throw Error(ErrorKind::failed, path.toStdString(), "expected a file, found something else", "choose another name");
}

void saveFile(const QString& path, const std::function<QByteArray()>& nextPiece) {
  requireFile(path);
  QSaveFile file(path);
  const QString problem = problemOfWriting(file, nextPiece);
  if (problem.isEmpty()) return;
  throw Error(ErrorKind::failed, path.toStdString(), "cannot be written: " + problem.toStdString(),
              "choose another folder or free some space");
}

void saveFile(const QString& path, const QByteArray& bytes) {
  saveFile(path, [rest = bytes]() mutable { return std::exchange(rest, {}); });
}

}  // namespace remat
