// Writes a file whole or not at all: what was there before stays if there is no room for the new one.
#pragma once

#include <functional>

#include <QByteArray>
#include <QString>

namespace remat {

/// Throws Error(failed) if it cannot be written, saying why and what to do.
void saveFile(const QString& path, const QByteArray& bytes);
/// The same of a file in pieces; an empty one is its end.
void saveFile(const QString& path, const std::function<QByteArray()>& nextPiece);

/// Throws Error(failed) if there is something at `path` that is no file: a device would be replaced by one.
void requireFile(const QString& path);

}  // namespace remat
