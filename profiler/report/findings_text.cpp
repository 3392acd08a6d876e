// Findings for the terminal.

#include <algorithm>
#include <cstddef>
#include <string>

#include "profiler/report/findings.h"

namespace remat {
namespace {

/// Breaks at blanks; lines after the first begin with as many blanks as `first` is long.
std::string wrapped(const std::string& first, const std::string& text, std::size_t width) {
  std::string all = first;
  std::size_t column = first.size();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::size_t length = end - at;
    if (column > first.size() && column + 1 + length > width) {
      all += "\n" + std::string(first.size(), ' ');
      column = first.size();
    } else if (column > first.size()) {
      all += ' ';
      ++column;
    }
    all.append(text, at, length);
    column += length;
    at = end + 1;
  }
  return all + "\n";
}

}  // namespace

std::string findingsText(const Run& run, std::size_t width) {
  std::string text;
  for (const Finding& finding : runFindings(run)) text += wrapped("- ", finding.text, width);
  for (const GroupFindings& group : groupFindings(run)) {
    text += (text.empty() ? "" : "\n") + group.title + "\n";
    for (const Finding& finding : group.findings) text += wrapped("- ", finding.text, width);
  }
  return text;
}

}  // namespace remat
