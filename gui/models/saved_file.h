// Writes a file whole or not at all: what was there before stays if there is no room for the new one.
#pragma once

#include <QByteArray>
#include <QString>

namespace remat {

/// Throws Error(failed) if it cannot be written, saying why and what to do.
void saveFile(const QString& path, const QByteArray& bytes);

/// Throws Error(failed) if there is something at `path` that is no file: a device would be replaced by one.
void requireFile(const QString& path);

}  // namespace remat
