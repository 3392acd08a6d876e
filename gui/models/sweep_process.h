// One sweep as a child process: started, followed, stopped. It writes its run file itself; whatever happens to this
// program or to it, finished points are in the file.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <QElapsedTimer>
#include <QObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTimer>

#include "profiler/core/records.h"

namespace remat {

class RecordTail;

struct MeasureProgress {
  std::int64_t points = 0;  ///< to measure; 0: not known yet
  std::int64_t finished = 0;
  std::int64_t not_completed = 0;  ///< of those: out of memory, failed or skipped
  std::int64_t warnings = 0;       ///< events that somebody should know of, such as a worker that was lost
  QString point;                   ///< that is being measured: "full, batch 2"
  QString doing;                   ///< "warm-up", "timing"
  double done_ratio = 0.0;         ///< of all points: those that run count in part, as far as their samples tell
  std::optional<std::int64_t> left_ms;
  bool operator==(const MeasureProgress&) const = default;
};

class SweepProcess : public QObject {
  Q_OBJECT

 public:
  enum class End : std::uint8_t { completed, stopped, failed };

  explicit SweepProcess(QObject* parent = nullptr);
  /// Stops what runs and waits a moment for it.
  ~SweepProcess() override;

  /// Where rematscope is: $REMATSCOPE_PROGRAM, else beside this program, else in PATH.
  [[nodiscard]] static QString program();

  /// `arguments` write `output`. Only one at a time.
  void start(const QString& program, const QStringList& arguments, const QString& output);
  /// Asks it to end after the step that runs, which keeps every finished point; a second time, and after a while by
  /// itself, it is ended.
  void stop();
  [[nodiscard]] bool isRunning() const { return process_.state() != QProcess::NotRunning; }
  [[nodiscard]] bool isStopping() const { return stops_ > 0 && isRunning(); }
  [[nodiscard]] const MeasureProgress& progress() const { return progress_; }
  [[nodiscard]] const QString& output() const { return output_; }

 signals:
  void started();
  void fileAppeared(const QString& output);
  void progressChanged();
  void warned(const QString& sentence);  ///< by an event of the run
  void logged(const QString& line);      ///< what the command line and its worker wrote to their log
  /// The sentence says what happened and what to do.
  void ended(remat::SweepProcess::End end, const QString& sentence);

 private:
  void follow();
  void readErrors();
  void take(const Record& record);
  [[nodiscard]] double doneRatio() const;
  void conclude(End end, const QString& sentence);
  void processFinished(int code, QProcess::ExitStatus status);
  [[nodiscard]] QString keptText() const;
  void send(int signal);

  QProcess process_;
  QTimer timer_, patience_;
  QElapsedTimer since_start_;
  std::unique_ptr<RecordTail> tail_;
  MeasureProgress progress_;
  std::map<std::string, int> samples_;  // of points that are not finished, by key
  QString output_, last_words_, last_warning_;
  QByteArray errors_;  // a line without its end
  int stops_ = 0;
  bool appeared_ = false;
};

/// How long the rest takes if it goes on as before; absent as long as too little is done to tell.
[[nodiscard]] std::optional<std::int64_t> remainingMs(std::int64_t elapsed_ms, double done_ratio);

}  // namespace remat
