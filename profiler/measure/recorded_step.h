// One step whose memory is watched, for sweeps and single steps alike; out of memory, it says where.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "profiler/measure/measured_model.h"
#include "profiler/measure/memory_recorder.h"

namespace remat {

/// what(): "out of memory in backward of layer 3 down: asked for ...", one line.
struct StepOutOfMemory : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct RecordedStep {
  double loss = 0.0;
  std::unique_ptr<MemoryRecorder> recorder;  ///< stopped
};

/// Runs one step from an empty cache, so that reserved bytes are its own. Throws StepOutOfMemory.
[[nodiscard]] RecordedStep recordStep(MeasuredPolicy& policy);

/// The message of an exception in one line.
[[nodiscard]] std::string shortMessage(const std::exception& error);

/// Of the message of an exception of torch, whose other lines are for its developers.
[[nodiscard]] std::string firstLine(const std::string& text);

}  // namespace remat
