#include "engine/exec/safetensors.h"

#include <cmath>
#include <fstream>
#include <sstream>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A file of its own for each test, removed afterwards.
class Safetensors : public ::testing::Test {
 protected:
  ~Safetensors() override { fs::remove(path_); }

  void write(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

  /// A file with this header and so many bytes of data.
  void writeFile(const std::string& header, std::size_t data_bytes) const {
    std::string bytes(8, '\0');
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(header.size() >> (8 * i) & 0xff);
    write(bytes + header + std::string(data_bytes, '\1'));
  }

  /// Reads the file, which must fail; the message.
  [[nodiscard]] std::string complaint() const {
    try {
      (void)readSafetensors(path_);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::bad_input);
      EXPECT_THAT(error.what(), HasSubstr(path_.filename().string()));
      return error.what();
    }
    ADD_FAILURE() << "was read";
    return {};
  }

  const fs::path path_ =
      fs::path(::testing::TempDir()) /
      (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".safetensors");
};

std::string bytesOf(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

const fs::path kWrittenByPython = REMAT_TEST_DATA_DIR "/transformers/python.safetensors";

bool same(const at::Tensor& tensor, at::ScalarType dtype, const at::Tensor& expected) {
  return tensor.scalar_type() == dtype && at::equal(tensor.to(at::kDouble), expected.to(at::kDouble));
}

TEST_F(Safetensors, WrittenByPythonAreReadBitByBit) {
  const NamedTensors tensors = readSafetensors(kWrittenByPython);
  ASSERT_EQ(tensors.size(), 13U);
  const at::Tensor counted = at::arange(6, at::kDouble).view({2, 3}) - 2;
  EXPECT_TRUE(same(tensors.at("f64"), at::kDouble, counted / 3));
  EXPECT_TRUE(same(tensors.at("f32"), at::kFloat, (counted / 3).to(at::kFloat)));
  EXPECT_TRUE(same(tensors.at("f16"), at::kHalf, (counted / 3).to(at::kFloat).to(at::kHalf)));
  EXPECT_TRUE(same(tensors.at("bf16"), at::kBFloat16, (counted / 3).to(at::kFloat).to(at::kBFloat16)));
  EXPECT_TRUE(same(tensors.at("i64"), at::kLong, counted * 10000000000));
  EXPECT_TRUE(same(tensors.at("i32"), at::kInt, counted * 100000));
  EXPECT_TRUE(same(tensors.at("i16"), at::kShort, counted * 1000));
  EXPECT_TRUE(same(tensors.at("i8"), at::kChar, counted));
  EXPECT_TRUE(same(tensors.at("u8"), at::kByte, counted + 250));
  EXPECT_TRUE(same(tensors.at("bool"), at::kBool, counted > 0));
  EXPECT_TRUE(same(tensors.at("scalar \"quoted\" \u00e9"), at::kFloat, at::arange(1, at::kDouble).squeeze() + 7));
  EXPECT_EQ(tensors.at("empty").sizes(), (at::IntArrayRef{0, 3}));
  EXPECT_TRUE(tensors.at("not_finite")[0].isinf().item().toBool());
  EXPECT_TRUE(tensors.at("not_finite")[1].isnan().item().toBool());
  EXPECT_TRUE(std::signbit(tensors.at("not_finite")[2].item().toDouble()));
}

TEST_F(Safetensors, AreWrittenAsPythonWritesThemByteForByte) {
  writeSafetensors(path_, readSafetensors(kWrittenByPython));
  EXPECT_EQ(bytesOf(path_), bytesOf(kWrittenByPython));
}

TEST_F(Safetensors, OfATensorThatIsAViewHoldItsElements) {
  const at::Tensor transposed = at::arange(6, at::kFloat).view({2, 3}).t();
  writeSafetensors(path_, {{"t", transposed}});
  EXPECT_TRUE(at::equal(readSafetensors(path_).at("t"), transposed));
}

TEST_F(Safetensors, MayHoldNothing) {
  writeSafetensors(path_, {});
  EXPECT_TRUE(readSafetensors(path_).empty());
}

TEST_F(Safetensors, MayHaveMetadata) {
  writeFile(R"({"__metadata__":{"format":"pt"},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", 2);
  EXPECT_EQ(readSafetensors(path_).size(), 1U);
}

TEST_F(Safetensors, CutOffAnywhereAreRefused) {
  const std::string whole = bytesOf(kWrittenByPython);
  for (std::size_t length = 0; length < whole.size(); length += 3) {
    write(whole.substr(0, length));
    (void)complaint();
    if (HasFailure()) FAIL() << "at " << length;
  }
  write(whole + "x");
  EXPECT_THAT(complaint(), HasSubstr("bytes of data, got"));
}

TEST_F(Safetensors, ThatAreNotThereAreNamed) { EXPECT_THAT(complaint(), HasSubstr("No such file")); }

TEST_F(Safetensors, WithALengthBeyondTheFileAskForNoMemory) {
  write(std::string(8, '\xff') + "{}");
  EXPECT_THAT(complaint(), HasSubstr("expected a header of at most 2 bytes, got a length of 18446744073709551615"));
}

struct Damage {
  std::string header;
  std::size_t data_bytes;
  std::string complaint;
};

TEST_F(Safetensors, WithADamagedHeaderSayWhatIsWrong) {
  const std::vector<Damage> damages = {
      {"", 0, "text that is none"},
      {"[]", 0, "expected a JSON object as header, got array"},
      {"{\"a\":\xff}", 0, "text that is none"},
      {R"({"a":3})", 0, "tensor a: expected the members dtype, shape and data_offsets, got 3"},
      {R"({"a":{"dtype":"U8","shape":[1]}})", 1, "expected the members"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}})", 1, "expected the members"},
      {R"({"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}})", 1, "expected a dtype of I64, F64"},
      {R"({"a":{"dtype":8,"shape":[1],"data_offsets":[0,1]}})", 1, "expected a dtype of"},
      {R"({"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}})", 1, "expected a shape of at most 64 sizes, got 1"},
      {R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", 1, "expected a size from 0 to 2^63 - 1, got -1"},
      {R"({"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}})", 1, "expected a size"},
      {R"({"a":{"dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,1]}})", 1, "expected a size"},
      {R"({"a":{"dtype":"I64","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", 0, "can be counted"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}})", 1, "expected data_offsets of two numbers, got [0]"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}})", 1, "expected an offset, got -1"},
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4,
       "expected 8 bytes for shape [2], got bytes 0 to 4"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}})", 1, "expected its data to begin at byte 0"},
      {R"({"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}})", 4, "expected at most 4 bytes of data"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 2, "expected 1 bytes of data, got 2"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
       3, "tensor b: expected its data to begin at byte 2, got bytes 1 to 3"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
       3, "tensor b: expected its data to begin at byte 1"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
       1, "expected each name once in the header, got \"a\" twice"},
      {R"({"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}})", 1, "got \"dtype\" twice"},
      {R"({"a":{"dtype":"U8","shape":[[[[1]]]],"data_offsets":[0,1]}})", 1, "got a deeper one"},
  };
  for (const Damage& damage : damages) {
    writeFile(damage.header, damage.data_bytes);
    EXPECT_THAT(complaint(), HasSubstr(damage.complaint)) << damage.header;
  }
}

TEST_F(Safetensors, WithATruthValueThatIsNeitherAreRefused) {
  writeFile(R"({"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}})", 1);
  EXPECT_TRUE(readSafetensors(path_).at("a").item().toBool());
  std::string bytes = bytesOf(path_);
  bytes.back() = '\2';
  write(bytes);
  EXPECT_THAT(complaint(), HasSubstr("expected bytes 0 and 1 for BOOL, got 2"));
}

TEST_F(Safetensors, CannotHoldComplexNumbers) {
  try {
    writeSafetensors(path_, {{"z", at::zeros({2}, at::kComplexFloat)}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("expected a dtype that safetensors has, got ComplexFloat"));
  }
}

TEST_F(Safetensors, ThatCannotBeWrittenAreAnError) {
  EXPECT_THROW(writeSafetensors("/dev/full", {{"a", at::zeros({100000})}}), Error);
  EXPECT_THROW(writeSafetensors(path_ / "below_a_file", {}), Error);
}

}  // namespace
}  // namespace remat
