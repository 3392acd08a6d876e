// Every field of every record, named once: visitFields(visit, record) calls visit(name, field) for each, in the order
// in which it is written. Writing, reading, keys and the test of FORMAT.md are visitors of these lists.
//
// visit.mayLack(name, field) marks what a reader leaves at its default when a line does not have it: texts and lists
// that are usually empty, and every field that a later minor version adds.
#pragma once

#include <string_view>

#include "profiler/core/gpu_record_fields.h"
#include "profiler/core/record_traits.h"
#include "profiler/core/records.h"
#include "profiler/core/requests.h"

namespace remat {

void visitFields(auto& visit, Is<TrainingSpec> auto& spec) {
  visit("batch_size", spec.batch_size);
  visit("sequence_length", spec.sequence_length);
  visit("num_hidden_layers", spec.num_hidden_layers);
  visit("precision", spec.precision);
  visit("optimizer", spec.optimizer);
  visit.mayLack("gradients", spec.gradients);
  visit.mayLack("norm_spelling", spec.norm_spelling);
  visit.mayLack("activation_spelling", spec.activation_spelling);
  visit.mayLack("attention", spec.attention);
  visit.mayLack("head", spec.head);
  visit.mayLack("dropout", spec.dropout);
  visit.mayLack("use_reentrant", spec.use_reentrant);
  visit.mayLack("early_stop", spec.early_stop);
  visit.mayLack("preserve_rng_state", spec.preserve_rng_state);
  visit.mayLack("placement", spec.placement);
  visit.mayLack("seed", spec.seed);
  visit.mayLack("offload_window", spec.offload_window);
  visit.mayLack("offload_synchronous", spec.offload_synchronous);
}

void visitFields(auto& visit, Is<PointSpec> auto& spec) {
  visit("model", spec.model);
  visit.mayLack("config_path", spec.config_path);
  visit("config_hash", spec.config_hash);
  visit("policy", spec.policy);
  visit.mayLack("policy_json", spec.policy_json);
  visit("training", spec.training);
  visit("device", spec.device);
  visit("memory_cap_bytes", spec.memory_cap_bytes);
  visit.mayLack("allocator", spec.allocator);
}

// The version comes first in both, so that a reader can refuse before it meets a field it does not understand.
void visitFields(auto& visit, Is<RunStarted> auto& record) {
  visit("format_major", record.format_major);
  visit("format_minor", record.format_minor);
  visit("program_version", record.program_version);
  visit("created", record.created);
  visit.mayLack("command_line", record.command_line);
}

void visitFields(auto& visit, Is<Hello> auto& record) {
  visit("format_major", record.format_major);
  visit("format_minor", record.format_minor);
  visit("worker_version", record.worker_version);
  visit("process_id", record.process_id);
  visit("device", record.device);
  visit("device_name", record.device_name);
  visit("device_memory_bytes", record.device_memory_bytes);
  visit("threads", record.threads);
  visit.mayLack("torch_version", record.torch_version);
  visit.mayLack("cpu_capability", record.cpu_capability);
  visit.mayLack("host_os", record.host_os);
  visit.mayLack("notes", record.notes);
}

void visitFields(auto& visit, Is<PointStarted> auto& record) {
  visit("point", record.point);
  visit("spec", record.spec);
  visit.mayLack("architecture", record.architecture);
  visit.mayLack("attention", record.attention);
  visit("parameter_count", record.parameter_count);
  visit("planned_retained_bytes", record.planned_retained_bytes);
  visit.mayLack("planned_host_bytes", record.planned_host_bytes);
  visit("forward_flops", record.forward_flops);
}

void visitFields(auto& visit, Is<Sample> auto& record) {
  visit("point", record.point);
  visit("step_time_ns", record.step_time_ns);
  visit("forward_ns", record.forward_ns);
  visit("backward_ns", record.backward_ns);
  visit("recompute_ns", record.recompute_ns);
  visit("optimizer_ns", record.optimizer_ns);
  visit.mayLack("warm_up", record.warm_up);
  visit.mayLack("throttled", record.throttled);
  visit.mayLack("allocation_retries", record.allocation_retries);
}

void visitFields(auto& visit, Is<Instant> auto& instant) {
  visit("phase", instant.phase);
  visit.mayLack("block", instant.block);
  visit.mayLack("op", instant.op);
}

void visitFields(auto& visit, Is<CategoryBytes> auto& part) {
  visit("category", part.category);
  visit("bytes", part.bytes);
}

void visitFields(auto& visit, Is<LiveTensor> auto& tensor) {
  visit("name", tensor.name);
  visit("category", tensor.category);
  visit.mayLack("block", tensor.block);
  visit("bytes", tensor.bytes);
  visit.mayLack("tensors", tensor.tensors);
}

void visitFields(auto& visit, Is<Memory> auto& record) {
  visit("point", record.point);
  visit("peak_requested_bytes", record.peak_requested_bytes);
  visit("peak_allocated_bytes", record.peak_allocated_bytes);
  visit("peak_reserved_bytes", record.peak_reserved_bytes);
  visit.mayLack("peak_active_bytes", record.peak_active_bytes);
  visit.mayLack("peak_inactive_split_bytes", record.peak_inactive_split_bytes);
  visit.mayLack("allocation_retries", record.allocation_retries);
  visit.mayLack("device_used_bytes", record.device_used_bytes);
  visit.mayLack("outside_allocator_bytes", record.outside_allocator_bytes);
  visit("before_step_bytes", record.before_step_bytes);
  visit.mayLack("before_step_allocated_bytes", record.before_step_allocated_bytes);
  visit("retained_bytes", record.retained_bytes);
  visit("peak_instant", record.peak_instant);
  visit.mayLack("peak_split", record.peak_split);
  visit.mayLack("live_at_peak", record.live_at_peak);
}

void visitFields(auto& visit, Is<BlockResult> auto& record) {
  visit("point", record.point);
  visit("block", record.block);
  visit("name", record.name);
  visit("forward_ns", record.forward_ns);
  visit("recompute_ns", record.recompute_ns);
  visit("backward_ns", record.backward_ns);
  visit("retained_bytes", record.retained_bytes);
  visit("peak_bytes", record.peak_bytes);
  visit.mayLack("recomputed_ops", record.recomputed_ops);
  visit.mayLack("host_bytes", record.host_bytes);
}

void visitFields(auto& visit, Is<AllocationTimeline> auto& record) {
  visit("point", record.point);
  visit("start_bytes", record.start_bytes);
  visit("block_names", record.block_names);
  visit("op_names", record.op_names);
  visit("time_ns", record.time_ns);
  visit("bytes", record.bytes);
  visit("allocation", record.allocation);
  visit("phase", record.phase);
  visit("block", record.block);
  visit("op", record.op);
  visit("category", record.category);
}

void visitFields(auto& visit, Is<Transfers> auto& record) {
  visit("point", record.point);
  visit("host_bytes", record.host_bytes);
  visit("offload_bytes", record.offload_bytes);
  visit("prefetch_bytes", record.prefetch_bytes);
  visit("offload_ns", record.offload_ns);
  visit("prefetch_ns", record.prefetch_ns);
  visit("link_bytes_per_second", record.link_bytes_per_second);
  visit("exposed_ns", record.exposed_ns);
  visit("hidden_ns", record.hidden_ns);
}

void visitFields(auto& visit, Is<PointFinished> auto& record) {
  visit("point", record.point);
  visit("outcome", record.outcome);
  visit.mayLack("reason", record.reason);
  visit("step_time_ns", record.step_time_ns);
  visit("step_time_low_ns", record.step_time_low_ns);
  visit("step_time_high_ns", record.step_time_high_ns);
  visit.mayLack("samples", record.samples);
  visit("recompute_ns", record.recompute_ns);
  visit("forward_ns", record.forward_ns);
  visit("backward_ns", record.backward_ns);
  visit("optimizer_ns", record.optimizer_ns);
  visit("peak_requested_bytes", record.peak_requested_bytes);
  visit("peak_allocated_bytes", record.peak_allocated_bytes);
  visit("peak_reserved_bytes", record.peak_reserved_bytes);
  visit("retained_bytes", record.retained_bytes);
  visit("before_step_bytes", record.before_step_bytes);
  visit.mayLack("gradient_check", record.gradient_check);
  visit("gradient_max_relative_difference", record.gradient_max_relative_difference);
  visit("loss", record.loss);
  visit.mayLack("notes", record.notes);
}

void visitFields(auto& visit, Is<Event> auto& record) {
  visit("severity", record.severity);
  visit("message", record.message);
}

void visitFields(auto& visit, Is<TimingLimits> auto& limits) {
  visit("min_samples", limits.min_samples);
  visit("max_samples", limits.max_samples);
  visit("interval_ratio", limits.interval_ratio);
  visit("time_limit_ns", limits.time_limit_ns);
}

void visitFields(auto& visit, Is<MeasureRequest> auto& request) {
  visit("config_path", request.config_path);
  visit("points", request.points);
  visit("limits", request.limits);
  visit.mayLack("timeline", request.timeline);
}

void visitFields(auto& visit, Is<StepRequest> auto& request) {
  visit("config_path", request.config_path);
  visit("point", request.point);
  visit.mayLack("weights_path", request.weights_path);
  visit.mayLack("inputs_path", request.inputs_path);
  visit.mayLack("gradients_path", request.gradients_path);
}

void visitFields(auto& visit, Is<StepResult> auto& result) {
  visit("outcome", result.outcome);
  visit.mayLack("error", result.error);
  visit("bad_input", result.bad_input);
  visit("loss", result.loss);
  visit("peak_requested_bytes", result.peak_requested_bytes);
  visit("peak_allocated_bytes", result.peak_allocated_bytes);
  visit("peak_reserved_bytes", result.peak_reserved_bytes);
  visit("before_step_bytes", result.before_step_bytes);
  visit("retained_bytes", result.retained_bytes);
  visit("step_time_ns", result.step_time_ns);
  visit("forward_ns", result.forward_ns);
  visit("backward_ns", result.backward_ns);
  visit("recompute_ns", result.recompute_ns);
  visit("optimizer_ns", result.optimizer_ns);
  visit("transfers", result.transfers);
  visit.mayLack("notes", result.notes);
}

template <>
inline constexpr std::string_view kRecordKind<RunStarted> = "run_started";
template <>
inline constexpr std::string_view kRecordKind<Hello> = "hello";
template <>
inline constexpr std::string_view kRecordKind<PointStarted> = "point_started";
template <>
inline constexpr std::string_view kRecordKind<Sample> = "sample";
template <>
inline constexpr std::string_view kRecordKind<Memory> = "memory";
template <>
inline constexpr std::string_view kRecordKind<BlockResult> = "block_result";
template <>
inline constexpr std::string_view kRecordKind<AllocationTimeline> = "allocation_timeline";
template <>
inline constexpr std::string_view kRecordKind<Transfers> = "transfers";
template <>
inline constexpr std::string_view kRecordKind<PointFinished> = "point_finished";
template <>
inline constexpr std::string_view kRecordKind<Event> = "event";
template <>
inline constexpr std::string_view kRecordKind<MeasureRequest> = "measure_request";
template <>
inline constexpr std::string_view kRecordKind<StepRequest> = "step_request";
template <>
inline constexpr std::string_view kRecordKind<StepResult> = "step_result";

}  // namespace remat
