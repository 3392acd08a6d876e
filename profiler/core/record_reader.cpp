#include "profiler/core/record_reader.h"

#include <utility>

#include "profiler/core/field_reader.h"
#include "profiler/core/timeline_check.h"

namespace remat {
namespace {

static_assert(RecordReader::kPaddingBytes >= simdjson::SIMDJSON_PADDING);

template <typename T>
Record readFields(simdjson::dom::object object, std::string& problem) {
  T record;
  FieldReader reader(object, "", problem);
  visitFields(reader, record);
  return record;
}

/// The record of this kind; none if no record of the variant is called so.
template <std::size_t index = 0>
std::optional<Record> readKind(std::string_view kind, simdjson::dom::object object, std::string& problem) {
  if constexpr (index < std::variant_size_v<Record>) {
    using T = std::variant_alternative_t<index, Record>;
    if (kind == kRecordKind<T>) return readFields<T>(object, problem);
    return readKind<index + 1>(kind, object, problem);
  } else {
    return std::nullopt;
  }
}

/// Empty, or what makes this record of another major version unreadable.
std::string versionProblem(simdjson::dom::object object) {
  std::int64_t major = kFormatMajor;
  if (object.at_key("format_major").get(major) != simdjson::SUCCESS || major == kFormatMajor) return "";
  return "must be of format version " + std::to_string(kFormatMajor) + ", got version " + std::to_string(major);
}

}  // namespace

bool looksLikeRunFile(std::string_view beginning) {
  constexpr std::string_view start = "{\"record\":\"";
  return beginning.substr(0, start.size()) == start.substr(0, beginning.size());
}

struct RecordReader::Parser {
  simdjson::dom::parser parser;
};

RecordReader::RecordReader() : parser_(std::make_unique<Parser>()) {}
RecordReader::~RecordReader() = default;

ReadLine RecordReader::read(std::string_view line) { return parse(line, false); }
ReadLine RecordReader::readPadded(std::string_view line) { return parse(line, true); }

ReadLine RecordReader::parse(std::string_view line, bool padded) {
  ReadLine result;
  simdjson::dom::element element;
  // The parser's own copy, if any, stays alive with it: texts point into it until the fields are read.
  const auto error = parser_->parser.parse(line.data(), line.size(), !padded).get(element);
  simdjson::dom::object object;
  std::string_view kind;
  if (error != simdjson::SUCCESS) {
    result.problem = std::string("must be JSON: ") + simdjson::error_message(error);
  } else if (element.get(object) != simdjson::SUCCESS || object.at_key("record").get(kind) != simdjson::SUCCESS) {
    result.problem = "must be an object with a text \"record\"";
  } else if (result.problem = versionProblem(object); !result.problem.empty()) {
    result.kind = ReadLine::Kind::other_version;
  } else if (auto record = readKind(kind, object, result.problem); !record) {
    result.kind = ReadLine::Kind::unknown;
  } else {
    if (result.problem.empty()) result.problem = timelineProblem(*record);
    if (!result.problem.empty()) {
      result.problem = std::string(kind) + " " + result.problem;
      return result;
    }
    result.kind = ReadLine::Kind::record;
    result.record = std::move(record);
  }
  return result;
}

}  // namespace remat
