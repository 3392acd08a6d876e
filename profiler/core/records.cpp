#include "profiler/core/records.h"

#include "engine/spec/error.h"
#include "profiler/core/field_writer.h"
#include "profiler/core/names.h"
#include "profiler/core/record_reader.h"
#include "profiler/core/sweep_plan.h"

namespace remat {

std::string pointKey(const PointSpec& point) {
  auto canonical = FieldWriter::json(point);
  canonical.erase("config_path");
  // Settings at their default do not count, so that a setting added later leaves the keys of older runs as they are.
  if (point.allocator == kDefaultAllocator) canonical.erase("allocator");
  auto& training = canonical["training"];
  const auto defaults = FieldWriter::json(TrainingSpec{});
  for (const auto& [name, value] : defaults.items()) {
    if (training.contains(name) && training[name] == value) training.erase(name);
  }
  return contentHash(FieldWriter::dump(canonical));
}

std::string toJsonLine(const Record& record) {
  return std::visit([](const auto& alternative) { return FieldWriter::line(alternative); }, record);
}

std::optional<Record> parseRecord(std::string_view line, const std::string& where) {
  RecordReader reader;
  ReadLine read = reader.read(line);
  switch (read.kind) {
    case ReadLine::Kind::record: return std::move(read.record);
    case ReadLine::Kind::unknown: return std::nullopt;
    case ReadLine::Kind::damaged: throw Error(ErrorKind::bad_input, where, read.problem);
    case ReadLine::Kind::other_version: break;
  }
  throw Error(ErrorKind::bad_input, where, read.problem, "use the version of rematscope that wrote it");
}

std::string_view phaseName(Phase phase) { return nameOf(phase); }
std::string_view categoryName(Category category) { return nameOf(category); }
std::string_view outcomeName(Outcome outcome) { return nameOf(outcome); }
std::string_view verdictName(GradientVerdict verdict) { return nameOf(verdict); }

}  // namespace remat
