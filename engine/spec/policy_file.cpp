#include "engine/spec/policy_file.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "engine/spec/error.h"
#include "engine/spec/json_scan.h"

namespace remat {

std::string readPolicyFile(const std::string& path) {
  const auto refuse = [&](const std::string& what, const std::string& remedy) {
    return Error(ErrorKind::usage, "policy file " + path, what, remedy);
  };
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    throw refuse("expected a readable file, found none", "check the path");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw refuse("expected a readable file", "check its permissions");
  std::string text(kMaxJsonBytes + 1, '\0');  // one more than policyFromJson takes
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace remat
