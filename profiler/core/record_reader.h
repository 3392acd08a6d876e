// Reads lines of a stream or a run file, one after the other, with the memory of one parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "profiler/core/records.h"

namespace remat {

/// What a line turned out to be.
struct ReadLine {
  enum class Kind : std::uint8_t {
    record,
    unknown,       ///< of a newer minor version: a record, but of a kind not known here
    damaged,       ///< `problem` says why it is no record
    other_version  ///< written with another major version; `problem` says which
  };
  Kind kind = Kind::damaged;
  std::optional<Record> record;
  std::string problem;
};

/// Whether text that begins like this can be the beginning of a run file. Records are written with "record" first.
[[nodiscard]] bool looksLikeRunFile(std::string_view beginning);

class RecordReader {
 public:
  /// Bytes that must be readable after a line for readPadded().
  static constexpr std::size_t kPaddingBytes = 64;

  RecordReader();
  ~RecordReader();
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  [[nodiscard]] ReadLine read(std::string_view line);
  /// The same without a copy: kPaddingBytes after the line's end must be readable, whatever they are.
  [[nodiscard]] ReadLine readPadded(std::string_view line);

 private:
  struct Parser;  // hides the JSON library
  [[nodiscard]] ReadLine parse(std::string_view line, bool padded);
  std::unique_ptr<Parser> parser_;
};

}  // namespace remat
