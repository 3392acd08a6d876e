// How a device was while it was timed, in words.
#pragma once

#include <string>

#include "profiler/core/run.h"

namespace remat {

/// Whether a device told this while it worked. Before version 1.4, and where the host is the slower one, it was idle.
[[nodiscard]] bool toldUnderLoad(const DeviceState& state);

/// "SM clock 1,755 to 1,980 MHz, memory clock 2,619 MHz, 41 to 63 °C, 512 to 610 W while steps were timed;
/// slowed down by: power cap". Empty where nobody told, as on a CPU.
[[nodiscard]] std::string deviceStateText(const Run& run);

}  // namespace remat
