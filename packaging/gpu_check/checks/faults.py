"""Failures of a step, forced: a device error that every later call returns too, memory that runs out in the optimizer or while
steps are timed, and a hang."""
from ..workbench import require_completed, require_gradients
from .memory import nothing_left_behind, require_same_outside

FAULTS = (  # kind, pass, outcome of the point, what its reason says
    ("device_error", "memory", "failed", "CUDA error"),
    ("device_error", "timing", "failed", "while it was timed: CUDA error"),
    ("out_of_memory@optimizer", "memory", "out_of_memory", "out of memory in optimizer: "),
    ("out_of_memory@backward", "timing", "out_of_memory", "while it was timed: "),
    ("hang", "timing", "failed", "sent nothing for"))
FAILING = "full"
POLICIES = ["store_all", FAILING, "cheap"]
SAME = ("peak_allocated_bytes", "retained_bytes", "before_step_bytes", "loss")


def _sweep(bench, name, **more):
    return bench.sweep(name, [bench.scale.small_gpt2], POLICIES, "--dropout", *bench.scale.small_sizes(), **more)


def _judge(findings, run, undisturbed, outcome, reason):
    findings.require(len(run.points) == len(POLICIES) and run.damaged_lines == 0,
                     f"{run.path.name}: {len(run.points)} points, {run.damaged_lines} damaged lines")
    for point in run.points:
        if point.policy == FAILING:
            findings.require(point.outcome == outcome and reason in point.finished.get("reason", ""),
                             f"{run.path.name}: {point.name()}: expected {outcome} with '{reason}', found {point.outcome}: "
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
    for kind, in_pass, outcome, reason in FAULTS:
        name = f"{kind.replace('@', '-in-')}-{in_pass}"
        with nothing_left_behind(bench, findings, name):
            run = _sweep(bench, f"fault-{name}", silence_s=bench.scale.silence_s,
                         environment={"REMATSCOPE_FORCE_FAULT": f"{kind}:{in_pass}:{FAILING}"})
        _judge(findings, run, undisturbed, outcome, reason)
        require_same_outside(findings, plain, run)
        findings.numbers[f"{name}_s"] = round(run.seconds, 1)
