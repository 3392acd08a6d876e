// The command line of rematscope-gui, understood before there is a QApplication: help and version need no display.
#pragma once

#include <cstdint>

#include <QString>
#include <QStringList>

namespace remat {

struct Arguments {
  enum class Mode : std::uint8_t { window, render, help, version, wrong };
  Mode mode = Mode::window;
  QStringList files{};
  QString run{};          ///< to render
  QString output{};       ///< folder of the pictures
  QStringList charts{};   ///< empty: all
  QStringList formats{};  ///< of png, svg, csv; empty: all
  bool dark = false;
  double scale = 1.0;
  QString problem{};  ///< of `wrong`: a sentence
  bool operator==(const Arguments&) const = default;
};

/// What a chart can be written as: png, svg, csv.
[[nodiscard]] const QStringList& pictureFormats();

/// `words`: without the program's name. Those that Qt itself takes (-platform, -style, ...) are left out.
[[nodiscard]] Arguments parseArguments(const QStringList& words);
[[nodiscard]] QString argumentsHelp();

}  // namespace remat
