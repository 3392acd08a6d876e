#include "gui/models/display.h"

#include <array>

#include <QLibrary>
#include <QStringList>

namespace remat {
namespace {

// The libraries that Qt itself will use, loaded by hand: the program needs neither where it only draws pictures. Where
// one is missing, whether the display answers is not known, and Qt says what it thinks of that.

bool answersOverX11() {
  QLibrary xcb(QStringLiteral("xcb"), 1);
  const auto connect = reinterpret_cast<void* (*)(const char*, int*)>(xcb.resolve("xcb_connect"));
  const auto hasError = reinterpret_cast<int (*)(void*)>(xcb.resolve("xcb_connection_has_error"));
  const auto disconnect = reinterpret_cast<void (*)(void*)>(xcb.resolve("xcb_disconnect"));
  if (connect == nullptr || hasError == nullptr || disconnect == nullptr) return true;
  void* connection = connect(nullptr, nullptr);  // never null, by its manual
  const bool answers = hasError(connection) == 0;
  disconnect(connection);
  return answers;
}

bool answersOverWayland() {
  QLibrary wayland(QStringLiteral("wayland-client"), 0);
  const auto connect = reinterpret_cast<void* (*)(const char*)>(wayland.resolve("wl_display_connect"));
  const auto disconnect = reinterpret_cast<void (*)(void*)>(wayland.resolve("wl_display_disconnect"));
  if (connect == nullptr || disconnect == nullptr) return true;
  void* connection = connect(nullptr);
  if (connection != nullptr) disconnect(connection);
  return connection != nullptr;
}

struct DisplayKind {
  const char* variable;
  bool (*answers)();
};
constexpr std::array<DisplayKind, 2> kKinds = {
    {{"DISPLAY", &answersOverX11}, {"WAYLAND_DISPLAY", &answersOverWayland}}};

}  // namespace

QString displayProblem() {
  const QString platform = qEnvironmentVariable("QT_QPA_PLATFORM");
  if (!platform.isEmpty() && !platform.startsWith(QLatin1String("xcb")) &&
      !platform.startsWith(QLatin1String("wayland")))
    return {};
  QStringList silent;
  for (const DisplayKind& kind : kKinds) {
    const QString name = qEnvironmentVariable(kind.variable);
    if (name.isEmpty()) continue;
    if (kind.answers()) return {};
    silent << QLatin1String(kind.variable) + u'=' + name;
  }
  if (silent.isEmpty())
    return QStringLiteral("expected a display, found none (DISPLAY and WAYLAND_DISPLAY are not set)");
  return QStringLiteral("expected a display, found none that answers (%1)").arg(silent.join(QLatin1String(", ")));
}

}  // namespace remat
