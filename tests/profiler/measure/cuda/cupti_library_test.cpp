#include "profiler/measure/cuda/cupti_library.h"

#include <gmock/gmock.h>

#include "profiler/measure/cuda/cupti_session.h"

namespace remat {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(CuptiLibrary, that_is_missing_says_where_it_comes_from) {
  const LoadedCupti loaded = loadCupti("libcupti_of_nobody.so.13");
  EXPECT_FALSE(loaded.functions);
  EXPECT_THAT(loaded.reason,
              AllOf(HasSubstr("libcupti_of_nobody.so.13: cannot be opened"), HasSubstr("packaging/setup")));
}

TEST(CuptiLibrary, that_lacks_a_function_is_too_old) {
  const LoadedCupti loaded = loadCupti("libc.so.6");
  EXPECT_FALSE(loaded.functions);
  EXPECT_THAT(loaded.reason, HasSubstr("libc.so.6: has no cuptiGetVersion, so it is too old"));
}

TEST(CuptiLibrary, of_the_wheel_has_every_function) {
  const LoadedCupti loaded = loadCupti(REMAT_CUPTI_LIBRARY);
  if (!loaded.functions) GTEST_SKIP() << loaded.reason;
  std::uint32_t version = 0;
  EXPECT_EQ(loaded.functions->get_version(&version), CUPTI_SUCCESS);
  EXPECT_GE(version, kOldestCuptiVersion);
}

TEST(CuptiLibrary, either_opens_a_session_or_says_why_not) {
  const LoadedCupti loaded = loadCupti(REMAT_CUPTI_LIBRARY);
  if (!loaded.functions) GTEST_SKIP() << loaded.reason;
  const OpenedCupti opened = CuptiSession::open({}, *loaded.functions);
  EXPECT_NE(opened.session == nullptr, opened.reason.empty());
  if (!opened.session) {
    EXPECT_THAT(opened.reason, HasSubstr("nvidia-smi"));
  }
}

}  // namespace
}  // namespace remat
