// Charts as assistive technology sees them: role, name, and the finding as value.
#pragma once

namespace remat {

/// Once per program; further calls do nothing.
void makeChartsAccessible();

}  // namespace remat
