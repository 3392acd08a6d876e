#include "tests/architecture/include_rules.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "tests/architecture/source_tree.h"

namespace remat::architecture {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(IncludeRules, every_file_includes_only_what_its_folder_may_know) {
  for (const char* part : {"engine", "profiler", "gui"}) {
    for (const auto& file : sourcesBelow(REMAT_SOURCE_DIR, part)) {
      EXPECT_THAT(violations(file, textOf(std::filesystem::path(REMAT_SOURCE_DIR) / file)), IsEmpty());
    }
  }
}

TEST(IncludeRules, no_test_includes_the_front_end_of_torch) {
  for (const auto& file : sourcesBelow(REMAT_SOURCE_DIR, "tests")) {
    for (const Include& include : includesOf(textOf(std::filesystem::path(REMAT_SOURCE_DIR) / file))) {
      EXPECT_NE(include.path, "torch/torch.h") << file;
    }
  }
}

TEST(IncludeRules, every_folder_may_include_itself) {
  for (const FolderRule& rule : folderRules()) {
    EXPECT_THAT(rule.may_include, testing::Contains(rule.folder)) << rule.folder;
  }
}

// The rest shows that the rules can fail.

struct Case {
  const char* file;
  const char* line;
  const char* complaint;  ///< nullptr: allowed
};

TEST(IncludeRules, judge_made_up_lines) {
  const std::vector<Case> cases = {
      Case{"engine/spec/a.cpp", "#include <vector>", nullptr},
      Case{"engine/spec/a.cpp", "#include <nlohmann/json.hpp>", nullptr},
      Case{"engine/spec/families/a.cpp", "#include \"engine/spec/a.h\"", nullptr},
      Case{"engine/spec/families/a.cpp", "#include \"profiler/core/a.h\"", "against the arrows"},
      Case{"engine/spec/a.cpp", "#include \"engine/exec/a.h\"", "against the arrows"},
      Case{"engine/spec/a.cpp", "#include \"engine/specification/a.h\"", "against the arrows"},
      Case{"engine/spec/a.cpp", "#include <ATen/core/Tensor.h>", "Torch"},
      Case{"engine/spec/a.cpp", "  #  include <c10/util/Exception.h>", "Torch"},
      Case{"engine/exec/a.cpp", "#include <ATen/core/Tensor.h>", nullptr},
      Case{"engine/exec/a.cpp", "#include <torch/csrc/autograd/engine.h>", nullptr},
      Case{"engine/exec/a.cpp", "#include <torch/torch.h>", "front end"},
      Case{"profiler/measure/a.cpp", "#include \"torch/torch.h\"", "front end"},
      Case{"engine/exec/a.cpp", "#include <cupti.h>", "CUPTI"},
      Case{"engine/exec/a.cpp", "#include \"profiler/core/a.h\"", "against the arrows"},
      Case{"profiler/measure/a.cpp", "#include <cupti.h>", nullptr},
      Case{"profiler/measure/a.cpp", "#include \"profiler/report/a.h\"", "against the arrows"},
      Case{"profiler/core/a.h", "#include <cuda_runtime_api.h>", "CUDA"},
      Case{"profiler/predict/a.h", "#include \"profiler/report/a.h\"", "against the arrows"},
      Case{"profiler/report/a.cpp", "#include <QString>", "Qt"},
      Case{"profiler/cli/a.cpp", "#include \"profiler/measure/a.h\"", "against the arrows"},
      Case{"profiler/cli/a.cpp", "#include \"tests/support/a.h\"", "against the arrows"},
      Case{"profiler/worker/a.cpp", "#include <QtCore/QString>", "Qt"},
      Case{"gui/pages/a.cpp", "#include <QString>", nullptr},
      Case{"gui/pages/a.cpp", "#include <qcustomplot.h>", "QCustomPlot"},
      Case{"gui/charts/a.cpp", "#include <qcustomplot.h>", nullptr},
      Case{"gui/charts/a.cpp", "#include \"gui/pages/a.h\"", "against the arrows"},
      Case{"gui/models/a.cpp", "#include \"gui/charts/a.h\"", "against the arrows"},
      Case{"gui/pages/a.cpp", "#include \"profiler/measure/a.h\"", "against the arrows"},
      Case{"profiler/core/a.cpp", "#include \"a.h\"", "path from the root"},
      Case{"profiler/core/a.cpp", "#include \"../core/a.h\"", "path from the root"},
      Case{"profiler/core/a.cpp", "#include NAME", "macro"},
      Case{"profiler/new_folder/a.cpp", "#include <vector>", "no rule"},
      Case{"profiler/core/a.cpp", "// #include <QString>", nullptr}};
  for (const Case& each : cases) {
    SCOPED_TRACE(std::string(each.file) + ": " + each.line);
    const auto found = violations(each.file, each.line);
    if (each.complaint == nullptr) {
      EXPECT_THAT(found, IsEmpty());
    } else {
      EXPECT_THAT(found, ElementsAre(HasSubstr(each.complaint)));
    }
  }
}

TEST(IncludeRules, a_complaint_names_file_and_line) {
  EXPECT_THAT(violations("profiler/core/a.cpp", "#include <vector>\n\n#include <QString>\n"),
              ElementsAre(HasSubstr("profiler/core/a.cpp:3: QString")));
}

}  // namespace
}  // namespace remat::architecture
