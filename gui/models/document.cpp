#include "gui/models/document.h"

#include <exception>
#include <utility>

#include <QFile>
#include <QFileInfo>

#include "gui/models/background_job.h"
#include "gui/models/run_messages.h"
#include "gui/models/run_reader.h"

namespace remat {
namespace {

constexpr const char* kSample = ":/sample/sample.remat.jsonl";

struct SampleReading {
  std::shared_ptr<const Run> run;
  QString error;
};

SampleReading readSample() {
  QFile file(kSample);
  if (!file.open(QIODevice::ReadOnly)) return {nullptr, Document::tr("This program was built without its sample run.")};
  try {
    const QByteArray text = file.readAll();
    return {std::make_shared<const Run>(parseRun({text.constData(), static_cast<std::size_t>(text.size())}, "sample")),
            {}};
  } catch (const std::exception& error) {
    return {nullptr, QString::fromUtf8(error.what())};
  }
}

}  // namespace

Document::Document(QObject* parent) : QObject(parent), run_(std::make_shared<const Run>()) {}
Document::~Document() = default;

void Document::setGrowing(bool growing) {
  const bool before = isBeingMeasured();
  growing_ = growing;
  if (before != isBeingMeasured()) emit beingMeasuredChanged();
}

void Document::setMeasuredHere(bool measured) {
  const bool before = isBeingMeasured();
  measured_here_ = measured;
  was_measured_here_ = was_measured_here_ || measured;
  if (before != isBeingMeasured()) emit beingMeasuredChanged();
}

void Document::begin(const QString& path) {
  reader_.reset();
  was_measured_here_ = quiet_ = false;
  setGrowing(false);
  path_ = path;
  message_.clear();
  is_sample_ = path.isEmpty();
  state_ = State::loading;
  emit stateChanged();
}

void Document::open(const QString& path) {
  begin(QFileInfo(path).absoluteFilePath());
  reader_ = std::make_unique<RunReader>(path_);
  connect(reader_.get(), &RunReader::loaded, this, [this](const std::shared_ptr<const Run>& run, bool growing) {
    quiet_ = quiet_ && !growing;
    take(run, runMessage(*run, growing));
    setGrowing(growing);
  });
  connect(reader_.get(), &RunReader::rested, this, [this] {
    quiet_ = true;
    setGrowing(false);
  });
  connect(reader_.get(), &RunReader::failed, this, &Document::fail);
  connect(reader_.get(), &RunReader::lost, this,
          [this](FileChange change) { say(lostMessage(change, path_, runMessage(*run_, false))); });
  reader_->load();
}

void Document::openSample() {
  begin({});
  inBackground<SampleReading>(this, readSample, [this](const SampleReading& reading) {
    if (!is_sample_) return;  // something else was opened meanwhile
    if (reading.run) {
      take(reading.run, {});
    } else {
      fail(reading.error);
    }
  });
}

void Document::reload() {
  if (state_ == State::empty) return;
  if (is_sample_) return openSample();
  if (reader_) reader_->load();
}

void Document::close() {
  reader_.reset();
  setGrowing(false);
  run_ = std::make_shared<const Run>();
  path_.clear();
  message_.clear();
  is_sample_ = false;
  state_ = State::empty;
  emit runChanged();
  emit stateChanged();
}

void Document::take(std::shared_ptr<const Run> run, const QString& message) {
  run_ = std::move(run);
  message_ = message;
  state_ = State::open;
  emit runChanged();
  emit stateChanged();
}

void Document::fail(const QString& message) {
  // A run that was read stays on screen: only the first reading of a file can leave nothing.
  if (state_ != State::open) {
    run_ = std::make_shared<const Run>();
    state_ = State::failed;
    message_ = message;
    emit runChanged();
    emit stateChanged();
    return;
  }
  say(tr("%1 What was read before is still shown.").arg(message + (message.endsWith('.') ? "" : ".")));
}

void Document::say(const QString& message) {
  if (std::exchange(message_, message) != message) emit stateChanged();
}

}  // namespace remat
