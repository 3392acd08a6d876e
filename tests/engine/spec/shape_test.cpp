#include "engine/spec/shape.h"

#include <limits>

#include <gmock/gmock.h>

#include "engine/spec/dtype.h"
#include "tests/engine/spec/graphs.h"

namespace remat {
namespace {

constexpr Sizes kSizes{.batch_size = 3, .sequence_length = 5};

TEST(Shape, is_evaluated_at_a_batch_size_and_a_sequence_length) {
  EXPECT_EQ(evaluate(Extent(7), kSizes), 7);
  EXPECT_EQ(evaluate(kBatch, kSizes), 3);
  EXPECT_EQ(evaluate(kSequence, kSizes), 5);
  EXPECT_EQ(evaluate(kTokens, kSizes), 15);
  EXPECT_EQ(evaluate(kBatch * kSequence * kSequence * 2, kSizes), 150);
  EXPECT_THAT(evaluate(Shape{kBatch, 4, kSequence, kSequence}, kSizes), testing::ElementsAre(3, 4, 5, 5));
}

TEST(Shape, has_as_many_elements_as_the_product_of_its_dimensions) {
  EXPECT_EQ(elementCount({kBatch, kSequence, 8}, kSizes), 120);
  EXPECT_EQ(elementCount({}, kSizes), 1);  // a scalar
}

TEST(Shape, is_written_with_B_and_S) {
  EXPECT_EQ(shapeText({kBatch, kSequence, 768}), "[B, S, 768]");
  EXPECT_EQ(shapeText({kTokens, 50257}), "[B*S, 50257]");
  EXPECT_EQ(shapeText({kBatch * 12, 1}), "[B*12, 1]");
  EXPECT_EQ(shapeText({}), "[]");
}

TEST(Shape, of_tokens_is_that_of_batch_times_sequence) { EXPECT_EQ(kBatch * kSequence, kTokens); }

TEST(Shape, is_refused_where_its_elements_cannot_be_counted) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const Sizes huge{.batch_size = most / 2, .sequence_length = 3};
  EXPECT_EQ(evaluate(kBatch, huge), most / 2);
  for (const auto& call :
       std::vector<std::function<void()>>{[&] { (void)evaluate(kTokens, huge); },
                                          [&] {
                                            (void)elementCount({kBatch, 4}, huge);
                                          },
                                          [&] { (void)product(most, 2); }, [&] { (void)sum(most, 1); }})
    EXPECT_THAT(errorOf(ErrorKind::usage, call), testing::HasSubstr("use a smaller batch"));
}

TEST(Dtype, has_the_item_size_and_name_of_torch) {
  EXPECT_EQ(itemBytes(Dtype::float32), 4);
  EXPECT_EQ(itemBytes(Dtype::bfloat16), 2);
  EXPECT_EQ(itemBytes(Dtype::float16), 2);
  EXPECT_EQ(itemBytes(Dtype::int64), 8);
  EXPECT_EQ(itemBytes(Dtype::boolean), 1);
  EXPECT_EQ(dtypeName(Dtype::boolean), "bool");
}

TEST(Dtype, is_promoted_to_float32_unless_both_are_equal) {
  EXPECT_EQ(promote(Dtype::bfloat16, Dtype::bfloat16), Dtype::bfloat16);
  EXPECT_EQ(promote(Dtype::bfloat16, Dtype::float32), Dtype::float32);
  EXPECT_EQ(promote(Dtype::bfloat16, Dtype::float16), Dtype::float32);
}

}  // namespace
}  // namespace remat
