// Stands in for CUPTI and a GPU: remembers what it was told in which order, and writes real records to the session's
// buffers when something is "launched". One at a time, because CUPTI's functions have no place for a pointer.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "profiler/measure/cuda/cupti_library.h"
#include "tests/profiler/measure/cuda/record_buffer.h"

namespace remat {

class FakeCupti {
 public:
  FakeCupti();
  ~FakeCupti();
  FakeCupti(const FakeCupti&) = delete;
  FakeCupti& operator=(const FakeCupti&) = delete;

  [[nodiscard]] CuptiFunctions functions() const;

  /// From now on, calls of this name return this result.
  void fail(const std::string& call, CUptiResult result) { failures[call] = result; }
  /// A kernel that took `duration_ns`, launched by a call of the runtime under the external id on top of the stack. The
  /// call is one that is traced, unless another is named.
  void launch(const char* kernel, std::uint64_t duration_ns = 100,
              CUpti_CallbackId call = CUPTI_RUNTIME_TRACE_CBID_cudaLaunchKernel_v7000);
  /// Hands the buffer that is being filled to the session.
  void deliver();

  // What happened, for the functions and for tests.
  std::vector<std::string> calls;  ///< names, without repetitions in a row
  std::map<std::string, CUptiResult> failures;
  std::vector<std::uint64_t> external_ids;
  std::set<CUpti_ActivityKind> enabled;
  std::set<CUpti_CallbackId> runtime_calls, driver_calls;
  std::map<CUpti_ActivityAttribute, std::size_t> attributes;
  std::size_t dropped = 0;
  CUpti_TimestampCallbackFunc clock = nullptr;
  CUpti_BuffersCallbackRequestFunc requested = nullptr;
  CUpti_BuffersCallbackCompleteFunc completed = nullptr;

 private:
  template <typename T>
  void write(const T& record);

  std::uint32_t correlation_ = 0;
  std::uint8_t* buffer_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
};

}  // namespace remat
