#include "profiler/core/record_reader.h"

#include <cstdlib>
#include <utility>

#include "profiler/core/field_reader.h"

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

/// A timeline's lists belong together; a reader may index one with the size of another.
std::string timelineProblem(const AllocationTimeline& timeline) {
  const std::size_t events = timeline.bytes.size();
  if (timeline.time_ns.size() != events || timeline.allocation.size() != events || timeline.phase.size() != events ||
      timeline.block.size() != events || timeline.op.size() != events || timeline.category.size() != events) {
    return "its lists must have the same length";
  }
  const auto within = [](auto value, std::size_t size, int lowest) {
    return value >= lowest && (value < 0 || static_cast<std::size_t>(value) < size);
  };
  std::int64_t live_bytes = timeline.start_bytes;
  constexpr std::int64_t most_bytes = std::int64_t{1} << 53;
  for (std::size_t i = 0; i < events; ++i) {
    if (std::abs(timeline.bytes[i] / 2) > most_bytes) return "/bytes: must be from -2^53 to 2^53";
    live_bytes += timeline.bytes[i];
    if (std::abs(live_bytes) > most_bytes) return "/bytes: must not add up to more than 2^53";
    if (!within(timeline.block[i], timeline.block_names.size(), -1)) return "/block: must index block_names or be -1";
    if (!within(timeline.op[i], timeline.op_names.size(), -1)) return "/op: must index op_names or be -1";
    if (!within(timeline.phase[i], kNames<Phase>.size(), 0)) return "/phase: must be the number of a phase";
    if (!within(timeline.category[i], kNames<Category>.size(), 0)) return "/category: must be the number of a category";
  }
  return "";
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
    const auto* timeline = std::get_if<AllocationTimeline>(&*record);
    if (timeline != nullptr && result.problem.empty()) result.problem = timelineProblem(*timeline);
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
