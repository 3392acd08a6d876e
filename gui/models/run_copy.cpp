#include "gui/models/run_copy.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include "engine/spec/error.h"
#include "gui/models/saved_file.h"
#include "gui/models/text.h"

namespace remat {
namespace {

class RecordText {
 public:
  template <typename T>
  void add(const T& record) {
    text += toJsonLine(Record(record)) + "\n";
  }
  template <typename T>
  void add(const std::optional<T>& record) {
    if (record) add(*record);
  }
  template <typename T>
  void add(const std::vector<T>& records) {
    for (const T& record : records) add(record);
  }
  void add(const PointResult& point) {
    add(point.started);
    add(point.samples);
    add(point.memory);
    add(point.blocks);
    add(point.transfers);
    add(point.timeline);
    add(point.device_state);
    add(point.attribution);
    add(point.op_times);
    add(point.kernels);
    add(point.finished);
  }

  std::string text;
};

[[noreturn]] void fail(const QString& path, const QString& reason) {
  throw Error(ErrorKind::failed, path.toStdString(), reason.toStdString(), "choose another place, or make room");
}

}  // namespace

std::string runFileText(const Run& run) {
  RecordText out;
  for (int session = 0; session < static_cast<int>(run.sessions.size()); ++session) {
    const Session& from = run.sessions[static_cast<std::size_t>(session)];
    out.add(from.started);
    for (int worker = -1; worker < static_cast<int>(from.workers.size()); ++worker) {
      if (worker >= 0) out.add(from.workers[static_cast<std::size_t>(worker)]);
      for (const PointResult& point : run.points)
        if (point.session == session && point.worker == worker) out.add(point);
    }
  }
  out.add(run.events);
  return std::move(out.text);
}

void saveRunCopy(const Run& run, const QString& source, const QString& path) {
  QFile file(source);
  if (QFileInfo::exists(path) && QFileInfo(source) == QFileInfo(path)) fail(path, tr("this is the file itself"));
  if (source.isEmpty() || !file.open(QIODevice::ReadOnly))
    return saveFile(path, QByteArray::fromStdString(runFileText(run)));
  requireFile(path);
  QSaveFile copy(path);
  if (!copy.open(QIODevice::WriteOnly)) fail(path, copy.errorString());
  constexpr qint64 piece = qint64{1} << 20;
  for (QByteArray bytes = file.read(piece); !bytes.isEmpty(); bytes = file.read(piece))
    if (copy.write(bytes) != bytes.size()) fail(path, copy.errorString());
  if (!copy.flush() || !copy.commit()) fail(path, copy.errorString());
}

}  // namespace remat
