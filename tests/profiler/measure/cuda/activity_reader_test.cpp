// Buffers of real CUPTI records, fabricated, walked by a stand-in and by CUPTI itself.
#include "profiler/measure/cuda/activity_reader.h"

#include <cstring>

#include <gmock/gmock.h>

#include "profiler/core/attribution.h"
#include "profiler/core/scope_id.h"
#include "profiler/measure/cuda/cupti_library.h"
#include "tests/profiler/measure/cuda/record_buffer.h"

namespace remat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kScope = packed({.phase = Phase::forward, .block = 0, .op = 0});

ActivityLog readAll(RecordBuffer& buffer, ActivityReader::NextRecord next = nextRecord) {
  ActivityLog log;
  ActivityReader(next).read(buffer.bytes(), buffer.size(), log);
  return log;
}

TEST(ActivityReader, turns_kernels_into_values_and_shares_their_names) {
  RecordBuffer buffer;
  buffer.add(kernelRecord("gemm", 4, 100, 150)).add(kernelRecord("gemm", 5, 160, 170, 8));
  const ActivityLog log = readAll(buffer);
  EXPECT_THAT(log.names, ElementsAre("gemm"));
  const DeviceActivity first{.name = 0, .stream = 7, .correlation = 4, .start_ns = 100, .end_ns = 150};
  const DeviceActivity second{.name = 0, .stream = 8, .correlation = 5, .start_ns = 160, .end_ns = 170};
  EXPECT_THAT(log.activities, ElementsAre(first, second));
}

TEST(ActivityReader, keeps_names_after_the_buffer_is_gone_and_makes_them_readable) {
  std::string name = "_ZN2at6native6kernelIfEEvPT_";
  RecordBuffer buffer;
  buffer.add(kernelRecord(name.c_str(), 1, 1, 2))
      .add(kernelRecord("say \"\xc3\xa9\"", 2, 2, 3))
      .add(kernelRecord(nullptr, 3, 3, 4));
  const ActivityLog log = readAll(buffer);
  name.assign(name.size(), '?');
  EXPECT_THAT(log.names, ElementsAre("void at::native::kernel<float>(float*)", "say \"\xc3\xa9\""));
  EXPECT_EQ(log.activities[2].name, -1);
}

TEST(ActivityReader, tells_copies_apart) {
  RecordBuffer buffer;
  buffer
      .add(copyRecord(CUPTI_ACTIVITY_MEMCPY_KIND_DTOH, CUPTI_ACTIVITY_MEMORY_KIND_DEVICE,
                      CUPTI_ACTIVITY_MEMORY_KIND_PINNED, 4096))
      .add(copyRecord(CUPTI_ACTIVITY_MEMCPY_KIND_HTOD, CUPTI_ACTIVITY_MEMORY_KIND_PAGEABLE,
                      CUPTI_ACTIVITY_MEMORY_KIND_DEVICE, 64))
      .add(copyRecord(CUPTI_ACTIVITY_MEMCPY_KIND_DTOD, CUPTI_ACTIVITY_MEMORY_KIND_DEVICE,
                      CUPTI_ACTIVITY_MEMORY_KIND_DEVICE, 8))
      .add(copyRecord(CUPTI_ACTIVITY_MEMCPY_KIND_PTOP, CUPTI_ACTIVITY_MEMORY_KIND_DEVICE,
                      CUPTI_ACTIVITY_MEMORY_KIND_DEVICE, 8))
      .add(memsetRecord(32));
  const ActivityLog log = readAll(buffer);
  ASSERT_EQ(log.activities.size(), 5U);
  EXPECT_EQ(log.activities[0].kind, ActivityKind::copy_to_host);
  EXPECT_EQ(log.activities[0].host_memory, HostMemory::pinned);
  EXPECT_EQ(log.activities[0].bytes, 4096);
  EXPECT_EQ(log.activities[0].name, -1);
  EXPECT_EQ(log.activities[1].kind, ActivityKind::copy_to_device);
  EXPECT_EQ(log.activities[1].host_memory, HostMemory::pageable);
  EXPECT_EQ(log.activities[2].kind, ActivityKind::copy_within_device);
  EXPECT_EQ(log.activities[2].host_memory, HostMemory::none);
  EXPECT_EQ(log.activities[3].kind, ActivityKind::copy_other);
  EXPECT_EQ(log.activities[4].kind, ActivityKind::memset);
  EXPECT_EQ(log.activities[4].bytes, 32);
}

