// One open run: the file, what it says, and what is wrong with it. Files that a sweep is still writing are read again
// as they grow; a file that is deleted or replaced leaves what was read and a sentence about it.
#pragma once

#include <cstdint>
#include <memory>

#include <QObject>
#include <QString>

#include "profiler/core/run.h"

namespace remat {

class RunReader;

class Document : public QObject {
  Q_OBJECT

 public:
  enum class State : std::uint8_t {
    empty,    ///< nothing is open
    loading,  ///< the first reading of a file is under way
    open,
    failed  ///< the file could not be read; message() says why and what to do
  };

  explicit Document(QObject* parent = nullptr);
  ~Document() override;

  /// Reads the file in the background; ends with stateChanged. Another open() before that takes its place.
  void open(const QString& path);
  /// The recorded run that is part of the program.
  void openSample();
  /// Reads the file again, whatever became of it.
  void reload();
  void close();

  /// Never null; an empty run if nothing is open. Immutable: a reload gives another object.
  [[nodiscard]] const std::shared_ptr<const Run>& run() const { return run_; }
  [[nodiscard]] const QString& path() const { return path_; }  ///< empty for the sample
  [[nodiscard]] bool isSample() const { return is_sample_; }
  [[nodiscard]] State state() const { return state_; }
  /// A sentence for the strip above the pages: damage, a newer version, a file that is gone. Empty: all is well.
  [[nodiscard]] const QString& message() const { return message_; }
  /// Somebody is still writing the file: the measurement of this window, or another one that let it grow a moment ago.
  [[nodiscard]] bool isBeingMeasured() const { return measured_here_ || (growing_ && !was_measured_here_); }
  /// It grew while it was open, and has not for kLiveSeconds: nobody can say from here whether it is still written.
  [[nodiscard]] bool isQuiet() const { return quiet_ && !was_measured_here_; }
  /// This window measured it and no longer does: what has no outcome now gets none by itself.
  [[nodiscard]] bool wasMeasuredHere() const { return was_measured_here_ && !measured_here_; }
  /// Whether this window measures what is open. Once it does, nobody has to guess from the file when that ends.
  void setMeasuredHere(bool measured);

 signals:
  void runChanged();
  void stateChanged();  ///< or the message changed
  void beingMeasuredChanged();

 private:
  void begin(const QString& path);
  void setGrowing(bool growing);
  void take(std::shared_ptr<const Run> run, const QString& message);
  void fail(const QString& message);
  void say(const QString& message);

  std::unique_ptr<RunReader> reader_;
  std::shared_ptr<const Run> run_;
  QString path_, message_;
  State state_ = State::empty;
  bool is_sample_ = false;
  bool measured_here_ = false, was_measured_here_ = false, growing_ = false, quiet_ = false;
};

}  // namespace remat
