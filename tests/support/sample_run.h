// A small run with made-up but consistent numbers, for tests of everything that reads runs: groups of points of one
// machine. In the first, activations set the peak, and one policy offloads; in the second (gpt2) the head sets it; in
// the third a point ran out of memory.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "profiler/core/records.h"

namespace remat {

/// RunStarted, Hello, then every point with all of its records.
[[nodiscard]] std::vector<Record> sampleRecords();
/// How many points these are.
[[nodiscard]] std::size_t samplePointCount();
/// What a file of these records contains.
[[nodiscard]] std::string fileText(const std::vector<Record>& records);

[[nodiscard]] PointSpec sampleSpec(const std::string& model, const std::string& policy);
/// Only the records that every point needs: started, `samples` samples, finished.
[[nodiscard]] std::vector<Record> samplePoint(const PointSpec& spec, std::int64_t step_time_ns, std::int64_t peak_bytes,
                                              std::int64_t retained_bytes, int samples = 8);

}  // namespace remat
