#include "tests/gui/support/virtual_screen.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QtEndian>

#include "tests/gui/support/waiting.h"

namespace remat {

QStringList VirtualScreen::missing() {
  QStringList names;
  for (const char* name : {"Xvfb", "openbox", "xdotool"})
    if (QStandardPaths::findExecutable(name).isEmpty()) names << name;
  return names;
}

VirtualScreen::VirtualScreen() = default;

VirtualScreen::~VirtualScreen() {
  for (QProcess* process : {&manager_, &server_}) {
    process->terminate();
    if (!process->waitForFinished(3000)) process->kill();
    process->waitForFinished(3000);
  }
}

bool VirtualScreen::start() {
  // The server chooses a free display and says which; -fbdir: the screen is a file that can be looked at. -noreset:
  // once its last client is gone it begins anew otherwise, and throws out who connects just then.
  server_.setProcessChannelMode(QProcess::SeparateChannels);
  server_.start("Xvfb", {"-displayfd", "1", "-noreset", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-fbdir",
                         folder_.path()});
  QByteArray said;
  const bool ready = waitUntil(
      [&] {
        said += server_.readAllStandardOutput();
        return said.contains('\n');
      },
      20'000);
  if (!ready) return false;
  display_ = ":" + QString::fromLatin1(said.trimmed());
  manager_.setProcessEnvironment(environment());
  manager_.start("openbox", {"--sm-disable"});
  return manager_.waitForStarted();
}

QProcessEnvironment VirtualScreen::environment() const {
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.insert("DISPLAY", display_);
  environment.insert("QT_QPA_PLATFORM", "xcb");
  environment.insert("HOME", folder_.path());  // nobody's settings
  environment.insert("XDG_CONFIG_HOME", folder_.filePath("config"));
  environment.insert("XDG_DATA_HOME", folder_.filePath("data"));
  return environment;
}

QString VirtualScreen::xdotool(const QStringList& arguments) {
  QProcess tool;
  tool.setProcessEnvironment(environment());
  tool.start("xdotool", arguments);
  tool.waitForFinished(10'000);
  return QString::fromUtf8(tool.readAllStandardOutput()).trimmed();
}

bool VirtualScreen::waitForWindow(const QString& name) {
  return waitUntil([&] { return !xdotool({"search", "--onlyvisible", "--name", name}).isEmpty(); }, 60'000);
}

// The file is a dump as xwd makes it: a header of big-endian numbers, a colour table, rows of pixels.
QImage VirtualScreen::picture() const {
  QFile file(folder_.filePath("Xvfb_screen0"));
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QByteArray bytes = file.readAll();
  constexpr int fields = 25, color_bytes = 12;
  if (bytes.size() < fields * 4) return {};
  const auto field = [&](int index) {
    return static_cast<int>(qFromBigEndian<quint32>(bytes.constData() + index * 4));
  };
  const int header = field(0), width = field(4), height = field(5), line = field(12), colors = field(19);
  const qsizetype begin = header + colors * color_bytes;
  if (bytes.size() < begin + qsizetype{line} * height) return {};
  return QImage(reinterpret_cast<const uchar*>(bytes.constData()) + begin, width, height, line, QImage::Format_RGB32)
      .copy();
}

}  // namespace remat
