#include "engine/spec/shape.h"

#include "engine/spec/error.h"

namespace remat {

static std::int64_t counted(bool overflow, std::int64_t value) {
  if (overflow)
    throw Error(ErrorKind::usage, "sizes",
                "expected a model, batch and sequence whose elements, bytes and FLOPs are below 2^63",
                "use a smaller batch, a shorter sequence or fewer layers");
  return value;
}

std::int64_t product(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  const bool overflow = __builtin_mul_overflow(a, b, &result);
  return counted(overflow, result);
}

std::int64_t sum(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  const bool overflow = __builtin_add_overflow(a, b, &result);
  return counted(overflow, result);
}

std::int64_t evaluate(Extent extent, Sizes sizes) {
  std::int64_t value = extent.factor;
  for (int i = 0; i < extent.batch; ++i) value = product(value, sizes.batch_size);
  for (int i = 0; i < extent.sequence; ++i) value = product(value, sizes.sequence_length);
  return value;
}

std::vector<std::int64_t> evaluate(const Shape& shape, Sizes sizes) {
  std::vector<std::int64_t> result;
  result.reserve(shape.size());
  for (const Extent& extent : shape) result.push_back(evaluate(extent, sizes));
  return result;
}

std::int64_t elementCount(const Shape& shape, Sizes sizes) {
  std::int64_t count = 1;
  for (const Extent& extent : shape) count = product(count, evaluate(extent, sizes));
  return count;
}

static std::string extentText(Extent extent) {
  std::string text;
  const auto append = [&](const std::string& part) { text += text.empty() ? part : "*" + part; };
  for (int i = 0; i < extent.batch; ++i) append("B");
  for (int i = 0; i < extent.sequence; ++i) append("S");
  if (extent.factor != 1 || text.empty()) append(std::to_string(extent.factor));
  return text;
}

std::string shapeText(const Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + extentText(shape[i]);
  return text + "]";
}

}  // namespace remat
