#include "profiler/measure/measure_group.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/spec/error.h"
#include "profiler/core/point_description.h"
#include "profiler/measure/attribution_pass.h"
#include "profiler/measure/failure_kind.h"
#include "profiler/measure/forced_fault.h"
#include "profiler/measure/gradient_check.h"
#include "profiler/measure/measured_model.h"
#include "profiler/measure/point_in_progress.h"
#include "profiler/measure/recorded_step.h"
#include "profiler/measure/reference_gradients.h"
#include "profiler/measure/transfer_summary.h"
#include "profiler/measure/uncapped_memory.h"

namespace remat {
namespace {

/// Those that are not empty.
void addNotes(PointFinished& finished, const std::vector<std::string>& notes) {
  for (const std::string& note : notes)
    if (!note.empty()) finished.notes.push_back(note);
}

class GroupMeasurement {
 public:
  GroupMeasurement(const MeasureRequest& request, const RecordSink& sink, MeasuredDevice* device)
      : request_(request), sink_(sink), device_(device) {}

  GroupOutcome run() {
    if (!openDevice() || !makeModel()) return outcome_;
    makePoints();
    if (!makeReference()) return outcome_;
    idle_bytes_ = device_->memory().allocated.live_bytes;
    for (PointInProgress& point : points_) {
      memoryPass(point);
      if (outcome_ == GroupOutcome::replace_worker) return outcome_;
    }
    std::erase_if(points_, [](const PointInProgress& point) { return point.finished.outcome != Outcome::completed; });
    timingPass();
    if (outcome_ == GroupOutcome::replace_worker) return outcome_;
    for (PointInProgress& point : points_)
      if (traces() && point.finished.outcome == Outcome::completed) traceAndFinish(point);
    return outcome_;
  }

  /// A device error that stays is told by every call, those of destructors too.
  [[nodiscard]] bool lostDevice() const { return lost_device_; }

 private:
  bool openDevice() {
    try {
      if (!device_) device_ = &measuredDevice(request_.points.front().device);
      device_->setAllocatorSettings(request_.points.front().allocator);
      device_->setMemoryCap(request_.points.front().memory_cap_bytes);
      return true;
    } catch (const std::exception& error) {
      for (const PointSpec& point : request_.points) announceAndFail(point, Outcome::failed, error.what());
      return false;
    }
  }

  /// Parameters, inputs and optimizer state are part of every point: if they do not fit, no point does.
  bool makeModel() {
    try {
      const PointSpec& first = request_.points.front();
      model_ = std::make_unique<MeasuredModel>(*device_, request_.config_path, first.training, first.config_hash);
      model_->optimizer.allocate(model_->state);
      return true;
    } catch (const std::exception& error) {
      const FailureKind kind = failureKind(error);
      const bool no_room = outcomeOf(kind) == Outcome::out_of_memory;
      const std::string where =
          no_room ? "out of memory before the first step, making parameters and optimizer state: " : "";
      for (const PointSpec& point : request_.points)
        announceAndFail(point, outcomeOf(kind), where + shortMessage(error), roomNotes());
      replaceWorkerAfter(kind);
    }
    return false;
  }

  void replaceWorkerAfter(FailureKind kind) {
    if (needsNewProcess(kind)) outcome_ = GroupOutcome::replace_worker;
    lost_device_ = lost_device_ || kind == FailureKind::device_lost;
  }

  /// What does not fit does not fit into the card that is simulated, or into what others leave of it.
  [[nodiscard]] std::vector<std::string> roomNotes() const { return {device_->capNote(), device_->othersNote()}; }

  void announceAndFail(const PointSpec& spec, Outcome outcome, const std::string& reason,
                       const std::vector<std::string>& notes = {}) {
    PointStarted started;
    started.point = pointKey(spec);
    started.spec = spec;
    sink_(started);
    PointFinished finished;
    finished.point = started.point;
    finished.outcome = outcome;
    finished.reason = firstLine(reason);
    addNotes(finished, notes);
    sink_(finished);
  }

  /// What is known of the point by then stays known.
  void fail(PointInProgress& point, const std::exception& error, const std::string& when,
            const std::vector<std::string>& notes) {
    const FailureKind kind = failureKind(error);
    point.finished.outcome = outcomeOf(kind);
    point.finished.reason = when + shortMessage(error);
    addNotes(point.finished, notes);
    sink_(point.finished);
    replaceWorkerAfter(kind);
    if (outcome_ != GroupOutcome::replace_worker && !isIdle()) outcome_ = GroupOutcome::replace_worker;
  }

