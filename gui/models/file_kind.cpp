#include "gui/models/file_kind.h"

#include <QFile>
#include <QFileInfo>

#include "gui/models/text.h"
#include "profiler/core/run_file.h"

namespace remat {
FileKind fileKind(const QString& path) {
  if (!QFileInfo::exists(path)) return FileKind::missing;
  if (path.endsWith(".jsonl")) return FileKind::run;  // also an empty one, which a sweep is about to fill
  if (beginsAsRun(path.toStdString())) return FileKind::run;
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return FileKind::unknown;
  constexpr qint64 peeked = 4096;
  const QByteArray begin = file.peek(peeked).trimmed();
  if (begin.startsWith('{')) return FileKind::config;
  return FileKind::unknown;
}

QString fileKindProblem(FileKind kind, const QString& path) {
  if (kind == FileKind::missing)
    return tr("There is no file %1. It may have been moved or deleted; open it where it is now.").arg(path);
  if (kind == FileKind::unknown)
    return tr("%1 is neither a run file (*.remat.jsonl) nor a config.json, or it cannot be read. Open one of those.")
        .arg(QFileInfo(path).fileName());
  return {};
}

}  // namespace remat
