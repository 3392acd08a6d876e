"""Failures of a step that are no lack of memory: a device error that every later call returns too, and a hang."""
from ..workbench import require_completed, require_gradients
from .memory import nothing_left_behind, require_same_outside

FAULTS = (  # kind, pass, what the reason of the point says
    ("device_error", "memory", "CUDA error"),
    ("device_error", "timing", "while it was timed: CUDA error"),
    ("hang", "timing", "sent nothing for"))
FAILING = "full"
POLICIES = ["store_all", FAILING, "cheap"]
SAME = ("peak_allocated_bytes", "retained_bytes", "before_step_bytes", "loss")


def _sweep(bench, name, **more):
    return bench.sweep(name, [bench.scale.small_gpt2], POLICIES, "--dropout", *bench.scale.small_sizes(), **more)


def _judge(findings, run, undisturbed, reason):
    findings.require(len(run.points) == len(POLICIES) and run.damaged_lines == 0,
                     f"{run.path.name}: {len(run.points)} points, {run.damaged_lines} damaged lines")
    for point in run.points:
        if point.policy == FAILING:
            findings.require(point.outcome == "failed" and reason in point.finished.get("reason", ""),
                             f"{run.path.name}: {point.name()}: expected failed with '{reason}', found {point.outcome}: "
                             f"{point.finished.get('reason', '')}")
            continue
        if not findings.require(point.completed, f"{run.path.name}: {point.name()}: {point.outcome}: "
                                                 f"{point.finished.get('reason', '')}"):
            continue
        for name in SAME:
            ours, theirs = point.finished.get(name), undisturbed[point.policy].finished.get(name)
            findings.require(ours == theirs, f"{run.path.name}: {point.name()}: {name} is {ours}, without the failure {theirs}")
    require_gradients(findings, run.completed())


def faults(bench, findings):
    plain = _sweep(bench, "faults-none")
    undisturbed = {point.policy: point for point in require_completed(findings, plain, len(POLICIES))}
    if len(undisturbed) < len(POLICIES):
        return
    for kind, in_pass, reason in FAULTS:
        with nothing_left_behind(bench, findings):
            run = _sweep(bench, f"fault-{kind}-{in_pass}", silence_s=bench.scale.silence_s,
                         environment={"REMATSCOPE_FORCE_FAULT": f"{kind}:{in_pass}:{FAILING}"})
        _judge(findings, run, undisturbed, reason)
        require_same_outside(findings, plain, run)
        findings.numbers[f"{kind}_{in_pass}_s"] = round(run.seconds, 1)
