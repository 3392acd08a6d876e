// How widgets look: what a style sheet can say about them under a theme, and the few sizes of type that the window has.
// Colours come from the theme, sizes from the font of the system, so that both follow the user's settings.
#pragma once

#include <QFont>
#include <QString>

#include "gui/models/theme.h"

class QLabel;
class QScrollArea;
class QTableView;
class QWidget;

namespace remat {

/// For the window; applies to everything in it, menus and dialogs too.
[[nodiscard]] QString styleSheetOf(const Theme& theme);

enum class TypeSize : std::uint8_t {
  figure,   ///< key figures
  heading,  ///< of the start page
  title,    ///< of regions
  body,
  secondary  ///< less weight
};

/// Of the application's font.
[[nodiscard]] QFont fontOf(TypeSize size);
/// A label of this size; `secondary` is drawn in the theme's secondary colour. Wraps if `wraps`.
[[nodiscard]] QLabel* makeLabel(const QString& text, TypeSize size, QWidget* parent, bool wraps = false);

/// What holds `content`, whose ownership it takes: scrolls where there is no room for it, and is not seen itself.
/// The fields in `content` so far leave the wheel to the scrolling.
[[nodiscard]] QScrollArea* makeScrollArea(QWidget* content);

/// A table of read-only rows of text: no grid, rows in two shades, cells in line with their headers.
void styleTable(QTableView& table, const QString& name);

/// Properties that the style sheet knows.
inline constexpr const char* kPanelProperty = "panel";      ///< true: the colour of panels instead of the surface
inline constexpr const char* kPrimaryProperty = "primary";  ///< true: the one button that goes on
inline constexpr const char* kRoleProperty = "textRole";    ///< "secondary", "good", "warning", "bad"

}  // namespace remat
