#include "tests/architecture/include_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <sstream>

namespace remat::architecture {
namespace {

// The folders whose names start the path of an include of this project.
constexpr std::array<std::string_view, 4> kProjectRoots = {"engine/", "profiler/", "gui/", "tests/"};

bool startsWithAny(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](auto prefix) { return text.starts_with(prefix); });
}

bool isBelow(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

/// Qt headers are <QString>, <QtWidgets/...>: a Q followed by a capital, or Qt.
bool looksLikeQt(std::string_view path) {
  const bool class_header = path.size() > 1 && path[0] == 'Q' && std::isupper(static_cast<unsigned char>(path[1])) != 0;
  return class_header || startsWithAny(path, {"Qt", "qt"});
}

std::optional<Library> libraryOf(std::string_view path) {
  // The front end of LibTorch (torch::nn, torch::optim) triples compile time; nobody includes it.
  if (startsWithAny(
          path, {"torch/torch.h", "torch/all.h", "torch/extension.h", "torch/nn", "torch/optim", "torch/csrc/api/"})) {
    return Library::torch_front_end;
  }
  if (startsWithAny(path, {"cupti", "generated_cuda", "nvperf"})) return Library::cupti;
  if (startsWithAny(path, {"ATen/", "torch/", "c10/", "caffe2/"})) return Library::torch;
  if (startsWithAny(path, {"cuda", "cublas", "cudnn", "nccl", "nvrtc", "nvml", "nvtx", "driver_types.h"})) {
    return Library::cuda;
  }
  if (path.starts_with("qcustomplot")) return Library::qcustomplot;
  if (looksLikeQt(path)) return Library::qt;
  return std::nullopt;
}

std::string_view nameOf(Library library) {
  switch (library) {
    case Library::torch: return "Torch";
    case Library::torch_front_end: return "the front end of Torch";
    case Library::cuda: return "CUDA";
    case Library::cupti: return "CUPTI";
    case Library::qt: return "Qt";
    case Library::qcustomplot: return "QCustomPlot";
  }
  return "";
}

const FolderRule* ruleFor(std::string_view file) {
  for (const FolderRule& rule : folderRules()) {
    if (isBelow(file, rule.folder)) return &rule;
  }
  return nullptr;
}

/// What is wrong with one include under `rule`; empty if nothing is.
std::string complaint(const FolderRule& rule, const Include& include) {
  if (include.path.empty()) return "names a macro, which hides what is included";
  const auto is_project_root = [&](auto root) { return include.path.starts_with(root); };
  if (std::any_of(kProjectRoots.begin(), kProjectRoots.end(), is_project_root)) {
    const auto covers = [&](auto folder) { return isBelow(include.path, folder); };
    if (std::any_of(rule.may_include.begin(), rule.may_include.end(), covers)) return "";
    return "is against the arrows: " + std::string(rule.folder) + " must not know it";
  }
  if (const auto library = libraryOf(include.path)) {
    if (std::find(rule.may_use.begin(), rule.may_use.end(), *library) != rule.may_use.end()) return "";
    return "belongs to " + std::string(nameOf(*library)) + ", which " + std::string(rule.folder) + " must not use";
  }
  if (include.quoted) return "does not name the path from the root of the repository";
  return "";
}

}  // namespace

const std::vector<FolderRule>& folderRules() {
  // clang-format off
  static const std::vector<FolderRule> rules = {
      {"engine/spec",      {"engine/spec"}, {}},
      {"engine/exec",      {"engine/spec", "engine/exec"}, {Library::torch, Library::cuda}},
      {"profiler/core",    {"engine/spec", "profiler/core"}, {}},
      {"profiler/predict", {"engine/spec", "profiler/core", "profiler/predict"}, {}},
      {"profiler/report",  {"engine/spec", "profiler/core", "profiler/predict", "profiler/report"}, {}},
      {"profiler/measure", {"engine/spec", "engine/exec", "profiler/core", "profiler/measure"},
                           {Library::torch, Library::cuda, Library::cupti}},
      {"profiler/cli",     {"engine/spec", "profiler/core", "profiler/predict", "profiler/report", "profiler/cli"}, {}},
      {"profiler/worker",  {"engine/spec", "engine/exec", "profiler/core", "profiler/measure", "profiler/worker"}, {}},
      {"gui/models",       {"engine/spec", "profiler/core", "profiler/predict", "profiler/report", "gui/models"},
                           {Library::qt}},
      {"gui/charts",       {"engine/spec", "profiler/core", "profiler/predict", "profiler/report", "gui/models",
                            "gui/charts"},
                           {Library::qt, Library::qcustomplot}},
      {"gui/pages",        {"engine/spec", "profiler/core", "profiler/predict", "profiler/report", "gui/models",
                            "gui/charts", "gui/pages"},
                           {Library::qt}},
      {"gui",              {"engine/spec", "profiler/core", "profiler/predict", "profiler/report", "gui"},
                           {Library::qt}},
  };
  // clang-format on
  return rules;
}

std::vector<Include> includesOf(std::string_view text) {
  std::vector<Include> includes;
  std::istringstream lines{std::string(text)};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const auto skipBlanks = [&](std::size_t at) { return std::min(line.find_first_not_of(" \t", at), line.size()); };
    std::size_t at = skipBlanks(0);
    if (at == line.size() || line[at] != '#') continue;
    at = skipBlanks(at + 1);
    if (line.compare(at, 7, "include") != 0) continue;
    at = skipBlanks(at + 7);
    Include include{.line = number, .quoted = line.compare(at, 1, "\"") == 0, .path = {}};
    if (include.quoted || line.compare(at, 1, "<") == 0) {
      const std::size_t end = line.find(include.quoted ? '"' : '>', at + 1);
      if (end != std::string::npos) include.path = line.substr(at + 1, end - at - 1);
    }
    includes.push_back(std::move(include));
  }
  return includes;
}

std::vector<std::string> violations(const std::filesystem::path& file, std::string_view text) {
  const std::string name = file.generic_string();
  const FolderRule* rule = ruleFor(name);
  if (rule == nullptr) return {name + ": its folder has no rule in tests/architecture/include_rules.cpp"};
  std::vector<std::string> found;
  for (const Include& include : includesOf(text)) {
    if (const std::string reason = complaint(*rule, include); !reason.empty()) {
      found.push_back(name + ":" + std::to_string(include.line) + ": " + include.path + " " + reason);
    }
  }
  return found;
}

}  // namespace remat::architecture
