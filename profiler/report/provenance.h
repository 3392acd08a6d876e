// Where the numbers of a report come from, as name and text, for HTML and Markdown alike.
#pragma once

#include <string>
#include <vector>

#include "profiler/report/report.h"

namespace remat {

struct ProvenanceItem {
  std::string name;
  std::string text;
};

[[nodiscard]] std::vector<ProvenanceItem> provenance(const Run& run, const ReportOptions& options);

/// "Activation checkpointing of gpt2 and smollm2-135m".
[[nodiscard]] std::string reportTitle(const Run& run);
/// One sentence: how many points, on what, when.
[[nodiscard]] std::string reportLead(const Run& run);

}  // namespace remat
