#include "profiler/cli/input_sizes.h"

#include <gtest/gtest.h>

#include "tests/profiler/cli/program_run.h"

namespace remat {
namespace {

std::string safetensors(const std::string& header) {
  std::string text(8, '\0');
  text[0] = static_cast<char>(header.size());
  return text + header;
}

std::optional<InputSizes> sizesIn(const std::string& content) {
  const TestFolder folder;
  writeFile(folder / "inputs.safetensors", content);
  return inputSizesOf(folder / "inputs.safetensors");
}

TEST(InputSizes, are_those_of_the_token_ids) {
  EXPECT_EQ(sizesIn(safetensors(R"({"input_ids":{"dtype":"I64","shape":[3,17],"data_offsets":[0,408]}})")),
            (InputSizes{3, 17}));
}

TEST(InputSizes, are_unknown_where_the_header_does_not_say) {
  EXPECT_EQ(inputSizesOf("/nowhere"), std::nullopt);
  EXPECT_EQ(inputSizesOf(""), std::nullopt);
  for (const char* header :
       {R"({"labels":{"shape":[3,17]}})", R"({"input_ids":{"shape":[17]}})", R"({"input_ids":{"shape":["a",1]}})",
        R"({"input_ids":{"shape":[0,1]}})", R"({"input_ids":3})", "[1]", "{"})
    EXPECT_EQ(sizesIn(safetensors(header)), std::nullopt) << header;
  EXPECT_EQ(sizesIn("short"), std::nullopt);
  EXPECT_EQ(sizesIn("\xff\xff\xff\xff\xff\xff\xff\xff{}"), std::nullopt) << "a length that no file has";
  EXPECT_EQ(sizesIn("\x7f" + std::string(7, '\0') + "{}"), std::nullopt) << "a length beyond the file";
}

}  // namespace
}  // namespace remat
