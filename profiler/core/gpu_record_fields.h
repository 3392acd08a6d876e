// The fields of gpu_records.h, named once; see record_fields.h.
#pragma once

#include <string_view>

#include "profiler/core/gpu_records.h"
#include "profiler/core/record_traits.h"

namespace remat {

void visitFields(auto& visit, Is<DeviceState> auto& record) {
  visit("point", record.point);
  visit("sm_clock_hz", record.sm_clock_hz);
  visit("memory_clock_hz", record.memory_clock_hz);
  visit.mayLack("sm_clock_low_hz", record.sm_clock_low_hz);
  visit.mayLack("sm_clock_high_hz", record.sm_clock_high_hz);
  visit("temperature_celsius", record.temperature_celsius);
  visit("power_milliwatts", record.power_milliwatts);
  visit.mayLack("throttle_reasons", record.throttle_reasons);
}

void visitFields(auto& visit, Is<Attribution> auto& record) {
  visit("point", record.point);
  visit.mayLack("unavailable_reason", record.unavailable_reason);
  visit("traced_step_ns", record.traced_step_ns);
  visit("overhead_ratio", record.overhead_ratio);
  visit("kernel_ns", record.kernel_ns);
  visit("attributed_ns", record.attributed_ns);
  visit("unattributed_ns", record.unattributed_ns);
  visit("forward_kernel_ns", record.forward_kernel_ns);
  visit("recompute_kernel_ns", record.recompute_kernel_ns);
  visit("backward_kernel_ns", record.backward_kernel_ns);
  visit("optimizer_kernel_ns", record.optimizer_kernel_ns);
  visit("busy_ns", record.busy_ns);
  visit("gap_ns", record.gap_ns);
  visit("copy_ns", record.copy_ns);
  visit("hidden_copy_ns", record.hidden_copy_ns);
  visit("exposed_copy_ns", record.exposed_copy_ns);
  visit("kernel_count", record.kernel_count);
  visit("unattributed_kernel_count", record.unattributed_kernel_count);
  visit("copy_count", record.copy_count);
  visit("copied_to_device_bytes", record.copied_to_device_bytes);
  visit("copied_to_host_bytes", record.copied_to_host_bytes);
  visit("pageable_copy_bytes", record.pageable_copy_bytes);
  visit("dropped_records", record.dropped_records);
  visit("unknown_records", record.unknown_records);
  visit("cupti_overhead_ns", record.cupti_overhead_ns);
  visit("cupti_device_buffer_bytes", record.cupti_device_buffer_bytes);
}

void visitFields(auto& visit, Is<OpTime> auto& record) {
  visit("point", record.point);
  visit("phase", record.phase);
  visit("block", record.block);
  visit.mayLack("name", record.name);
  visit.mayLack("op", record.op);
  visit.mayLack("group", record.group);
  visit("kernel_count", record.kernel_count);
  visit("kernel_ns", record.kernel_ns);
  visit("copy_ns", record.copy_ns);
}

void visitFields(auto& visit, Is<KernelTimeline> auto& record) {
  visit("point", record.point);
  visit("names", record.names);
  visit("block_names", record.block_names);
  visit("op_names", record.op_names);
  visit("time_ns", record.time_ns);
  visit("duration_ns", record.duration_ns);
  visit("name", record.name);
  visit("stream", record.stream);
  visit("kind", record.kind);
  visit("phase", record.phase);
  visit("block", record.block);
  visit("op", record.op);
  visit("bytes", record.bytes);
  visit("host_time_ns", record.host_time_ns);
  visit("host_phase", record.host_phase);
  visit("host_block", record.host_block);
}

template <>
inline constexpr std::string_view kRecordKind<DeviceState> = "device_state";
template <>
inline constexpr std::string_view kRecordKind<Attribution> = "attribution";
template <>
inline constexpr std::string_view kRecordKind<OpTime> = "op_time";
template <>
inline constexpr std::string_view kRecordKind<KernelTimeline> = "kernel_timeline";

}  // namespace remat
