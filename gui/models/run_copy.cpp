#include "gui/models/run_copy.h"

#include <QFile>
#include <QFileInfo>

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
  if (QFileInfo::exists(path) && QFileInfo(source) == QFileInfo(path)) {
    throw Error(ErrorKind::failed, path.toStdString(), tr("this is the file itself").toStdString(),
                "choose another place");
  }
  if (source.isEmpty() || !file.open(QIODevice::ReadOnly))
    return saveFile(path, QByteArray::fromStdString(runFileText(run)));
  constexpr qint64 piece = qint64{1} << 20;
  saveFile(path, [&] { return file.read(piece); });
}

}  // namespace remat
