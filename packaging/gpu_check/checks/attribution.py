"""Kernels of a traced step: whose they are, whether the clocks agree, what tracing costs."""
from ..check import NeedsGpu
from ..workbench import require_completed

MOST_BUFFER_BYTES = 64_000_000
PHASES = ("forward", "backward", "optimizer")  # and recompute, where something is replayed
CLOCK_SLACK_NS = 20_000
SHOWN = ("traced_step_ns", "kernel_count", "kernel_ns", "unattributed_ns", "busy_ns", "gap_ns", "dropped_records",
         "unknown_records", "cupti_overhead_ns", "cupti_device_buffer_bytes", "overhead_ratio")


def big_dtype(bench):
    """Mixed precision takes 20 GB for a model of 1B parameters and its optimizer, bfloat16 half of it."""
    memory = bench.machine.get("device_memory_mib")
    return "bfloat16" if memory is not None and memory < 48_000 else "bf16_mixed"


def attribution_flags(bench):
    """The pass may be one that has to be asked for."""
    return ["--attribution", "on"] if bench.offers("sweep", "--attribution") else []


def _check_sums(findings, point, record):
    name = point.policy
    findings.numbers[name] = {key: record.get(key) for key in SHOWN}
    kernel_ns = record.get("kernel_ns") or 0
    share = record.get("attributed_ns", 0) / kernel_ns if kernel_ns else None
    findings.numbers[name]["attributed_ratio"] = share
    findings.bound(f"{name}: attributed part of kernel time", share, at_least=0.99)
    findings.bound(f"{name}: overhead of the pass", record.get("overhead_ratio"), at_most=0.03)
    findings.bound(f"{name}: device buffers of CUPTI in bytes", record.get("cupti_device_buffer_bytes"), at_most=MOST_BUFFER_BYTES)
    findings.bound(f"{name}: dropped records", record.get("dropped_records"), at_most=0)
    for phase in PHASES + (("recompute",) if point.policy == "full" else ()):
        ns = findings.numbers[name][f"{phase}_kernel_ns"] = record.get(f"{phase}_kernel_ns")
        findings.require(ns, f"{name}: no kernel of the phase {phase} was attributed")


def _check_clocks(findings, point, timeline):
    """No kernel begins before the training thread entered its phase and block: device and host share a clock."""
    entered = {}
    for place in zip(timeline["host_phase"], timeline["host_block"], timeline["host_time_ns"]):
        entered.setdefault(place[:2], place[2])
    starts = timeline["time_ns"]
    early = sum(1 for phase, block, start in zip(timeline["phase"], timeline["block"], starts)
                if (phase, block) in entered and start + CLOCK_SLACK_NS < entered[phase, block])
    findings.numbers[point.policy].update(activities=len(starts), activities_before_their_scope=early)
    findings.require(all(a <= b for a, b in zip(starts, starts[1:])), f"{point.policy}: the timeline is not in order of start")
    findings.require(early == 0, f"{point.policy}: {early} of {len(starts)} kernels begin before their phase and block do")


def attribution(bench, findings):
    scale = bench.scale
    run = bench.sweep("attribution", [scale.big], ["store_all", "full"], "--batch", scale.big_batches[-1], "--sequence",
                      scale.big_sequence, "--dtype", big_dtype(bench), *attribution_flags(bench), samples=6, timeline=True)
    points = require_completed(findings, run, 2)
    records = [(point, point.one("attribution")) for point in points]
    missing = [f"{point.policy}: " + (record.get("unavailable_reason") if record else f"no attribution record on {bench.device}")
               for point, record in records if not record or record.get("unavailable_reason")]
    if missing and not findings.failures:
        raise NeedsGpu("; ".join(missing))
    findings.failures += missing
    for point, record in records:
        if not record or record.get("unavailable_reason"):
            continue
        _check_sums(findings, point, record)
        if timeline := point.one("kernel_timeline"):
            _check_clocks(findings, point, timeline)
        else:
            findings.require(False, f"{point.policy}: no kernel_timeline record")
