#include "profiler/measure/cuda/attributed_trace.h"

#include <string>
#include <utility>

#include "profiler/core/units.h"

namespace remat {
namespace {

AttributedStep traceOnce(const StepTracer& tracer, TracedStep step, CuptiOptions::Calls calls) {
  const OpenedCupti opened = tracer.open({.calls = calls});
  AttributedStep result;
  if (opened.session) {
    step.log = tracer.trace(*opened.session);
    result = attribute(step);
  } else {
    result.attribution = unavailableAttribution(step.point, opened.reason);
  }
  return result;
}

/// Of the kernel time; 0 if there is none.
double attributedRatio(const Attribution& attribution) {
  const auto all_ns = static_cast<double>(attribution.kernel_ns.value_or(0));
  return all_ns > 0 ? static_cast<double>(attribution.attributed_ns.value_or(0)) / all_ns : 0.0;
}

}  // namespace

AttributedStep traceAttributed(const StepTracer& tracer, const TracedStep& step) {
  AttributedStep launches = traceOnce(tracer, step, CuptiOptions::Calls::launches);
  const double first = attributedRatio(launches.attribution);
  if (!launches.attribution.unavailable_reason.empty() || first >= 1.0 - kUnattributedRatio) return launches;

  AttributedStep all = traceOnce(tracer, step, CuptiOptions::Calls::all);
  const double second = attributedRatio(all.attribution);
  const std::string before =
      "tracing the calls that are known to launch work attributed " + percentText(first) + " of the kernel time, ";
  if (second > first) {
    all.note = before + "so all calls were traced: " + percentText(second) + ", with a larger cost of tracing";
    return all;
  }
  std::string reason = all.attribution.unavailable_reason;
  if (reason.ends_with('.')) reason.pop_back();  // notes are parts of sentences
  launches.note = before + "and tracing all calls no more" + (reason.empty() ? "" : ": " + reason);
  return launches;
}

}  // namespace remat
