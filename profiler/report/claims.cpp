#include "profiler/report/claims.h"

#include "profiler/core/units.h"

namespace remat {
namespace {

/// How far "about 20%" may reach to either side.
constexpr double kAbout = 0.03;

std::string verdict(double value, double low, double high) {
  if (value < low) return "less than that";
  return value > high ? "more than that" : "as claimed";
}

}  // namespace

void addClaimFindings(const PointResult& full, const PointResult& baseline, std::vector<Finding>& findings) {
  if (const auto time = timeDifference(full, baseline)) {
    constexpr double claimed = 0.20;  // documentation of transformers up to 5.16 and help text of TrainingArguments
    findings.push_back({Finding::Kind::claim,
                        "Claimed: gradient checkpointing makes training about 20% slower (transformers documentation). "
                        "Measured here: " +
                            differenceText(time->ratio) + ", " +
                            (time->is_known ? verdict(time->ratio, claimed - kAbout, claimed + kAbout)
                                            : "by too few samples to tell") +
                            "."});
  }
  const auto& now = *full.finished;
  const auto& before = *baseline.finished;
  if (now.peak_allocated_bytes && before.peak_allocated_bytes) {
    const double saved = -differenceRatio(*now.peak_allocated_bytes, *before.peak_allocated_bytes);
    std::string text =
        "Claimed: it saves 40% to 70% of the memory (common advice). Measured here: the peak changes by " +
        differenceText(-saved) + ", " + verdict(saved, 0.40, 0.70);
    if (now.retained_bytes && before.retained_bytes) {
      text += "; retained activations alone by " +
              differenceText(differenceRatio(*now.retained_bytes, *before.retained_bytes));
    }
    findings.push_back({Finding::Kind::claim, text + "."});
  }
}

}  // namespace remat
