// rematscope-gui: the window; and pictures of a run without one.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>

#include <QApplication>
#include <QTemporaryDir>

#include "engine/spec/error.h"
#include "gui/charts/render.h"
#include "gui/models/arguments.h"
#include "gui/models/display.h"
#include "gui/models/file_kind.h"
#include "gui/models/staged_folder.h"
#include "gui/pages/main_window.h"
#include "profiler/core/run.h"

namespace remat {
namespace {

void print(std::FILE* to, const QString& text) { std::fputs(text.toUtf8().constData(), to); }

void complain(const QString& sentence) { print(stderr, "rematscope-gui: " + sentence + "\n"); }

/// All pictures that are asked for or none: half of them would look like all.
QStringList draw(const Run& run, const Arguments& arguments) {
  StagedFolder folder(arguments.output);
  try {
    QStringList paths = renderCharts(run, {.folder = folder.path(),
                                           .charts = arguments.charts,
                                           .formats = arguments.formats,
                                           .dark = arguments.dark,
                                           .scale = arguments.scale});
    folder.putInPlace();
    for (QString& path : paths) path = folder.told(path);
    return paths;
  } catch (const Error& error) {
    throw Error(error.kind(), {}, folder.told(error.what()).toStdString());
  }
}

int render(const Arguments& arguments) {
  try {
    const Run run = loadRun(arguments.run.toStdString());
    if (!run.damage.none()) complain(arguments.run + ": " + QString::fromStdString(run.damage.text()));
    const QStringList paths = draw(run, arguments);
    for (const QString& path : paths) print(stdout, path + "\n");
    if (paths.isEmpty()) complain("nothing to draw: the run has no measured point");
    return 0;
  } catch (const Error& error) {
    complain(error.what());
    return exitCode(error.kind());
  } catch (const std::exception& error) {
    complain(error.what());
    return 1;
  }
}

/// Qt keeps sockets in a folder of the session. Where there is no session it would say so and make one in /tmp.
std::unique_ptr<QTemporaryDir> runtimeFolder() {
  if (!qEnvironmentVariableIsEmpty("XDG_RUNTIME_DIR")) return nullptr;
  auto folder = std::make_unique<QTemporaryDir>();
  if (folder->isValid()) qputenv("XDG_RUNTIME_DIR", folder->path().toLocal8Bit());
  return folder;
}

int openWindows(const Arguments& arguments) {
  MainWindow first;
  MainWindow* window = &first;
  for (const QString& file : arguments.files) {
    // Another run gets another window; a config goes with the run before it.
    if (window->document().state() != Document::State::empty && fileKind(file) == FileKind::run) {
      window = new MainWindow;
      window->setAttribute(Qt::WA_DeleteOnClose);
      window->show();
    }
    window->openFile(file);
  }
  first.show();
  return QApplication::exec();
}

}  // namespace
}  // namespace remat

int main(int argc, char** argv) {
  using remat::Arguments;
  QStringList words;
  for (int i = 1; i < argc; ++i) words << QString::fromLocal8Bit(argv[i]);
  const Arguments arguments = remat::parseArguments(words);
  switch (arguments.mode) {
    case Arguments::Mode::help: remat::print(stdout, remat::argumentsHelp()); return 0;
    case Arguments::Mode::version: remat::print(stdout, "rematscope-gui " REMAT_VERSION "\n"); return 0;
    case Arguments::Mode::wrong: remat::complain(arguments.problem); return 2;
    case Arguments::Mode::render: qputenv("QT_QPA_PLATFORM", "offscreen"); break;
    case Arguments::Mode::window: {
      const QString problem = remat::displayProblem();
      if (problem.isEmpty()) break;
      remat::complain(problem + "; --render draws the charts of a run without one");
      return 1;
    }
  }
  const auto runtime_folder = remat::runtimeFolder();
  QCoreApplication::setOrganizationName("rematscope");
  QCoreApplication::setApplicationName("rematscope");
  QCoreApplication::setApplicationVersion(REMAT_VERSION);
  QGuiApplication::setDesktopFileName("io.github.rematscope.Rematscope");
  QApplication::setStyle("Fusion");
  const QApplication application(argc, argv);
  return arguments.mode == Arguments::Mode::render ? remat::render(arguments) : remat::openWindows(arguments);
}
