#include "tests/support/many_points.h"

#include <array>
#include <string>

#include "tests/support/sample_run.h"

namespace remat {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kMiB = 1024 * 1024;
constexpr std::array kPolicies = {"store_all", "cheap",          "every_n:2",          "every_n:4", "op_sac",
                                  "ffn_block", "core_attention", "save_attention_out", "full",      "offload_input"};

}  // namespace

Run manyPoints(std::size_t points) {
  std::string text = toJsonLine(RunStarted{.program_version = "0.1.0", .created = "2026-03-01T10:00:00Z"}) + "\n" +
                     toJsonLine(Hello{.device = "cpu", .device_name = "Sample CPU"}) + "\n";
  for (std::size_t i = 0; i < points; ++i) {
    const auto group = static_cast<std::int64_t>(i / kPolicies.size());
    const auto rank = static_cast<std::int64_t>(i % kPolicies.size());
    PointSpec spec = sampleSpec("gpt2", kPolicies[static_cast<std::size_t>(rank)]);
    spec.training.batch_size = group + 1;
    auto records = samplePoint(spec, (100 + 4 * rank) * (group + 1) * kMs, (900 - 60 * rank + 30 * group) * kMiB,
                               (800 - 70 * rank) * kMiB, 6);
    if (group % 7 == 6 && rank < 3) {
      records.back() = PointFinished{.point = pointKey(spec),
                                     .outcome = Outcome::out_of_memory,
                                     .reason = "Forward asked for 96.0 MiB when 4,030 of 4,096 MiB were in use."};
    }
    text += fileText(records);
  }
  return parseRun(text, "many.remat.jsonl");
}

}  // namespace remat
