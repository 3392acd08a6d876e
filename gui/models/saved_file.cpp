#include "gui/models/saved_file.h"

#include <QFileInfo>
#include <QSaveFile>

#include "engine/spec/error.h"

namespace remat {

void requireFile(const QString& path) {
  if (const QFileInfo there(path); there.exists() && !there.isFile())
    throw Error(ErrorKind::failed, path.toStdString(), "expected a file, found something else", "choose another name");
}

void saveFile(const QString& path, const QByteArray& bytes) {
  requireFile(path);
  QSaveFile file(path);
  // flush(): commit() alone does not see that what was still buffered found no room.
  const bool written =
      file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.flush() && file.commit();
  if (written) return;
  throw Error(ErrorKind::failed, path.toStdString(), "cannot be written: " + file.errorString().toStdString(),
              "choose another folder or free some space");
}

}  // namespace remat
