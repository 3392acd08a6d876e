#include "tests/architecture/needed_libraries.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace remat::architecture {
namespace {

std::string outputOf(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot start: " + command);
  std::string output;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), size);
  if (pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  return output;
}

}  // namespace

std::vector<std::string> libraryNames(std::string_view tool_output) {
  std::vector<std::string> names;
  std::istringstream lines{std::string(tool_output)};
  std::string line;
  while (std::getline(lines, line)) {
    if (line.find("(NEEDED)") != std::string::npos) {
      const auto begin = line.find('[');
      const auto end = line.find(']');
      if (begin != std::string::npos && end != std::string::npos)
        names.push_back(line.substr(begin + 1, end - begin - 1));
    } else if (const auto arrow = line.find(" => "); arrow != std::string::npos) {
      const auto begin = line.find_first_not_of(" \t");
      names.push_back(line.substr(begin, arrow - begin));
    }
  }
  return names;
}

std::vector<std::string> neededLibraries(const std::filesystem::path& program) {
  const std::string quoted = "'" + program.string() + "'";
  return libraryNames(outputOf("LC_ALL=C readelf -d " + quoted) + outputOf("LC_ALL=C ldd " + quoted));
}

std::vector<std::string> beginningWith(const std::vector<std::string>& libraries,
                                       const std::vector<std::string>& prefixes) {
  std::vector<std::string> found;
  for (const std::string& library : libraries) {
    const auto begins = [&](const std::string& prefix) { return library.starts_with(prefix); };
    if (std::any_of(prefixes.begin(), prefixes.end(), begins)) found.push_back(library);
  }
  return found;
}

}  // namespace remat::architecture
