#include "gui/models/theme.h"

#include <algorithm>

#include <QPalette>

namespace remat {
namespace {

// In the order of Category: parameters, gradients, optimizer state, inputs, activations, recomputed, temporaries,
// prefetched. Recomputed ones have the colour of activations and are hatched.
const Theme kLight{
    .dark = false,
    .surface = "#FFFFFF",
    .panel = "#F6F7F9",
    .ink = "#171B21",
    .secondary = "#525C68",
    .hairline = "#DEE2E7",
    .grid = "#ECEFF2",
    .hover = QColor(23, 27, 33, 26),
    .good = "#0B6E4F",
    .warning = "#8A5A00",
    .bad = "#B3261E",
    .categories = {"#C9CFD6", "#7B8591", "#A7B0BB", "#E1E5EA", "#35507F", "#35507F", "#D2B04C", "#7C96C8"},
    .forward = "#C9CFD6",
    .backward = "#8A95A2",
    .recompute = "#35507F",
    .increase = "#C75B00",
    .decrease = "#0072B2"};

const Theme kDark{
    .dark = true,
    .surface = "#14171B",
    .panel = "#1A1E23",
    .ink = "#ECEFF3",
    .secondary = "#A9B3BF",
    .hairline = "#2F353D",
    .grid = "#23282E",
    .hover = QColor(236, 239, 243, 34),
    .good = "#4CC38A",
    .warning = "#F2B233",
    .bad = "#FF8A80",
    .categories = {"#434B55", "#98A3B0", "#626C78", "#2E343C", "#7F9FDB", "#7F9FDB", "#E0C35F", "#B4C8F0"},
    .forward = "#4F5863",
    .backward = "#8893A0",
    .recompute = "#7F9FDB",
    .increase = "#F57F35",
    .decrease = "#3E9FE0"};

// cividis at tenths, as matplotlib defines it (Nuñez, Anderton, Renslow, PLOS ONE 13(7), 2018).
constexpr std::array<QRgb, 10> kCividis = {0x00224e, 0x123570, 0x3b496c, 0x575d6d, 0x707173,
                                           0x8a8678, 0xa59c74, 0xc3b369, 0xe1cc55, 0xfee838};

}  // namespace

const Theme& lightTheme() { return kLight; }
const Theme& darkTheme() { return kDark; }

const Theme& themeOf(const QPalette& palette) {
  const bool dark = palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
  return dark ? kDark : kLight;
}

QPalette paletteOf(const Theme& theme) {
  QPalette palette;
  const QColor button = theme.dark ? QColor("#23282F") : theme.surface;
  for (const auto& [role, color] : {std::pair{QPalette::Window, theme.panel},
                                    {QPalette::WindowText, theme.ink},
                                    {QPalette::Base, theme.surface},
                                    {QPalette::AlternateBase, theme.panel},
                                    {QPalette::Text, theme.ink},
                                    {QPalette::PlaceholderText, theme.secondary},
                                    {QPalette::Button, button},
                                    {QPalette::ButtonText, theme.ink},
                                    {QPalette::BrightText, theme.bad},
                                    {QPalette::Highlight, theme.ink},
                                    {QPalette::HighlightedText, theme.surface},
                                    {QPalette::Link, theme.decrease},
                                    {QPalette::LinkVisited, theme.decrease},
                                    {QPalette::ToolTipBase, theme.ink},
                                    {QPalette::ToolTipText, theme.surface},
                                    {QPalette::Light, theme.dark ? theme.hairline : theme.surface},
                                    {QPalette::Midlight, theme.hairline},
                                    {QPalette::Mid, theme.hairline},
                                    {QPalette::Dark, theme.dark ? QColor("#0E1114") : QColor("#B4BBC4")},
                                    {QPalette::Shadow, theme.dark ? QColor("#000000") : QColor("#8A939E")}}) {
    palette.setColor(role, color);
  }
  QColor disabled = theme.secondary;
  disabled.setAlpha(150);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    palette.setColor(QPalette::Disabled, role, disabled);
  }
  palette.setColor(QPalette::Disabled, QPalette::Highlight, theme.hairline);
  palette.setColor(QPalette::Disabled, QPalette::HighlightedText, theme.secondary);
  return palette;
}

QColor sequentialColor(double position) {
  const double at = std::clamp(position, 0.0, 1.0) * (kCividis.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(at), kCividis.size() - 2);
  const double part = at - static_cast<double>(below);
  const auto mixed = [&](int (*channel)(QRgb)) {
    return static_cast<int>(channel(kCividis[below]) * (1.0 - part) + channel(kCividis[below + 1]) * part + 0.5);
  };
  return {mixed(qRed), mixed(qGreen), mixed(qBlue)};
}

}  // namespace remat
