#include "gui/models/sweep_process.h"

#include <algorithm>
#include <csignal>
#include <sys/prctl.h>

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

#include "gui/models/local_text.h"
#include "gui/models/record_tail.h"

namespace remat {
namespace {

constexpr int kFollowInterval = 250;
constexpr int kPatience = 20'000;  // a step of a large model takes its time
constexpr int kLastPatience = 3'000;

QString shortName(const PointSpec& spec) {
  return SweepProcess::tr("%1, batch %2, %3 tokens")
      .arg(QString::fromStdString(spec.policy))
      .arg(spec.training.batch_size)
      .arg(spec.training.sequence_length);
}

}  // namespace

std::optional<std::int64_t> remainingMs(std::int64_t elapsed_ms, double done_ratio) {
  constexpr double enough = 0.05;
  if (done_ratio < enough || done_ratio >= 1.0) return std::nullopt;
  return static_cast<std::int64_t>(static_cast<double>(elapsed_ms) * (1.0 - done_ratio) / done_ratio);
}

SweepProcess::SweepProcess(QObject* parent) : QObject(parent) {
  // If this program is lost, the sweep ends as if it had been stopped.
  process_.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGINT); });
  process_.setStandardInputFile(QProcess::nullDevice());
  process_.setStandardOutputFile(QProcess::nullDevice());
  timer_.setInterval(kFollowInterval);
  patience_.setSingleShot(true);
  connect(&timer_, &QTimer::timeout, this, &SweepProcess::follow);
  connect(&patience_, &QTimer::timeout, this, &SweepProcess::stop);
  connect(&process_, &QProcess::readyReadStandardError, this, &SweepProcess::readErrors);
  connect(&process_, &QProcess::started, this, &SweepProcess::started);
  connect(&process_, &QProcess::finished, this, &SweepProcess::processFinished);
  connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error != QProcess::FailedToStart) return;
    conclude(End::failed,
             tr("Nothing was measured: %1 could not be started (%2). Install the command line of rematscope "
                "beside this program, or name it in REMATSCOPE_PROGRAM.")
                 .arg(process_.program(), process_.errorString()));
  });
}

SweepProcess::~SweepProcess() {
  disconnect(&process_, nullptr, this, nullptr);
  if (!isRunning()) return;
  send(SIGINT);
  if (process_.waitForFinished(kLastPatience)) return;
  process_.kill();
  process_.waitForFinished(kLastPatience);
}

QString SweepProcess::program() {
  const QString named = qEnvironmentVariable("REMATSCOPE_PROGRAM");
  if (!named.isEmpty()) return named;
  const QString beside = QCoreApplication::applicationDirPath() + "/rematscope";
  if (QFileInfo(beside).isExecutable()) return beside;
  const QString found = QStandardPaths::findExecutable("rematscope");
  return found.isEmpty() ? QString("rematscope") : found;
}

void SweepProcess::start(const QString& program, const QStringList& arguments, const QString& output) {
  if (isRunning()) return;
  progress_ = {};
  samples_.clear();
  output_ = output;
  last_words_.clear();
  last_warning_.clear();
  errors_.clear();
  stops_ = 0;
  appeared_ = false;
  QDir().mkpath(QFileInfo(output).absolutePath());
  tail_ = std::make_unique<RecordTail>(output, QFileInfo(output).size());
  since_start_.start();
  timer_.start();
  process_.start(program, arguments, QIODevice::ReadOnly);
  emit progressChanged();
}

void SweepProcess::send(int signal) { ::kill(static_cast<pid_t>(process_.processId()), signal); }

void SweepProcess::stop() {
  if (process_.state() == QProcess::Starting) return process_.kill();
  if (!isRunning()) return;
  ++stops_;
  if (stops_ == 1) send(SIGINT);
  if (stops_ == 2) send(SIGTERM);
  if (stops_ > 2) process_.kill();
  patience_.start(stops_ == 1 ? kPatience : kLastPatience);
  emit progressChanged();
}

void SweepProcess::follow() {
  const MeasureProgress before = progress_;
  const bool is_there = tail_->read([this](const Record& record) { take(record); });
  if (is_there && !std::exchange(appeared_, true)) emit fileAppeared(output_);
  progress_.done_ratio = doneRatio();
  progress_.left_ms = remainingMs(since_start_.elapsed(), progress_.done_ratio);
  if (progress_ != before) emit progressChanged();
}