TEST(ActivityReader, finds_the_scope_of_kernels_that_a_library_launched_through_the_driver) {
  RecordBuffer buffer;
  buffer.add(correlationRecord(9, kScope))
      .add(callRecord(CUPTI_ACTIVITY_KIND_DRIVER, CUPTI_DRIVER_TRACE_CBID_cuLaunchKernelEx, 9))
      .add(kernelRecord("cublas_gemm", 9, 100, 200));
  TracedStep traced{.names = {{{"layer 0", {{"q_proj", "attention"}}}}}, .log = readAll(buffer)};
  traced.log.end_ns = 300;
  const AttributedStep result = attribute(traced);
  EXPECT_EQ(result.attribution.attributed_ns, 100);
  ASSERT_EQ(result.ops.size(), 1U);
  EXPECT_EQ(result.ops[0].op, "q_proj");
}

TEST(ActivityReader, leaves_the_external_ids_of_other_tools_alone) {
  CUpti_ActivityExternalCorrelation kineto = correlationRecord(9, kScope);
  kineto.externalKind = CUPTI_EXTERNAL_CORRELATION_KIND_CUSTOM0;
  RecordBuffer buffer;
  buffer.add(kineto).add(correlationRecord(9, kScope));
  EXPECT_EQ(readAll(buffer).correlations.size(), 1U);
}

TEST(ActivityReader, counts_what_it_does_not_know_and_what_lost_its_time) {
  CUpti_ActivitySynchronization2 synchronization = {};
  synchronization.kind = CUPTI_ACTIVITY_KIND_SYNCHRONIZATION;
  RecordBuffer buffer;
  buffer.add(synchronization).add(kernelRecord("no time", 1, 0, 0)).add(kernelRecord("gemm", 2, 5, 6));
  const ActivityLog log = readAll(buffer);
  EXPECT_EQ(log.unknown_records, 1);
  EXPECT_EQ(log.dropped_records, 1);
  EXPECT_EQ(log.activities.size(), 1U);
}

TEST(ActivityReader, counts_as_lost_what_lies_behind_a_damaged_record) {
  CUpti_ActivityAPI damaged = {};
  damaged.kind = static_cast<CUpti_ActivityKind>(9999);
  RecordBuffer buffer;
  buffer.add(kernelRecord("gemm", 2, 5, 6)).add(damaged).add(kernelRecord("gemm", 3, 6, 7));
  const ActivityLog log = readAll(buffer);
  EXPECT_EQ(log.activities.size(), 1U);
  EXPECT_EQ(log.dropped_records, 1);
}

TEST(ActivityReader, adds_up_the_overhead_of_cupti_and_nothing_else) {
  CUpti_ActivityOverhead3 with_memory = overheadRecord(CUPTI_ACTIVITY_OVERHEAD_CUPTI_RESOURCE, 100, 130);
  with_memory.overheadData = std::malloc(8);  // the reader must free it
  RecordBuffer buffer;
  buffer.add(with_memory)
      .add(overheadRecord(CUPTI_ACTIVITY_OVERHEAD_CUPTI_BUFFER_FLUSH, 200, 205))
      .add(overheadRecord(CUPTI_ACTIVITY_OVERHEAD_LAZY_FUNCTION_LOADING, 300, 900));
  EXPECT_EQ(readAll(buffer).overhead_ns, 35);
}

TEST(ActivityReader, reads_an_empty_buffer_as_nothing) {
  RecordBuffer buffer;
  EXPECT_EQ(readAll(buffer), ActivityLog());
}

TEST(ActivityReader, is_led_through_the_same_buffer_by_cupti_itself) {
  const LoadedCupti loaded = loadCupti(REMAT_CUPTI_LIBRARY);
  if (!loaded.functions) GTEST_SKIP() << loaded.reason;
  const auto fill = [](RecordBuffer& buffer) {
    buffer.add(correlationRecord(9, kScope))
        .add(callRecord(CUPTI_ACTIVITY_KIND_RUNTIME, CUPTI_RUNTIME_TRACE_CBID_cudaLaunchKernel_v7000, 9))
        .add(kernelRecord("gemm", 9, 100, 200))
        .add(copyRecord(CUPTI_ACTIVITY_MEMCPY_KIND_DTOH, CUPTI_ACTIVITY_MEMORY_KIND_DEVICE,
                        CUPTI_ACTIVITY_MEMORY_KIND_PINNED, 4096))
        .add(memsetRecord(32))
        .add(overheadRecord(CUPTI_ACTIVITY_OVERHEAD_CUPTI_BUFFER_FLUSH, 200, 205));
  };
  RecordBuffer buffer;
  fill(buffer);
  const ActivityLog expected = readAll(buffer);
  EXPECT_EQ(expected.activities.size(), 3U);
  EXPECT_EQ(readAll(buffer, loaded.functions->get_next_record), expected);
}

}  // namespace
}  // namespace remat
