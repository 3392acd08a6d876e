#include "gui/models/arguments.h"

#include <algorithm>
#include <array>
#include <functional>

namespace remat {
namespace {

constexpr std::array kOptionsOfQt = {"-platform", "-style",   "-stylesheet",     "-display",
                                     "-geometry", "-session", "-qwindowgeometry"};

/// An option with a value: what it is called, and what its value does. Returns what was expected if it does not fit.
struct Option {
  const char* name;
  QString (*take)(Arguments& arguments, const QString& value);
};

const std::array<Option, 6> kOptions = {{
    {"--render",
     [](Arguments& a, const QString& value) {
       a.mode = Arguments::Mode::render;
       a.run = value;
       return QString();
     }},
    {"--output",
     [](Arguments& a, const QString& value) {
       a.output = value;
       return QString();
     }},
    {"--charts",
     [](Arguments& a, const QString& value) {
       a.charts = value.split(',', Qt::SkipEmptyParts);
       return a.charts.isEmpty() ? QString("names of charts, separated by commas") : QString();
     }},
    {"--format",
     [](Arguments& a, const QString& value) {
       a.formats = value.split(',', Qt::SkipEmptyParts);
       const auto is_known = [](const QString& format) { return pictureFormats().contains(format); };
       const bool all_known = std::all_of(a.formats.begin(), a.formats.end(), is_known);
       return all_known && !a.formats.isEmpty() ? QString() : QString("png, svg or csv, separated by commas");
     }},
    {"--theme",
     [](Arguments& a, const QString& value) {
       a.dark = value == "dark";
       return value == "dark" || value == "light" ? QString() : QString("light or dark");
     }},
    {"--scale",
     [](Arguments& a, const QString& value) {
       bool is_number = false;
       a.scale = value.toDouble(&is_number);
       return is_number && a.scale >= 0.5 && a.scale <= 4.0 ? QString() : QString("a number from 0.5 to 4");
     }},
}};

Arguments wrong(const QString& problem) {
  Arguments arguments;
  arguments.mode = Arguments::Mode::wrong;
  arguments.problem = problem;
  return arguments;
}

const Option* findOption(const QString& word) {
  for (const Option& option : kOptions)
    if (word == option.name || word.startsWith(QString(option.name) + "=")) return &option;
  return nullptr;
}

}  // namespace

const QStringList& pictureFormats() {
  static const QStringList formats = {"png", "svg", "csv"};
  return formats;
}

Arguments parseArguments(const QStringList& words) {
  Arguments arguments;
  bool only_files = false;
  for (int i = 0; i < words.size(); ++i) {
    const QString& word = words[i];
    if (only_files || !word.startsWith('-') || word == "-") {
      arguments.files << word;
    } else if (word == "--") {
      only_files = true;
    } else if (word == "--help" || word == "-h") {
      arguments.mode = Arguments::Mode::help;
      return arguments;
    } else if (word == "--version") {
      arguments.mode = Arguments::Mode::version;
      return arguments;
    } else if (std::find(kOptionsOfQt.begin(), kOptionsOfQt.end(), word) != kOptionsOfQt.end()) {
      ++i;
    } else if (const Option* option = findOption(word)) {
      const bool joined = word.contains('=');
      if (!joined && ++i == words.size()) return wrong(QString("%1: expected a value, got none").arg(option->name));
      const QString value = joined ? word.section('=', 1) : words[i];
      const QString expected = option->take(arguments, value);
      if (!expected.isEmpty())
        return wrong(QString("%1: expected %2, got '%3'").arg(option->name, expected, value.left(60)));
    } else {
      return wrong(QString("%1: unknown; --help lists what there is").arg(word.left(60)));
    }
  }
  const bool rendering = arguments.mode == Arguments::Mode::render;
  if (rendering && arguments.output.isEmpty()) return wrong("--output: expected a folder for the pictures, got none");
  if (rendering && !arguments.files.isEmpty())
    return wrong(QString("%1: expected no file beside --render").arg(arguments.files.front().left(60)));
  if (!rendering && (!arguments.output.isEmpty() || !arguments.charts.isEmpty() || !arguments.formats.isEmpty()))
    return wrong("--render: expected a run file to draw, got none");
  return arguments;
}

QString argumentsHelp() {
  return R"(See, explain and export what activation checkpointing costs and saves.

Usage: rematscope-gui [FILE...]
   or: rematscope-gui --render RUN --output DIR [--charts a,b] [--format png,svg,csv]
                      [--theme light|dark] [--scale 2]

  FILE              a run file (*.remat.jsonl, also while a sweep writes it) or a model's config.json;
                    each further run file opens a window of its own

Pictures without a display:
  --render RUN      draw the charts of this run file
  --output DIR      folder for them; made if it is not there
  --charts LIST     only these: frontier, blocks, step-memory, batch-grid, layer-grid,
                    throughput, depth
  --format LIST     only these: png, svg, csv (default: all)
  --theme THEME     light or dark (default: light)
  --scale N         pixels per logical pixel of PNG files, 0.5 to 4 (default: 1)

  -h, --help        this text
  --version         the version

Measuring itself is done by 'rematscope'; the window starts it, and shows what it writes.
)";
}

}  // namespace remat
