#include "gui/models/run_reader.h"

#include <exception>
#include <sys/stat.h>
#include <utility>

#include <QFile>

#include "gui/models/background_job.h"

namespace remat {
namespace {

constexpr int kLiveInterval = 400;
constexpr int kIdleInterval = 2000;

}  // namespace

struct RunReader::Reading {
  std::shared_ptr<const Run> run;
  QString error;
  std::optional<FileMark> mark;  // of before the reading: what was appended meanwhile is read next time
};

std::optional<FileMark> fileMark(const QString& path) {
  struct stat status = {};
  if (::stat(QFile::encodeName(path).constData(), &status) != 0) return std::nullopt;
  return FileMark{.device = status.st_dev,
                  .number = status.st_ino,
                  .size_bytes = status.st_size,
                  .changed_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
}

FileChange fileChange(const FileMark& loaded, std::int64_t torn_bytes, const std::optional<FileMark>& now) {
  if (!now) return FileChange::gone;
  if (*now == loaded) return FileChange::none;
  const bool same_file = now->device == loaded.device && now->number == loaded.number;
  // A sweep that resumes cuts a torn last line off before it goes on.
  return same_file && now->size_bytes >= loaded.size_bytes - torn_bytes ? FileChange::grown : FileChange::replaced;
}

RunReader::RunReader(QString path, QObject* parent) : QObject(parent), path_(std::move(path)) {
  timer_.setTimerType(Qt::CoarseTimer);
  connect(&timer_, &QTimer::timeout, this, &RunReader::look);
}

void RunReader::load() {
  if (std::exchange(busy_, true)) return;
  inBackground<Reading>(
      this,
      [path = path_] {
        Reading reading;
        reading.mark = fileMark(path);
        try {
          reading.run = std::make_shared<const Run>(loadRun(QFile::encodeName(path).toStdString()));
        } catch (const std::exception& error) {
          reading.error = QString::fromUtf8(error.what());
        }
        return reading;
      },
      [this](const Reading& reading) { take(reading); });
}

void RunReader::take(const Reading& reading) {
  busy_ = false;
  if (!reading.run) {
    emit failed(reading.error);
  } else {
    if (loaded_mark_ && fileChange(*loaded_mark_, torn_bytes_, reading.mark) == FileChange::grown) grows_ = true;
    if (!loaded_mark_ || loaded_mark_ != reading.mark) since_growth_.restart();
    loaded_mark_ = reading.mark;
    torn_bytes_ = reading.run->damage.torn_bytes;
    lost_ = FileChange::none;
    emit loaded(reading.run, grows_);
  }
  setInterval();
}

void RunReader::look() {
  if (busy_ || !loaded_mark_) return;
  const FileChange change = fileChange(*loaded_mark_, torn_bytes_, fileMark(path_));
  if (change == FileChange::grown) return load();
  if (change != std::exchange(lost_, change)) emit lost(change);
  setInterval();
}

void RunReader::setInterval() {
  const bool live = since_growth_.isValid() && since_growth_.elapsed() < kLiveSeconds * 1000;
  const int interval = live ? kLiveInterval : kIdleInterval;
  if (!live && std::exchange(grows_, false)) emit rested();
  if (!timer_.isActive() || timer_.interval() != interval) timer_.start(interval);
}

}  // namespace remat
