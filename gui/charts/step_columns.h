// A timeline thinned out to the columns of a screen: for each column of pixels the moment of most live bytes in it, so
// that no peak is lost. Only values.
#pragma once

#include <cstdint>
#include <vector>

namespace remat {

/// Indices into `time_ns`, one per column of the range [begin_ns, end_ns). `time_ns` ascends; a value holds until the
/// next.
[[nodiscard]] std::vector<std::size_t> highestPerColumn(const std::vector<std::int64_t>& time_ns,
                                                        const std::vector<std::int64_t>& total_bytes, double begin_ns,
                                                        double end_ns, std::size_t columns);

}  // namespace remat
