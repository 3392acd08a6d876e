#include "gui/charts/step_columns.h"

#include <algorithm>

namespace remat {

std::vector<std::size_t> highestPerColumn(const std::vector<std::int64_t>& time_ns,
                                          const std::vector<std::int64_t>& total_bytes, double begin_ns, double end_ns,
                                          std::size_t columns) {
  std::vector<std::size_t> highest;
  const std::size_t count = std::min(time_ns.size(), total_bytes.size());
  if (count == 0 || columns == 0 || end_ns <= begin_ns) return highest;
  highest.reserve(columns);
  const double width_ns = (end_ns - begin_ns) / static_cast<double>(columns);
  const auto first =
      std::upper_bound(time_ns.begin(), time_ns.begin() + static_cast<std::ptrdiff_t>(count), begin_ns,
                       [](double value, std::int64_t time) { return value < static_cast<double>(time); });
  // What holds when the column begins counts too.
  auto at = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, first - time_ns.begin() - 1));
  for (std::size_t column = 0; column < columns; ++column) {
    const double until_ns = begin_ns + width_ns * static_cast<double>(column + 1);
    std::size_t best = at;
    while (at + 1 < count && static_cast<double>(time_ns[at + 1]) < until_ns) {
      ++at;
      if (total_bytes[at] > total_bytes[best]) best = at;
    }
    highest.push_back(best);
  }
  return highest;
}

}  // namespace remat
