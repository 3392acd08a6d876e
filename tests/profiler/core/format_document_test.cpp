// FORMAT.md is what other programs are written against, so it must name every record and every field.

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "profiler/core/record_fields.h"

namespace remat {
namespace {

/// Looks for every field in the part of the document that describes its record.
class FieldSearch {
 public:
  FieldSearch(std::string section, std::string record) : section_(std::move(section)), record_(std::move(record)) {}

  void operator()(std::string_view name, const auto& field) { mayLack(name, field); }
  void mayLack(std::string_view name, const auto& /*field*/) {
    EXPECT_NE(section_.find("`" + std::string(name) + "`"), std::string::npos)
        << "FORMAT.md, " << record_ << ": " << name << " is not described";
  }

 private:
  std::string section_;
  std::string record_;
};

std::string sectionOf(const std::string& document, const std::string& title) {
  const std::size_t start = document.find("\n### " + title + "\n");
  if (start == std::string::npos) return "";
  return document.substr(start, document.find("\n##", start + 4) - start);
}

template <typename T>
void expectDescribed(const std::string& document, const std::string& title) {
  const std::string section = sectionOf(document, title);
  EXPECT_FALSE(section.empty()) << "FORMAT.md has no section " << title;
  FieldSearch search(section, title);
  const T record;
  visitFields(search, record);
}

TEST(FormatDocument, describes_every_field_of_every_record) {
  std::ifstream file(REMAT_SOURCE_DIR "/profiler/core/FORMAT.md");
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  expectDescribed<RunStarted>(document, "run_started");
  expectDescribed<Hello>(document, "hello");
  expectDescribed<PointStarted>(document, "point_started");
  expectDescribed<PointSpec>(document, "spec");
  expectDescribed<TrainingSpec>(document, "training");
  expectDescribed<Sample>(document, "sample");
  expectDescribed<Memory>(document, "memory");
  expectDescribed<Instant>(document, "peak_instant");
  expectDescribed<CategoryBytes>(document, "peak_split");
  expectDescribed<LiveTensor>(document, "live_at_peak");
  expectDescribed<BlockResult>(document, "block_result");
  expectDescribed<AllocationTimeline>(document, "allocation_timeline");
  expectDescribed<DeviceState>(document, "device_state");
  expectDescribed<Attribution>(document, "attribution");
  expectDescribed<OpTime>(document, "op_time");
  expectDescribed<KernelTimeline>(document, "kernel_timeline");
  expectDescribed<Transfers>(document, "transfers");
  expectDescribed<PointFinished>(document, "point_finished");
  expectDescribed<Event>(document, "event");
  expectDescribed<MeasureRequest>(document, "measure_request");
  expectDescribed<TimingLimits>(document, "limits");
  expectDescribed<StepRequest>(document, "step_request");
  expectDescribed<StepResult>(document, "step_result");
}

}  // namespace
}  // namespace remat
