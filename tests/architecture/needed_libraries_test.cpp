#include "tests/architecture/needed_libraries.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace remat::architecture {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

const std::vector<std::string> kTorchAndCuda = {"libtorch", "libc10", "libcuda", "libcupti", "libcublas", "libnv"};
const std::vector<std::string> kQt = {"libQt", "libqcustomplot"};

struct Program {
  std::string name;
  std::vector<std::string> forbidden;
};

class NeededLibraries : public testing::TestWithParam<Program> {};

TEST_P(NeededLibraries, of_a_program_stay_on_its_side) {
  const std::filesystem::path program = std::filesystem::path(REMAT_BINARY_DIR) / GetParam().name;
  if (!std::filesystem::exists(program)) GTEST_SKIP() << program << " is not built here";
  const auto libraries = neededLibraries(program);
  EXPECT_THAT(libraries, Not(IsEmpty()));
  EXPECT_THAT(beginningWith(libraries, GetParam().forbidden), IsEmpty());
}

std::vector<std::string> both(std::vector<std::string> one, const std::vector<std::string>& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

INSTANTIATE_TEST_SUITE_P(Programs, NeededLibraries,
                         testing::Values(Program{"rematscope", both(kTorchAndCuda, kQt)},
                                         Program{"rematscope-gui", kTorchAndCuda}, Program{"rematscope-worker", kQt}),
                         [](const auto& each) {
                           std::string name = each.param.name;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(LibraryNames, are_read_from_what_readelf_and_ldd_print) {
  const auto names = libraryNames(
      " 0x0000000000000001 (NEEDED)             Shared library: [libc10.so]\n"
      " 0x000000000000001d (RUNPATH)            Library runpath: [/opt/torch/lib]\n"
      "\tlinux-vdso.so.1 (0x00007ffc)\n"
      "\tlibcupti.so.13 => not found\n"
      "\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f32)\n");
  EXPECT_THAT(names, ElementsAre("libc10.so", "libcupti.so.13", "libm.so.6"));
  EXPECT_THAT(beginningWith(names, kTorchAndCuda), ElementsAre("libc10.so", "libcupti.so.13"));
}

}  // namespace
}  // namespace remat::architecture
