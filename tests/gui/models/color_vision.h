// How colours look to people who see fewer of them, and how far apart two colours then are.
//
// Simulation: Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency",
// IEEE Transactions on Visualization and Computer Graphics 15(6), 2009, table of severity 1.0, applied to linear RGB.
// Greyscale: luminance of ITU-R BT.709. Distance: CIE 1976 (L*a*b*, D65); about 2.3 is just noticeable side by side
// (Mahy, Van Eycken, Oosterlinck 1994).
#pragma once

#include <array>

#include <QColor>
#include <QImage>

namespace remat {

enum class Vision { full, deuteranopia, protanopia, tritanopia, greyscale };
inline constexpr std::array kVisions = {Vision::full, Vision::deuteranopia, Vision::protanopia, Vision::tritanopia,
                                        Vision::greyscale};

[[nodiscard]] const char* nameOf(Vision vision);

struct Lab {
  double lightness, a, b;
};

[[nodiscard]] Lab seen(QColor color, Vision vision);
[[nodiscard]] double distance(const Lab& a, const Lab& b);

/// Mean distance of two pictures over the pixels in which either of them differs from `background`: how unlike two
/// marks are in shape and colour together. 0: alike, or both are empty.
[[nodiscard]] double pictureDistance(const QImage& a, const QImage& b, QColor background, Vision vision);

/// Contrast ratio of WCAG 2.2.
[[nodiscard]] double contrast(QColor a, QColor b);

}  // namespace remat
