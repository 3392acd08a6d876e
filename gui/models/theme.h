// Colours of the window and its charts, light and dark, as values: no widget and no chart chooses a colour itself.
// Okabe-Ito for policies, cividis for sequences; the numbers and their contrasts are argued in the sketches' decisions.
#pragma once

#include <array>
#include <cstdint>

#include <QColor>

#include "profiler/core/records.h"

class QPalette;

namespace remat {

struct Theme {
  bool dark = false;
  QColor surface;                              ///< behind charts and pages
  QColor panel;                                ///< side panels, bars
  QColor ink;                                  ///< text, selection, memory line, primary button: never an accent colour
  QColor secondary;                            ///< text of less weight, axes
  QColor hairline;                             ///< between regions
  QColor grid;                                 ///< inside charts, weaker than hairline
  QColor hover;                                ///< band of the hovered block
  QColor good, warning, bad;                   ///< of words and glyphs that say so themselves: never colour alone
  std::array<QColor, kCategories> categories;  ///< of memory, by Category
  QColor forward, backward;                    ///< of time; recompute is `recompute` hatched
  QColor recompute;
  QColor increase, decrease;  ///< of differences: orange and blue
  bool operator==(const Theme&) const = default;
};

[[nodiscard]] const Theme& lightTheme();
[[nodiscard]] const Theme& darkTheme();
/// The one that fits a palette: dark if its window is darker than its text.
[[nodiscard]] const Theme& themeOf(const QPalette& palette);
/// What the widgets' palette becomes under a theme.
[[nodiscard]] QPalette paletteOf(const Theme& theme);

/// cividis at `position` from 0 to 1, values outside clamped.
[[nodiscard]] QColor sequentialColor(double position);

}  // namespace remat
