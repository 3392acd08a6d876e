"""Out of memory in each phase of a step: what it leaves behind differs, and so does what has to be given back."""
import re

from ..check import CheckFailed
from ..machine import device_memory_used_mib
from ..scale import MIB
from ..workbench import require_completed
from .memory import nothing_left_behind, require_same_outside

NUMBERS = ("setup", "forward", "recompute", "backward", "optimizer", "offload", "prefetch")  # as allocation_timeline has them
PHASES = ("forward", "recompute", "backward", "optimizer")
NEEDED = ("forward", "backward")  # the others may need no more than a phase before them
# The allocator refused, or a library or the host did; or not even the state fits, which is made before any phase.
WHERE = re.compile(r"out of memory (?:(?:(?:in a library's own memory|on the host), )?in (%s)|before the first step)" % "|".join(NUMBERS))
FRACTIONS = (0.4, 0.8)  # of what a phase adds to the peak: caps are put there
SAME = ("peak_allocated_bytes", "retained_bytes", "before_step_bytes", "loss")


def _raised_by(timeline):
    """Phase -> the step's peak so far when the phase first raised it, and when it last did."""
    live = peak = timeline["start_bytes"]
    ranges = {}
    for change, number in zip(timeline["bytes"], timeline["phase"]):
        live += change
        if live > peak:
            first = ranges.get(NUMBERS[number], (peak,))[0]
            ranges[NUMBERS[number]] = (first, live)
            peak = live
    return ranges


def _caps(ranges, fixed_bytes):
    """A series from the state's size to the peak, some for each phase. `fixed_bytes`: of every cap, not for the allocator."""
    return sorted({fixed_bytes + round(low + fraction * (high - low)) for low, high in ranges.values() for fraction in FRACTIONS})


def _fixed_bytes(memory, others_bytes):
    """What a cap takes off for context and libraries: what is outside the allocator, but for what other processes hold."""
    return max((memory.get("outside_allocator_bytes") or 0) - others_bytes, 0)


def _take_refused(findings, point, cap, hits):
    """A point under a cap that is too small; the phase that it names, or None where it fitted all the same."""
    if point.completed:
        findings.notes.append(f"{point.name()}: fits under a cap of {cap} bytes")
        return None
    reason = point.finished.get("reason", "")
    place = WHERE.search(reason)
    findings.require(point.outcome == "out_of_memory" and place, f"{point.name()} under a cap of {cap} bytes: expected out_of_memory "
                                                                 f"with its place, found {point.outcome}: {reason}")
    if not place:
        return None
    phase = place[1] or "setup"
    hits.setdefault(phase, []).append(cap)
    return phase


def _require_undisturbed(findings, point, free, after):
    for name in SAME:
        ours, wanted = point.finished.get(name), free.finished.get(name)
        findings.require(point.completed and ours == wanted,
                         f"{point.name()}, the point after {after}: {point.outcome}, {name} is {ours}, without a cap {wanted}")


def oom_phases(bench, findings):
    scale = bench.scale
    others_bytes = (device_memory_used_mib(bench.device) or 0) * MIB  # before anything of ours is there
    flags = ["--dropout", "--batch", scale.phases_batch, "--sequence", scale.phases_sequence]
    free = bench.sweep("phases-without-cap", [scale.few_words], ["full"], *flags, timeline=True)
    point = next(iter(require_completed(findings, free, 1)), None)
    timeline, memory = (point.one("allocation_timeline"), point.one("memory")) if point else (None, None)
    if not timeline or not memory:
        raise CheckFailed("there is no point with a timeline to choose caps by")
    ranges = _raised_by(timeline)
    caps = _caps(ranges, _fixed_bytes(memory, others_bytes))
    roomy = 4 * max(caps) + scale.oom_margin_bytes
    pairs = [cap for i, small in enumerate(caps) for cap in (small, roomy + i * MIB)]  # what follows each is measured
    with nothing_left_behind(bench, findings, "phases-with-cap"):
        run = bench.sweep("phases-with-cap", [scale.few_words], ["full"], *flags, "--memory-cap", ",".join(map(str, pairs)))
    findings.require(len(run.points) == len(pairs), f"{run.path.name}: expected {len(pairs)} points, found {len(run.points)}")
    hits, after = {}, "the first"
    for found in run.points:
        cap = found.started["spec"].get("memory_cap_bytes")
        if cap in caps:
            phase = _take_refused(findings, found, cap, hits)
            after = f"one that ran out of memory in {phase}" if phase else "one that fitted"
        else:
            _require_undisturbed(findings, found, point, after)
    require_same_outside(findings, free, run)
    for phase in NEEDED:
        findings.require(phase in hits, f"{phase}: no cap made a point run out of memory there")
    findings.numbers.update(hit={phase: len(where) for phase, where in hits.items()}, raised_peak_bytes=ranges, memory_caps_bytes=caps)
    for phase in PHASES:
        if phase not in hits and phase not in NEEDED:
            findings.notes.append(f"{phase}: no point ran out of memory there" + (
                f", though it raises the peak from {ranges[phase][0]} to {ranges[phase][1]} bytes" if phase in ranges
                else ": it never needs more than a phase before it"))
