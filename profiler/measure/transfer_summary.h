// The copies of a point's timed steps as one record.
#pragma once

#include <string>
#include <vector>

#include "engine/exec/transfer_stream.h"
#include "profiler/core/records.h"

namespace remat {

/// Medians over `samples`, of which there is at least one.
[[nodiscard]] Transfers summarizeTransfers(const std::string& point, const std::vector<TransferTimes>& samples);

}  // namespace remat
