// Has a worker measure requests and answers for every point of them: whatever happens to the worker, each point ends
// with exactly one point_finished record, unless the sweep is cancelled.
//
// A worker that reports a point as out of memory may end itself; a new one measures the rest. A worker that crashes,
// falls silent or talks nonsense costs the point that it was measuring (outcome failed, with the reason); points that
// had started beside it are measured once more, alone; the others go to a new worker. If it cannot be told which point
// that was, all that had started are measured once more, alone, and the guilty one shows itself. If three workers in a
// row are lost before they start a point, the rest of the request is skipped, and so is every later one whose first
// worker is lost so. A worker that somebody ends with a signal is such a loss, unless this program gets the signal too:
// a batch system that ends all processes of a job cancels the sweep as Ctrl+C does, and costs no point.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/cli/group_progress.h"
#include "profiler/cli/interrupt.h"
#include "profiler/cli/started_worker.h"
#include "profiler/core/records.h"
#include "profiler/core/requests.h"

namespace remat {

struct WorkerSettings {
  std::vector<std::string> command;  ///< program and arguments
  std::chrono::milliseconds start_timeout = std::chrono::seconds(60);
  std::chrono::milliseconds hang_timeout = std::chrono::seconds(300);  ///< longest silence while measuring
  std::chrono::milliseconds stop_grace = std::chrono::seconds(10);     ///< after it was asked to stop
};

/// Where records go. Whatever these throw ends the measurement.
struct RecordReceiver {
  /// Every record in the order of the run file, with its JSON line; without value: of a kind that only newer programs
  /// know.
  std::function<void(const std::optional<Record>& record, std::string_view line)> record;
  /// The start of a point that no worker could start.
  std::function<PointStarted(const PointSpec& point)> describe;
};

class Supervisor {
 public:
  Supervisor(WorkerSettings settings, RecordReceiver sink, Interrupt& interrupt);

  /// Starts a worker for a device, if there is none; without a name for the one that it finds best. Throws
  /// Error(worker_failed) if it cannot be started. False: cancelled.
  bool start(const std::string& device = "");
  /// Of the first worker.
  [[nodiscard]] const Hello& hello() const { return first_hello_; }

  /// Returns when every point of the request has its outcome; false if cancelled.
  bool measure(const MeasureRequest& request);
  /// Lets the worker end.
  void finish();

 private:
  enum class Ended : std::uint8_t { all_finished, cancelled, lost };

  [[nodiscard]] Ended follow(GroupProgress& group);
  /// Forwards one line; returns what is wrong with it.
  [[nodiscard]] std::string take(GroupProgress& group, const std::string& line);
  void stopWorker(GroupProgress& group);
  void loseWorker(const std::string& how);
  [[nodiscard]] Ended workerLeft();
  [[nodiscard]] std::string deathText();
  void settle(GroupProgress& group);
  void skipRest(GroupProgress& group);
  bool ensureWorker();
  void turnTo(const std::string& device);
  void emit(const Record& record);

  WorkerSettings settings_;
  RecordReceiver sink_;
  Interrupt& interrupt_;
  std::unique_ptr<WorkerProcess> worker_;
  std::string device_;         // what the next worker is started for; empty: what it finds best
  std::string worker_device_;  // what the running one said in its hello, or was started for
  Hello first_hello_;
  bool had_worker_ = false;
  bool may_leave_ = false;   // the last thing the worker told is that a point ran out of memory
  int start_failures_ = 0;   // workers lost in a row without a point that had started
  std::string lost_reason_;  // why the last worker was lost
};

}  // namespace remat
