// A policy of one's own as a file, see policyFromJson in checkpoint_policy.h for what is in it.
#pragma once

#include <string>

namespace remat {

/// Its text. Throws Error(usage) if it cannot be read. Of a file that is too long, one byte more than may be.
[[nodiscard]] std::string readPolicyFile(const std::string& path);

}  // namespace remat
