#include "gui/models/measurement_health.h"

#include <algorithm>
#include <cmath>

#include <QLocale>
#include <QStringList>

#include "gui/models/local_text.h"
#include "gui/models/text.h"
#include "profiler/core/attribution.h"
#include "profiler/core/statistics.h"
#include "profiler/report/attribution_findings.h"
#include "profiler/report/device_text.h"
#include "profiler/report/verdict.h"

namespace remat {
namespace {

/// `many` has the number as %1.
QString counted(std::int64_t count, const char* one, const char* many) {
  return count == 1 ? tr(one) : tr(many).arg(localCount(count));
}

QString joined(const QStringList& sentences) { return sentences.join(u' '); }

/// Half of the interval as a part of the median.
constexpr double kSteadyRatio = 0.02;
/// A memory split must add up to the peak within this part.
constexpr double kClosureRatio = 0.001;

void addGradients(const PointResult& point, std::vector<WhyCheck>& checks) {
  const PointFinished& finished = *point.finished;
  const auto& difference = finished.gradient_max_relative_difference;
  const QString largest =
      difference ? tr("Largest relative difference: %1.").arg(QLocale().toString(*difference, 'g', 3)) : QString();
  switch (finished.gradient_check) {
    case GradientVerdict::bit_equal:
      checks.push_back({Health::good, tr("Loss and gradients bit-equal to store_all"), {}});
      return;
    case GradientVerdict::within_tolerance:
      checks.push_back({Health::caution, tr("Gradients not bit-equal, within tolerance"), largest});
      return;
    case GradientVerdict::different:
      checks.push_back({Health::bad, tr("Loss or gradients differ from store_all"),
                        joined({largest, tr("These numbers are not those of the same training.")}).trimmed()});
      return;
    case GradientVerdict::not_checked:
      const bool is_reference = point.spec().policy == "store_all";
      checks.push_back({Health::unknown,
                        is_reference ? tr("Gradients: the reference") : tr("Gradients were not checked"),
                        is_reference ? tr("The other policies are compared with this one.") : QString()});
      return;
  }
}

void addSamples(const PointResult& point, std::vector<WhyCheck>& checks) {
  const PointFinished& finished = *point.finished;
  if (!finished.step_time_ns) {
    checks.push_back({Health::unknown, tr("Step time was not measured"), {}});
    return;
  }
  const auto warm_up =
      std::count_if(point.samples.begin(), point.samples.end(), [](const Sample& s) { return s.warm_up; });
  const QString left_out =
      warm_up == 0 ? QString() : counted(warm_up, "One warm-up step left out.", "%1 warm-up steps left out.");
  if (finished.samples < 2) {
    checks.push_back({Health::caution, tr("A single sample has no interval"),
                      (left_out + u' ' + tr("A longer time limit tells how sure the step time is.")).trimmed()});
    return;
  }
  const std::int64_t low = finished.step_time_low_ns.value_or(*finished.step_time_ns);
  const std::int64_t high = finished.step_time_high_ns.value_or(*finished.step_time_ns);
  const double half = relativeHalfWidth({.median = *finished.step_time_ns, .low = low, .high = high});
  const bool steady = hasInterval(point) && half <= kSteadyRatio;
  checks.push_back({steady ? Health::good : Health::caution,
                    (steady ? tr("Steady: %1, ±%2") : tr("Not steady: %1, ±%2"))
                        .arg(counted(finished.samples, "1 sample", "%1 samples"), localPercent(half)),
                    joined({intervalText(point) + u'.', left_out}).trimmed()});
}

void addDeviceState(const PointResult& point, std::vector<WhyCheck>& checks) {
  const std::int64_t slowed = point.throttledSamples();
  if (!point.device_state) {
    if (slowed > 0)
      checks.push_back({Health::caution, counted(slowed, "Slowed down in one step", "Slowed down in %1 steps"), {}});
    return;
  }
  const DeviceState& state = *point.device_state;
  QStringList detail;
  for (const std::string& reason : state.throttle_reasons) detail += QString::fromStdString(reason) + u'.';
  QStringList readings;
  const bool under_load = toldUnderLoad(state);
  if (under_load && state.sm_clock_low_hz != state.sm_clock_high_hz)
    readings +=
        tr("%1 to %2 MHz")
            .arg(localCount(*state.sm_clock_low_hz / 1'000'000), localCount(*state.sm_clock_high_hz / 1'000'000));
  else if (state.sm_clock_hz)
    readings += tr("%1 MHz").arg(localCount(*state.sm_clock_hz / 1'000'000));
  if (state.temperature_celsius) readings += tr("%1 °C").arg(*state.temperature_celsius);
  if (state.power_milliwatts) readings += tr("%1 W").arg(localCount(*state.power_milliwatts / 1000));
  if (!readings.isEmpty())
    detail +=
        (under_load ? tr("While steps ran: %1.") : tr("At the end: %1.")).arg(readings.join(QStringLiteral(", ")));
  const bool throttled = slowed > 0 || !state.throttle_reasons.empty();
  checks.push_back({throttled ? Health::caution : Health::good,
                    slowed > 0 ? counted(slowed, "Slowed down in one step", "Slowed down in %1 steps")
                               : (throttled ? tr("Slowed down when timing ended") : tr("Not slowed down")),
                    joined(detail)});
}

void addRetries(const PointResult& point, std::vector<WhyCheck>& checks) {
  const std::int64_t retried = point.retriedSamples();
  if (retried == 0) return;
  const bool usual = 2 * retried > point.finished->samples;  // so the median is one of them
  checks.push_back({Health::caution,
                    counted(retried, "The allocator emptied its cache in one timed step",
                            "The allocator emptied its cache in %1 timed steps"),
                    usual ? tr("The step time is that of such a step: memory is nearly full.")
                          : tr("Those steps are longer: memory is nearly full.")});
}

void addClosure(const PointResult& point, std::vector<WhyCheck>& checks) {
  if (!point.memory || point.memory->peak_split.empty()) {
    checks.push_back({Health::unknown, tr("What is alive at the peak was not recorded"), {}});
    return;
  }
  double split = 0;
  for (const CategoryBytes& part : point.memory->peak_split) split += static_cast<double>(part.bytes);
  const auto peak = static_cast<double>(point.memory->peak_requested_bytes);
  const double open = peak > 0 ? split / peak - 1 : 0;
  const bool closed = std::abs(open) <= kClosureRatio;
  checks.push_back({closed ? Health::good : Health::caution,
                    closed ? tr("Live bytes add up to the peak") : tr("Live bytes do not add up to the peak"),
                    closed ? QString() : tr("They differ from the requested bytes by %1.").arg(localDifference(open))});
  const auto& retries = point.memory->allocation_retries;
  if (retries && *retries > 0)
    checks.push_back({Health::caution,
                      counted(*retries, "The allocator emptied its cache once in the memory pass",
                              "The allocator emptied its cache %1 times in the memory pass"),
                      tr("That step ran at the limit of the memory.")});
  const auto& outside = point.memory->outside_allocator_bytes;
  if (outside && *outside > 0)
    checks.push_back({Health::good, tr("%1 outside the allocator").arg(localBytes(*outside)),
                      tr("Context, libraries and other processes; no part of the peak.")});
}

void addTracing(const PointResult& point, std::vector<WhyCheck>& checks) {
  if (!point.attribution) return;
  const Attribution& traced = *point.attribution;
  const std::int64_t dropped = traced.dropped_records.value_or(0);
  if (dropped > 0)
    checks.push_back(
        {Health::bad, counted(dropped, "One record of a kernel was lost", "%1 records of kernels were lost"), {}});
  if (!traced.unavailable_reason.empty()) {
    checks.push_back({Health::unknown, tr("Kernels were not traced"), localSentence(traced.unavailable_reason)});
    return;
  }
  QStringList detail = {tr("Step times are of steps without tracing.")};
  bool doubtful = dropped > 0;
  if (traced.kernel_ns && traced.unattributed_ns && *traced.kernel_ns > 0) {
    const double share = static_cast<double>(*traced.unattributed_ns) / static_cast<double>(*traced.kernel_ns);
    detail += tr("%1 of the kernel time has no known place in the step.").arg(localPercent(share));
    doubtful = doubtful || share > kUnattributedRatio;
  }
  if (dropped == 0) detail += tr("No record was lost.");
  if (traced.overhead_ratio) doubtful = doubtful || std::abs(*traced.overhead_ratio) > kTracingCostRatio;
  checks.push_back({doubtful ? Health::caution : Health::good,
                    traced.overhead_ratio ? tr("Own cost of tracing: %1").arg(localDifference(*traced.overhead_ratio))
                                          : tr("Kernels were traced"),
                    joined(detail)});
}

void addNotes(const PointResult& point, std::vector<WhyCheck>& checks) {
  for (const std::string& note : point.finished->notes)
    checks.push_back({Health::caution, tr("Note"), localSentence(note)});
}

}  // namespace

std::vector<WhyCheck> measurementHealth(const Run& run, const PointResult& point) {
  std::vector<WhyCheck> checks;
  if (point.completed()) {
    addGradients(point, checks);
    addSamples(point, checks);
    addDeviceState(point, checks);
    addRetries(point, checks);
    addClosure(point, checks);
    addTracing(point, checks);
  }
  if (point.finished) addNotes(point, checks);
  const Hello* worker = run.workerOf(point);
  if (worker == nullptr) {
    checks.push_back(
        {Health::unknown, tr("The machine is not known"), tr("The run file does not say who measured this point.")});
  } else if (!point.device_state && point.completed()) {
    checks.push_back(
        {Health::unknown, tr("Clocks were not watched"),
         tr("%1 tells nothing about being slowed down.").arg(QString::fromStdString(worker->device_name))});
  }
  return checks;
}

QString intervalText(const PointResult& point) {
  if (!point.completed() || point.finished->samples < 2) return {};
  const PointFinished& finished = *point.finished;
  if (!finished.step_time_ns) return {};
  return (hasInterval(point) ? tr("95% interval %1 to %2")
                             : tr("Too few samples for a 95% interval; they lie between %1 and %2"))
      .arg(localDuration(finished.step_time_low_ns.value_or(*finished.step_time_ns)),
           localDuration(finished.step_time_high_ns.value_or(*finished.step_time_ns)));
}

QString healthText(Health health) {
  switch (health) {
    case Health::good: return tr("good");
    case Health::caution: return tr("caution");
    case Health::bad: return tr("wrong");
    case Health::unknown: return tr("unknown");
  }
  return {};
}

}  // namespace remat
