// Names in a sentence, as people list them.
#pragma once

#include <QString>
#include <QStringList>

namespace remat {

/// "a", "a and b", "a, b and c", "a, b and 4 others".
[[nodiscard]] QString listedNames(const QStringList& names);

}  // namespace remat
