// A machine with a driver whose rematscope lacks what works with CUDA: the point says what to install.
#include <filesystem>

#include <gmock/gmock.h>

#include "profiler/core/run.h"
#include "tests/profiler/cli/program_run.h"

namespace remat {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(CudaLibrary, that_is_missing_is_told_with_the_remedy) {
  const TestFolder folder;
  const std::string binaries = REMAT_BINARY_DIR;
  const std::string worker = folder / "rematscope-worker";  // a copy, which has no CUDA library beside it
  std::filesystem::copy_file(binaries + "/rematscope-worker", worker);
  writeFile(folder / "small.json",
            R"({"model_type":"llama","vocab_size":128,"hidden_size":64,"intermediate_size":160,"num_hidden_layers":1,)"
            R"("num_attention_heads":4})");
  const ProgramResult result =
      runProgram({"sweep", folder / "small.json", "--policy", "full", "--device", "cuda:0", "--samples", "1",
                  "--sequence", "8", "--output", folder / "run.remat.jsonl"},
                 {{"REMATSCOPE_WORKER", worker}, {"LD_LIBRARY_PATH", binaries + "/../tests/bin/fake_cuda_driver"}});
  EXPECT_EQ(result.exit_code, 4) << result.errors;
  const remat::Run run = loadRun(folder / "run.remat.jsonl");
  ASSERT_EQ(run.points.size(), 1U);
  ASSERT_TRUE(run.points[0].finished);
  EXPECT_EQ(run.points[0].finished->outcome, Outcome::failed);
  EXPECT_THAT(run.points[0].finished->reason,
              AllOf(HasSubstr("device cuda:0: cannot open "), HasSubstr("librematscope-cuda.so"),
                    HasSubstr("packaging/setup --cuda")));
}

}  // namespace
}  // namespace remat
