"""Bytes: timelines against peaks, the same peak in every process, real out-of-memory."""
import contextlib
import json

from ..check import CheckFailed
from ..machine import device_memory_used_mib
from ..scale import MIB
from ..workbench import require_completed, require_gradients

MOST_LEFT_MIB = 64  # of the device's memory after the worker has ended: others may come and go
UNSEEN = "the allocator counts"  # begin of the note of a point whose events do not add up to the allocator's own peak
LARGER_BATCHES = 6  # how often the batch that must not fit is doubled


def _timeline_peak(timeline):
    live = peak = timeline["start_bytes"]
    for change in timeline["bytes"]:
        live += change
        peak = max(peak, live)
    return peak


def timelines(bench, findings):
    run = bench.sweep("timelines", [bench.scale.small_llama], ["store_all", "full"], *bench.scale.small_sizes(), timeline=True)
    for point in require_completed(findings, run, 2):
        memory, timeline = point.one("memory"), point.one("allocation_timeline")
        if not findings.require(memory and timeline, f"{point.name()}: has no memory or no allocation_timeline record"):
            continue
        peak = memory["peak_requested_bytes"]  # the allocator rounds, its events do not
        split = sum(row["bytes"] for row in memory.get("peak_split", []))
        for what, value in (("timeline", _timeline_peak(timeline)), ("split", split)):
            findings.numbers[f"{point.policy}_{what}_difference_bytes"] = value - peak
            findings.require(value == peak, f"{point.name()}: the {what} gives a peak of {value} requested bytes, the memory pass {peak}")
        for note in point.finished.get("notes", []):
            findings.require(UNSEEN not in note, f"{point.name()}: {note}")
    trace = bench.folder / "trace.json.tmp"
    try:
        bench.call("trace", run.path.name, "--output", trace.name, "--force")
        events = json.loads(trace.read_text(encoding="utf-8"))
        findings.numbers["trace_events"] = len(events["traceEvents"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        findings.require(False, f"rematscope trace: no Chrome trace: {error}")
    finally:
        trace.unlink(missing_ok=True)


def peak(bench, findings):
    peaks = {}
    for number in range(1, bench.scale.processes + 1):
        run = bench.sweep(f"peak-{number}", [bench.scale.small_gpt2], ["store_all", "full", "cheap"], *bench.scale.small_sizes())
        for point in require_completed(findings, run, 3):
            peaks.setdefault(point.policy, []).append(point.finished["peak_allocated_bytes"])
    for policy, values in peaks.items():
        difference = max(values) - min(values)
        findings.numbers[policy] = {"processes": len(values), "peak_allocated_bytes": values[0], "difference_bytes": difference}
        findings.require(difference == 0, f"{policy}: peaks differ by {difference} bytes: {values}")


@contextlib.contextmanager
def nothing_left_behind(bench, findings, what):
    """The device is as empty after what is done within, the sweep `what`, as it was before."""
    before = device_memory_used_mib(bench.device)
    yield
    after = device_memory_used_mib(bench.device)
    findings.numbers.setdefault("device_used_mib", {})[what] = {"before": before, "after": after}
    if before is None or after is None:
        findings.absent("how full the device was before and after: nvidia-smi does not say")
    else:
        findings.bound(f"MiB of the device that the sweep {what} left behind", after - before, at_most=MOST_LEFT_MIB)


def _outside_mib(run):
    """Of each completed point: what the device holds beside its allocator, dead workers' bytes among it."""
    values = [(point.one("memory") or {}).get("outside_allocator_bytes") for point in run.completed()]
    return [value / MIB for value in values if value is not None]


def require_same_outside(findings, undisturbed, run):
    """No point was measured while bytes of a worker that had failed before it were still on the device."""
    usual, seen = _outside_mib(undisturbed), _outside_mib(run)
    if not usual or not seen:
        findings.absent(f"{run.path.name}: what of the device is outside the allocator is not recorded")
    else:
        findings.bound(f"{run.path.name}: most MiB outside the allocator beyond those of an undisturbed sweep",
                       max(seen) - max(usual), at_most=MOST_LEFT_MIB)


def _batch_that_cannot_fit(bench, model, cap):
    """The larger batch whose kept activations alone are twice the cap, under the policy that keeps least."""
    batch = bench.scale.oom_batch
    for _ in range(LARGER_BATCHES):
        rows = bench.json_of("inspect", bench.config(model), "--policy", "store_all,full", "--batch", batch, "--sequence",
                             bench.scale.gpt2_sequence)["policies"]
        if min(row["retained_bytes"] for row in rows) > 2 * cap:
            return batch
        batch *= 2
    raise CheckFailed(f"no batch up to {batch // 2} keeps more than {2 * cap} bytes")


def out_of_memory(bench, findings):
    model = bench.scale.gpt2
    flags = ["--sequence", bench.scale.gpt2_sequence, "--dtype", "float32,bf16_mixed"]
    policies = ["store_all", "full"]
    free = bench.sweep("without-cap", [model], policies, *flags, "--batch", 1)
    fitting = {point.same_work(): point for point in require_completed(findings, free, 4)}
    if not fitting:
        return
    names = ("peak_reserved_bytes", "peak_allocated_bytes")
    cap = max(max(point.finished.get(name) or 0 for name in names) for point in fitting.values()) + bench.scale.oom_margin_bytes
    large = _batch_that_cannot_fit(bench, model, cap)
    with nothing_left_behind(bench, findings, "with-cap"):
        run = bench.sweep("with-cap", [model], policies, *flags, "--batch", f"1,{large}", "--memory-cap", cap)
    findings.numbers.update(memory_cap_bytes=cap, batch_that_cannot_fit=large)
    require_same_outside(findings, free, run)
    outcomes = {}
    first_without_memory = min((p.finished_at for p in run.points if p.outcome == "out_of_memory"), default=None)
    after = 0
    for point in run.points:
        outcomes[point.outcome] = outcomes.get(point.outcome, 0) + 1
        if point.training["batch_size"] == large:
            findings.require(point.outcome == "out_of_memory", f"{point.name()}: expected out_of_memory, found {point.outcome}: "
                                                               f"{point.finished.get('reason', '')}")
            findings.require(point.finished.get("reason"), f"{point.name()}: has no reason")
            continue
        _require_equal(findings, point, fitting.get(point.same_work()))
        after += first_without_memory is not None and point.finished_at > first_without_memory
    findings.numbers.update(outcomes=outcomes, points_measured_after_out_of_memory=after)
    findings.require(len(run.points) == 8, f"{run.path.name}: expected 8 points, found {len(run.points)}")
    findings.require(after > 0, "no point was measured after one that ran out of memory")
    require_gradients(findings, run.completed())


def _require_equal(findings, point, twin):
    if not findings.require(point.completed and twin, f"{point.name()}: {point.outcome} under the cap: "
                                                      f"{point.finished.get('reason', '')}"):
        return
    for name in ("peak_allocated_bytes", "retained_bytes", "loss"):
        ours, theirs = point.finished.get(name), twin.finished.get(name)
        findings.require(ours == theirs, f"{point.name()}: {name} is {ours} under the cap and {theirs} without")
    reserved = point.finished.get("peak_reserved_bytes")
    cap = point.started["spec"].get("memory_cap_bytes")
    if reserved is not None and cap is not None:
        findings.require(reserved <= cap, f"{point.name()}: reserved {reserved} bytes under a cap of {cap}")
