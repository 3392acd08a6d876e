// How a policy looks in every view: a shape with a detail inside, and a colour that is never the only difference. The
// same policy looks the same in every run that has it, as far as its run allows (no two policies of a run look alike).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <QColor>

#include "profiler/core/run.h"

namespace remat {

enum class MarkShape : std::uint8_t {
  circle,
  square,
  triangle_up,
  triangle_down,
  diamond,
  pentagon,
  hexagon,
  plus,
  star,
  cross_box
};

/// What is cut out of the shape: policies of one family share the shape, and the colours of some look alike to people
/// who see fewer of them.
enum class MarkDetail : std::uint8_t { none, hole, bar, upright };

struct PolicyStyle {
  MarkShape shape = MarkShape::circle;
  QColor light, dark;  ///< fill under the light and the dark theme
  QColor light_rim;    ///< rim of pale fills under the light theme; invalid: none
  MarkDetail detail = MarkDetail::none;
  bool operator==(const PolicyStyle&) const = default;

  [[nodiscard]] const QColor& fill(bool is_dark) const { return is_dark ? dark : light; }
  /// Of thin lines, which pale fills would be too weak for.
  [[nodiscard]] const QColor& line(bool is_dark) const {
    return !is_dark && light_rim.isValid() ? light_rim : fill(is_dark);
  }
};

using PolicyStyles = std::map<std::string, PolicyStyle, std::less<>>;

/// One entry for each policy text of the run, in a table's order; a policy that is no row takes a look that is free.
[[nodiscard]] PolicyStyles policyStyles(const Run& run);
/// The same for a list of policies. `more`: further ones, such as those that can be ticked, which leave the looks of
/// `policies` as they are.
[[nodiscard]] PolicyStyles policyStyles(const std::vector<std::string>& policies,
                                        const std::vector<std::string>& more = {});
/// Of its points, each once.
[[nodiscard]] std::vector<std::string> policiesOf(const Run& run);

}  // namespace remat
