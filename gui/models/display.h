// Whether a window can be shown at all, asked before Qt is: without a display that answers it aborts.
#pragma once

#include <QString>

namespace remat {

/// What is wrong with the displays that the environment names; empty if one of them answers. What else
/// QT_QPA_PLATFORM asks for is not judged.
[[nodiscard]] QString displayProblem();

}  // namespace remat
