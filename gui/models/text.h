// Translated texts of what is no QObject: values, views and free functions. One context, the namespace, since that is
// where lupdate looks for a tr() that belongs to no class.
#pragma once

#include <QCoreApplication>
#include <QString>

namespace remat {

inline constexpr const char* kTextContext = "remat";

[[nodiscard]] inline QString tr(const char* text) { return QCoreApplication::translate(kTextContext, text); }

}  // namespace remat
