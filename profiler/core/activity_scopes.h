// The scope that each activity of a traced step was launched in. For .cpp files of profiler/core only.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "profiler/core/attribution.h"
#include "profiler/core/scope_id.h"

namespace remat {

class ActivityScopes {
 public:
  /// Keeps a reference: `traced` must stay.
  explicit ActivityScopes(const TracedStep& traced);

  /// None: unattributed.
  [[nodiscard]] std::optional<ScopeId> of(const DeviceActivity& activity) const;
  /// None for an id that means no place of this step.
  [[nodiscard]] std::optional<ScopeId> place(std::uint64_t id) const;

 private:
  const TracedStep& traced_;
  std::vector<ExternalCorrelation> by_correlation_;
};

}  // namespace remat