void SweepProcess::take(const Record& record) {
  if (const auto* started = std::get_if<PointStarted>(&record)) {
    progress_.point = shortName(started->spec);
    progress_.doing = tr("preparing");
    samples_[started->point] = 0;
  } else if (const auto* sample = std::get_if<Sample>(&record)) {
    progress_.doing = sample->warm_up ? tr("warm-up") : tr("timing");
    ++samples_[sample->point];
  } else if (const auto* finished = std::get_if<PointFinished>(&record)) {
    ++progress_.finished;
    samples_.erase(finished->point);
    if (finished->outcome != Outcome::completed) ++progress_.not_completed;
  } else if (const auto* event = std::get_if<Event>(&record); event != nullptr && event->severity != "info") {
    ++progress_.warnings;
    last_warning_ = localSentence(event->message).remove(u'`');
    if (!last_warning_.endsWith(u'.')) last_warning_ += u'.';
    emit warned(last_warning_);
  }
}

// Points of one model are timed in turn and end together, so finished points alone would stand still for long.
double SweepProcess::doneRatio() const {
  constexpr double preparing = 0.15, sample = 0.08, at_most = 0.9;
  if (progress_.points == 0) return 0.0;
  auto done = static_cast<double>(progress_.finished);
  for (const auto& [point, count] : samples_) done += std::min(preparing + sample * count, at_most);
  return std::min(done / static_cast<double>(progress_.points), 1.0);
}

void SweepProcess::readErrors() {
  static const QRegularExpression announcement("^(\\d+) points? to measure");
  errors_ += process_.readAllStandardError();
  for (qsizetype end = errors_.indexOf('\n'); end >= 0; end = errors_.indexOf('\n')) {
    const QString line = QString::fromUtf8(errors_.left(end)).trimmed();
    errors_.remove(0, end + 1);
    if (!line.isEmpty()) emit logged(line);
    const auto match = announcement.match(line);
    if (match.hasMatch()) {
      progress_.points = match.captured(1).toLongLong();
      emit progressChanged();
    } else if (!line.isEmpty()) {
      last_words_ = line;
    }
  }
}

QString SweepProcess::keptText() const {
  const QString file = QFileInfo(output_).fileName();
  if (progress_.finished == 0) return tr("No point was finished.");
  if (progress_.finished == 1) return tr("One finished point is kept in %1.").arg(file);
  return tr("%1 finished points are kept in %2.").arg(progress_.finished).arg(file);
}

void SweepProcess::processFinished(int code, QProcess::ExitStatus status) {
  constexpr int cancelled = 130;
  readErrors();
  if (!errors_.trimmed().isEmpty()) last_words_ = QString::fromUtf8(errors_.trimmed());
  follow();
  if (stops_ > 0 || (status == QProcess::NormalExit && code == cancelled))
    return conclude(End::stopped, tr("Stopped. %1 Measure again goes on where it stopped.").arg(keptText()));
  if (status == QProcess::CrashExit)
    return conclude(End::failed, tr("The measurement ended unexpectedly (%1). %2 Measure again goes on from there.")
                                     .arg(process_.errorString(), keptText()));
  if (code != 0) {
    const QString words = QString(last_words_).remove(QRegularExpression("^rematscope: "));
    return conclude(End::failed, tr("The measurement failed: %1. %2")
                                     .arg(words.isEmpty() ? tr("it ended with code %1").arg(code) : words, keptText()));
  }
  QString sentence = tr("Measured. %1").arg(keptText());
  if (progress_.not_completed > 0)
    sentence += " " + tr("%1 of them did not complete; Diagnose says why.").arg(progress_.not_completed);
  if (progress_.warnings == 1) sentence += " " + tr("There was a warning: %1").arg(last_warning_);
  if (progress_.warnings > 1)
    sentence += " " + tr("There were %1 warnings, the last: %2").arg(progress_.warnings).arg(last_warning_);
  conclude(End::completed, sentence);
}

void SweepProcess::conclude(End end, const QString& sentence) {
  timer_.stop();
  patience_.stop();
  progress_.left_ms.reset();
  emit progressChanged();
  emit ended(end, sentence);
}

}  // namespace remat
