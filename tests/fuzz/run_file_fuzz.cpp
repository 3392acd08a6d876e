// Whatever a run file holds, loading it either works or says what is wrong, and what was loaded can be told.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/spec/error.h"
#include "profiler/core/requests.h"
#include "profiler/core/run.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const remat::Run run = remat::parseRun(text, "fuzz");
    static_cast<void>(run.damage.text());
    static_cast<void>(remat::groupPoints(run));
    // What was understood can be written and is understood again.
    for (const remat::PointResult& point : run.points) {
      if (remat::parseRecord(remat::toJsonLine(point.started), "fuzz") != remat::Record(point.started)) __builtin_trap();
    }
  } catch (const remat::Error&) {
  }
  try {
    static_cast<void>(remat::parseRequest(text));
  } catch (const remat::Error&) {
  }
  return 0;
}