  void makePoints() {
    for (const PointSpec& spec : request_.points) {
      try {
        auto measured = std::make_unique<MeasuredPolicy>(*model_, spec);
        PointStarted started = describePoint(spec, measured->graph, measured->schedule);
        points_.push_back(
            {.measured = std::move(measured), .started = std::move(started), .rule = SamplingRule(request_.limits)});
        points_.back().finished.point = points_.back().started.point;
      } catch (const std::exception& error) {
        announceAndFail(spec, outcomeOf(failureKind(error)), shortMessage(error));
      }
    }
    // What keeps most comes first: if a point runs out of memory, the worker is replaced, and little was done in vain.
    std::stable_sort(points_.begin(), points_.end(), [](const PointInProgress& a, const PointInProgress& b) {
      return a.started.planned_retained_bytes > b.started.planned_retained_bytes;
    });
  }

  /// False if the device is lost: the points have failed then.
  bool makeReference() {
    try {
      reference_ = takeReference(*model_, request_.points.front(), request_.points.front().memory_cap_bytes);
      return true;
    } catch (const std::exception& error) {
      for (PointInProgress& point : points_) {
        sink_(point.started);
        fail(point, error, "in the step of store_all that gradients are compared with: ", {device_->othersNote()});
      }
      return false;
    }
  }

  void memoryPass(PointInProgress& point) {
    MeasuredPolicy& measured = *point.measured;
    sink_(point.started);
    RecordedStep step;
    try {
      const auto forced = failIfForced(fault_, FaultPass::memory, measured.point.policy, *device_);
      step = recordStep(measured);
      check(point, step.loss);
    } catch (const std::exception& error) {
      return fail(point, error, "", roomNotes());
    }
    tellMemory(point, *step.recorder);
  }

  /// Whether a step that failed left nothing behind that the next points would be measured with.
  bool isIdle() {
    try {
      resetGradients(model_->state, model_->spec.gradients);
      return device_->memory().allocated.live_bytes <= idle_bytes_;
    } catch (const std::exception& error) {  // kept gradients are zeroed, which a lost device refuses
      replaceWorkerAfter(failureKind(error));
      return false;
    }
  }

  void check(PointInProgress& point, double loss) {
    point.finished.loss = loss;
    if (reference_.snapshot) {
      const UncappedMemory uncapped(*device_, request_.points.front().memory_cap_bytes);
      const GradientSnapshot::Comparison comparison = reference_.snapshot->compare(model_->state, loss);
      point.finished.gradient_check = comparison.verdict;
      point.finished.gradient_max_relative_difference = comparison.max_relative_difference;
      if (comparison.verdict == GradientVerdict::bit_equal) return;
    } else {
      point.finished.notes.push_back(reference_.missing);
    }
    const UncappedMemory uncapped(*device_, request_.points.front().memory_cap_bytes);
    if (isFinite(model_->state, loss)) return;
    model_->restore();  // or the next policy would begin with what this step left
    if (reference_.snapshot)
      throw Error(ErrorKind::failed, "", "the loss or a gradient is nan or infinite, while those of store_all are not");
    point.finished.notes.emplace_back("the loss or a gradient is nan or infinite: times are those of such numbers");
  }

  void tellMemory(PointInProgress& point, const MemoryRecorder& recorder) {
    const std::string& key = point.measured->key;
    const Memory memory = recorder.memory(key);
    sink_(memory);
    if (request_.timeline) sink_(recorder.timeline(key));
    point.blocks = recorder.blocks(key);
    for (const Action& action : actionsOf(point.measured->schedule))
      if (action.phase == Phase::recompute) ++point.blocks[action.block].recomputed_ops;
    const auto host_bytes = hostBytes(point.measured->graph, point.measured->schedule, model_->spec.sizes());
    for (std::size_t b = 0; b < point.blocks.size(); ++b) point.blocks[b].host_bytes = host_bytes[b];
    point.finished.peak_requested_bytes = memory.peak_requested_bytes;
    point.finished.peak_allocated_bytes = memory.peak_allocated_bytes;
    point.finished.peak_reserved_bytes = memory.peak_reserved_bytes;
    point.finished.retained_bytes = memory.retained_bytes;
    point.finished.before_step_bytes = memory.before_step_bytes;
    addNotes(point.finished,
             {policyNote(point.measured->policy, point.measured->graph),
              sequenceNote(model_->config, model_->spec.sequence_length), recorder.disagreement(), device_->capNote()});
  }

