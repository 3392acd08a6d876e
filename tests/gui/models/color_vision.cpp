#include "tests/gui/models/color_vision.h"

#include <algorithm>
#include <cmath>

namespace remat {
namespace {

using Rgb = std::array<double, 3>;
using Matrix = std::array<Rgb, 3>;

const Matrix& matrixOf(Vision vision) {
  static const Matrix full = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  static const Matrix protanopia = {
      {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}};
  static const Matrix deuteranopia = {
      {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}};
  static const Matrix tritanopia = {
      {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}};
  static const Matrix greyscale = {{{0.2126, 0.7152, 0.0722}, {0.2126, 0.7152, 0.0722}, {0.2126, 0.7152, 0.0722}}};
  switch (vision) {
    case Vision::deuteranopia: return deuteranopia;
    case Vision::protanopia: return protanopia;
    case Vision::tritanopia: return tritanopia;
    case Vision::greyscale: return greyscale;
    case Vision::full: break;
  }
  return full;
}

double linear(double channel) {
  return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

Rgb linearRgb(const QColor& color) { return {linear(color.redF()), linear(color.greenF()), linear(color.blueF())}; }

double row(const Rgb& factors, const Rgb& rgb) {
  return factors[0] * rgb[0] + factors[1] * rgb[1] + factors[2] * rgb[2];
}

double luminance(const QColor& color) { return row({0.2126, 0.7152, 0.0722}, linearRgb(color)); }

double labCurve(double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116.0; }

}  // namespace

const char* nameOf(Vision vision) {
  switch (vision) {
    case Vision::full: return "full colour vision";
    case Vision::deuteranopia: return "deuteranopia";
    case Vision::protanopia: return "protanopia";
    case Vision::tritanopia: return "tritanopia";
    case Vision::greyscale: return "greyscale";
  }
  return "";
}

Lab seen(QColor color, Vision vision) {
  const Rgb original = linearRgb(color);
  Rgb rgb{};
  for (std::size_t i = 0; i < 3; ++i) rgb[i] = std::clamp(row(matrixOf(vision)[i], original), 0.0, 1.0);
  const double x = labCurve(row({0.4124564, 0.3575761, 0.1804375}, rgb) / 0.95047);
  const double y = labCurve(row({0.2126729, 0.7151522, 0.0721750}, rgb));
  const double z = labCurve(row({0.0193339, 0.1191920, 0.9503041}, rgb) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double distance(const Lab& a, const Lab& b) { return std::hypot(a.lightness - b.lightness, a.a - b.a, a.b - b.b); }

double pictureDistance(const QImage& a, const QImage& b, QColor background, Vision vision) {
  double sum = 0;
  int pixels = 0;
  for (int y = 0; y < std::min(a.height(), b.height()); ++y) {
    for (int x = 0; x < std::min(a.width(), b.width()); ++x) {
      const QColor of_a = a.pixelColor(x, y);
      const QColor of_b = b.pixelColor(x, y);
      if (of_a == background && of_b == background) continue;
      sum += distance(seen(of_a, vision), seen(of_b, vision));
      ++pixels;
    }
  }
  return pixels == 0 ? 0.0 : sum / pixels;
}

double contrast(QColor a, QColor b) {
  const double of_a = luminance(a) + 0.05;
  const double of_b = luminance(b) + 0.05;
  return std::max(of_a, of_b) / std::min(of_a, of_b);
}

}  // namespace remat
