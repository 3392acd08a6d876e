// What a file is that somebody opens or drops: told by its beginning, not by its name.
#pragma once

#include <cstdint>

#include <QString>

namespace remat {

enum class FileKind : std::uint8_t { run, config, missing, unknown };

[[nodiscard]] FileKind fileKind(const QString& path);
/// For the kinds that cannot be opened: a sentence with what to do.
[[nodiscard]] QString fileKindProblem(FileKind kind, const QString& path);

}  // namespace remat