  /// Rounds over all points, every other one backwards, so that slow drift and the place in the round hit all alike.
  void timingPass() {
    for (int round = 0;; ++round) {
      bool all_finished = true;
      for (std::size_t i = 0; i < points_.size(); ++i) {
        PointInProgress& point = points_[round % 2 == 0 ? i : points_.size() - 1 - i];
        if (point.rule.finished() || point.finished.outcome != Outcome::completed) continue;
        all_finished = false;
        try {
          timeOnce(point);
        } catch (const std::exception& error) {  // its bytes are known, its times are not: the others go on
          fail(point, error, "while it was timed: ", {device_->othersNote()});
          if (outcome_ == GroupOutcome::replace_worker) return;
        }
      }
      if (all_finished) return;
    }
  }

  void timeOnce(PointInProgress& point) {
    const auto forced = point.rule.warmingUp()
                            ? nullptr
                            : failIfForced(fault_, FaultPass::timing, point.measured->point.policy, *device_);
    StepConditions conditions;
    const std::optional<std::int64_t> retries_before = device_->allocationRetries();
    const TrainingStep::Result result = point.measured->run(nullptr, [&] { conditions.askOnceLaunched(*device_); });
    conditions.slowed_afterwards = device_->throttleReasons();
    if (retries_before) conditions.allocation_retries = *device_->allocationRetries() - *retries_before;
    const StepTimes& times = result.times;
    Sample sample{point.measured->key,    times.step_ns,          times.forward_ns,
                  times.backward_ns,      times.recompute_ns,     times.optimizer_ns,
                  point.rule.warmingUp(), conditions.throttled(), conditions.allocation_retries};
    point.rule.add(times.step_ns);
    if (!sample.warm_up) point.samples.push_back(times);
    if (!sample.warm_up) point.conditions.add(conditions);
    if (!sample.warm_up && result.transfers) point.transfers.push_back(*result.transfers);
    sink_(sample);
    if (!point.rule.finished()) return;
    // Who came while it was timed is still there, mostly.
    addNotes(point.finished, {point.rule.note(), point.conditions.note(), device_->othersNote()});
    if (const auto state = point.conditions.state(point.measured->key)) sink_(*state);
    if (!traces()) finish(point);
  }

  /// A traced step would slow down the timed ones beside it, so points of a GPU are finished after all of them.
  [[nodiscard]] bool traces() const { return device_->backend() == Backend::cuda; }

  /// A point whose device was lost while another one was traced has its times and bytes all the same.
  void traceAndFinish(PointInProgress& point) {
    if (lost_device_) {
      sink_(unavailableAttribution(point.measured->key, "not traced: the device was lost while another point was"));
      return finish(point);
    }
    try {
      const AttributedStep step = traceStep(*point.measured, point.rule.interval().median);
      sink_(step.attribution);
      if (!step.note.empty()) point.finished.notes.push_back(step.note);
      for (const OpTime& op : step.ops) sink_(op);
      if (request_.timeline && step.timeline) sink_(*step.timeline);
    } catch (const std::exception& error) {  // times and bytes are known all the same
      sink_(unavailableAttribution(point.measured->key, "the traced step failed: " + shortMessage(error)));
      replaceWorkerAfter(failureKind(error));
    }
    finish(point);
  }

  void finish(PointInProgress& point) {
    point.summarizeTimes();
    for (const BlockResult& block : point.blocks) sink_(block);
    if (!point.transfers.empty()) sink_(summarizeTransfers(point.finished.point, point.transfers));
    sink_(point.finished);
  }

  const MeasureRequest& request_;
  const RecordSink& sink_;
  MeasuredDevice* device_;
  std::unique_ptr<MeasuredModel> model_;
  std::vector<PointInProgress> points_;
  ReferenceGradients reference_;
  const std::optional<ForcedFault> fault_ = forcedFault();
  std::int64_t idle_bytes_ = 0;  ///< alive between steps
  GroupOutcome outcome_ = GroupOutcome::finished;
  bool lost_device_ = false;
};

}  // namespace

GroupOutcome measureGroup(const MeasureRequest& request, const RecordSink& sink, MeasuredDevice* device) {
  if (request.points.empty()) return GroupOutcome::finished;
  auto group = std::make_unique<GroupMeasurement>(request, sink, device);
  const GroupOutcome outcome = group->run();
  // Tensors of a lost device cannot be released: that would end the process in the middle of it. It ends soon anyway.
  if (group->lostDevice()) static_cast<void>(group.release());
  return outcome;
}

}  // namespace remat
