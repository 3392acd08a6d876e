#include "profiler/measure/transfer_summary.h"

#include <cmath>

#include "profiler/core/statistics.h"

namespace remat {

Transfers summarizeTransfers(const std::string& point, const std::vector<TransferTimes>& samples) {
  const TransferTimes& any = samples.front();
  Transfers transfers;
  transfers.point = point;
  transfers.host_bytes = any.host_bytes;
  transfers.offload_bytes = any.offload_bytes;
  transfers.prefetch_bytes = any.prefetch_bytes;
  transfers.offload_ns = medianOf(samples, [](const TransferTimes& t) { return t.offload_ns; });
  transfers.prefetch_ns = medianOf(samples, [](const TransferTimes& t) { return t.prefetch_ns; });
  transfers.exposed_ns = medianOf(samples, [](const TransferTimes& t) { return t.exposed_ns; });
  if (any.hidden_ns) transfers.hidden_ns = medianOf(samples, [](const TransferTimes& t) { return *t.hidden_ns; });
  const std::int64_t ns = transfers.offload_ns + transfers.prefetch_ns;
  const auto bytes = static_cast<double>(any.offload_bytes + any.prefetch_bytes);
  if (ns > 0) transfers.link_bytes_per_second = std::llround(bytes / static_cast<double>(ns) * 1e9);
  return transfers;
}

}  // namespace remat
