// Shapes that are symbolic in batch size and sequence length, so that one ModelGraph serves every point of a sweep.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace remat {

/// What a Shape is evaluated at. batch_size in sequences, sequence_length in tokens; both at least 1.
struct Sizes {
  std::int64_t batch_size = 1;
  std::int64_t sequence_length = 1;
  bool operator==(const Sizes&) const = default;
};

/// One dimension: factor * batch_size^batch * sequence_length^sequence.
struct Extent {
  std::int64_t factor = 1;
  std::int8_t batch = 0;
  std::int8_t sequence = 0;

  // Implicit on purpose: a plain number is a dimension of that size.
  constexpr Extent(std::int64_t size) : factor(size) {}  // NOLINT(google-explicit-constructor)
  constexpr Extent(std::int64_t size, std::int8_t batch_power, std::int8_t sequence_power)
      : factor(size), batch(batch_power), sequence(sequence_power) {}
  bool operator==(const Extent&) const = default;
};

inline constexpr Extent kBatch{1, 1, 0};
inline constexpr Extent kSequence{1, 0, 1};
inline constexpr Extent kTokens{1, 1, 1};  // batch_size * sequence_length

[[nodiscard]] constexpr Extent operator*(Extent a, Extent b) {
  return {a.factor * b.factor, static_cast<std::int8_t>(a.batch + b.batch),
          static_cast<std::int8_t>(a.sequence + b.sequence)};
}

using Shape = std::vector<Extent>;

/// a * b and a + b of counts. Throw Error(usage) where an int64 cannot hold the result: sizes that no machine has.
[[nodiscard]] std::int64_t product(std::int64_t a, std::int64_t b);
[[nodiscard]] std::int64_t sum(std::int64_t a, std::int64_t b);

[[nodiscard]] std::int64_t evaluate(Extent extent, Sizes sizes);
/// Concrete sizes, outermost first.
[[nodiscard]] std::vector<std::int64_t> evaluate(const Shape& shape, Sizes sizes);
/// Product of all dimensions; 1 for a scalar.
[[nodiscard]] std::int64_t elementCount(const Shape& shape, Sizes sizes);
/// "[B, S, 768]", "[B*S, 50257]".
[[nodiscard]] std::string shapeText(const Shape& shape);

}  // namespace remat
