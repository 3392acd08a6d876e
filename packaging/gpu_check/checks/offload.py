"""Copies to host memory and back: what they move, how fast, and what hides behind computing."""
from ..check import CheckFailed
from ..workbench import require_completed, require_gradients
from .attribution import attribution_flags

POLICIES = ("offload_input", "offload_all", "offload_selected")
SHOWN = ("host_bytes", "offload_bytes", "prefetch_bytes", "link_bytes_per_second", "hidden_ns", "exposed_ns")
MOST_PAGEABLE_RATIO = 0.01


def _check_transfers(bench, findings, point, name):
    record = point.one("transfers")
    if not findings.require(record, f"{name}: has no transfers record"):
        return
    numbers = findings.numbers[name] = {key: record.get(key) for key in SHOWN}
    numbers["step_time_ns"] = point.finished.get("step_time_ns")
    for key in ("host_bytes", "offload_bytes", "prefetch_bytes", "link_bytes_per_second"):
        findings.require(record.get(key), f"{name}: {key} is {record.get(key)}")
    findings.require(record.get("exposed_ns") is not None, f"{name}: exposed_ns is absent")
    if record.get("hidden_ns") is None:
        findings.absent(f"{name}: hidden_ns is absent; on a CPU nothing runs beside a copy")


def _check_traced(findings, point, name):
    """Copies as CUPTI saw them: beside kernels, and from pinned memory."""
    record = point.one("attribution") or {}
    if record.get("copy_ns") is None:
        findings.absent(f"{name}: copies were not traced: {record.get('unavailable_reason') or 'no attribution record'}")
        return
    moved = record.get("copied_to_device_bytes", 0) + record.get("copied_to_host_bytes", 0)
    findings.numbers[name].update(traced_hidden_copy_ns=record.get("hidden_copy_ns"), traced_copy_ns=record["copy_ns"])
    findings.require(record.get("hidden_copy_ns"), f"{name}: no copy ran beside a kernel")
    findings.require(record.get("pageable_copy_bytes", 0) <= MOST_PAGEABLE_RATIO * moved,
                     f"{name}: {record.get('pageable_copy_bytes')} of {moved} copied bytes were not in pinned memory")


def offload(bench, findings):
    if not bench.offers("sweep", "--offload-window"):
        raise CheckFailed("this rematscope has no --offload-window")
    scale = bench.scale
    flags = ["--batch", scale.gpt2_batch, "--sequence", scale.gpt2_sequence, "--dtype", "bf16_mixed", *attribution_flags(bench)]
    run = bench.sweep("offload", [scale.gpt2], ["store_all", "full", *POLICIES], *flags, samples=6)
    points = require_completed(findings, run, 2 + len(POLICIES))
    require_gradients(findings, points)
    for point in points:
        findings.numbers[f"{point.policy}_retained_bytes"] = point.finished.get("retained_bytes")
        if point.policy in POLICIES:
            _check_transfers(bench, findings, point, point.policy)
            if point.policy in findings.numbers:
                _check_traced(findings, point, point.policy)
    run = bench.sweep("offload-synchronous", [scale.gpt2], ["store_all", "offload_all"], *flags, "--offload-synchronous", samples=6)
    points = require_completed(findings, run, 2)
    require_gradients(findings, points)
    for point in (point for point in points if point.policy == "offload_all"):
        _check_transfers(bench, findings, point, "offload_all_synchronous")
