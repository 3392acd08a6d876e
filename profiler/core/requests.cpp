#include "profiler/core/requests.h"

#include "engine/spec/error.h"
#include "profiler/core/field_reader.h"
#include "profiler/core/field_writer.h"

namespace remat {
namespace {

/// Calls read(kind, object) with the parsed line; throws what it complains about.
template <typename Read>
void readLine(std::string_view line, const std::string& where, Read read) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  const auto error = parser.parse(line.data(), line.size()).get(element);
  if (error != simdjson::SUCCESS) {
    throw Error(ErrorKind::bad_input, where, std::string("must be JSON: ") + simdjson::error_message(error));
  }
  simdjson::dom::object object;
  std::string_view kind;
  if (element.get(object) != simdjson::SUCCESS || object.at_key("record").get(kind) != simdjson::SUCCESS) {
    throw Error(ErrorKind::bad_input, where, "must be an object with a text \"record\"");
  }
  const std::string problem = read(kind, object);
  if (!problem.empty()) throw Error(ErrorKind::bad_input, where, std::string(kind) + " " + problem);
}

template <typename T>
std::string readInto(T& value, simdjson::dom::object object) {
  std::string problem;
  FieldReader reader(object, "", problem);
  visitFields(reader, value);
  return problem;
}

}  // namespace

std::string toJsonLine(const Request& request) {
  return std::visit([](const auto& alternative) { return FieldWriter::line(alternative); }, request);
}

Request parseRequest(std::string_view line) {
  Request request;
  readLine(line, "request", [&](std::string_view kind, simdjson::dom::object object) -> std::string {
    if (kind == kRecordKind<MeasureRequest>) return readInto(request.emplace<MeasureRequest>(), object);
    if (kind == kRecordKind<StepRequest>) return readInto(request.emplace<StepRequest>(), object);
    return "is not a request; expected measure_request or step_request";
  });
  return request;
}

std::string toJsonLine(const StepResult& result) { return FieldWriter::line(result); }

StepResult parseStepResult(std::string_view line) {
  StepResult result;
  readLine(line, "answer of the worker", [&](std::string_view kind, simdjson::dom::object object) -> std::string {
    if (kind == kRecordKind<StepResult>) return readInto(result, object);
    return "is not expected here; expected step_result";
  });
  return result;
}

}  // namespace remat
