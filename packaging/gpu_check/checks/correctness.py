"""Gradients under every policy, dtype and attention kernel; a device that is not there."""
from ..check import CheckFailed
from ..workbench import require_completed, require_gradients

MORE_POLICIES = ("every_n:2", "first_n:1", "last_n:1", "segment:2")  # beside those that inspect lists
SHORT_LIST = ("store_all", "full", "cheap", "dots", "save_attention_out")
KERNELS = ("flash", "efficient", "cudnn", "math")
CPU_KERNELS = ("flash", "math")
KERNEL_NAMES = {"flash": "flash_fwd", "efficient": "fmha_cutlass", "cudnn": "cudnn"}  # parts of names of CUDA kernels
MISSING_DEVICE = "cuda:99"


def _sizes(scale):
    return ["--batch", scale.small_batch, "--sequence", scale.small_sequence]


def correctness(bench, findings):
    scale = bench.scale
    models = [scale.small_llama, scale.small_gpt2]
    policies = list(dict.fromkeys([name for model in models for name in bench.policies(model, *_sizes(scale))] + [*MORE_POLICIES]))
    matrix = [("correctness", policies, ["float32", "bf16_mixed"])]
    short = ["bfloat16"] + [dtype for dtype in ("fp16_mixed", "tf32") if bench.offers("sweep", dtype)]
    if scale.dry and "tf32" in short:
        short.remove("tf32")  # a CPU has none
    matrix.append(("correctness-short", SHORT_LIST, short))
    verdicts = {}
    for name, listed, dtypes in matrix:
        run = bench.sweep(name, models, listed, *_sizes(scale), "--dtype", ",".join(dtypes))
        points = require_completed(findings, run, len(models) * len(listed) * len(dtypes))
        require_gradients(findings, points)
        for point in points:
            verdict = f"{point.training['precision']}: {point.finished.get('gradient_check', 'not_checked')}"
            verdicts[verdict] = verdicts.get(verdict, 0) + 1
    findings.numbers.update(policies=len(policies), dtypes=["float32", "bf16_mixed", *short], gradients=verdicts)
    for dtype in {"fp16_mixed", "tf32"} - set(short):
        findings.absent(f"{dtype}: not tried, " + ("a CPU has none" if dtype == "tf32" else "this rematscope does not offer it"))


def _kernel_names(point):
    """Explicit kernels whose names show in what ran on the device."""
    timeline = point.one("kernel_timeline") or {}
    names = " ".join(str(name) for name in timeline.get("names", []))
    return [kernel for kernel, part in KERNEL_NAMES.items() if part in names]


def _fingerprint(point):
    """What two runs with the same kernel share to the bit."""
    return (point.finished.get("loss"), point.finished.get("peak_allocated_bytes"), point.finished.get("retained_bytes"))


def attention(bench, findings):
    if not bench.offers("sweep", "--attention"):
        raise CheckFailed("this rematscope has no --attention")
    model, found = bench.scale.small_llama, {}
    for kernel in ("automatic", *KERNELS):
        if bench.scale.dry and kernel not in ("automatic", *CPU_KERNELS):
            findings.absent(f"{kernel}: needs a GPU")
            continue
        try:
            run = bench.sweep(f"attention-{kernel}", [model], ["store_all", "full"], *_sizes(bench.scale), "--dtype", "bf16_mixed",
                              "--attention", kernel, timeline=True)
        except CheckFailed as failure:
            findings.require(False, f"{kernel}: {failure}")
            continue
        require_gradients(findings, require_completed(findings, run, 2))
        if point := run.of_policy("store_all"):
            found[kernel] = point
            findings.numbers[f"{kernel}_step_time_ns"] = point.finished.get("step_time_ns")
    if "automatic" not in found:
        return
    chosen = _kernel_names(found["automatic"]) or [
        kernel for kernel in KERNELS if kernel in found and _fingerprint(found[kernel]) == _fingerprint(found["automatic"])]
    findings.numbers["automatic_is"] = chosen
    findings.require(chosen, "automatic: nothing tells which kernel was chosen; its loss and peak are those of no other")


def missing_device(bench, findings):
    run = bench.sweep("missing-device", [bench.scale.small_llama], ["full"], *_sizes(bench.scale), device=MISSING_DEVICE)
    for point in run.points:
        reason = point.finished.get("reason", "")
        findings.numbers["reason"] = reason
        findings.require(point.outcome in ("failed", "skipped"), f"{MISSING_DEVICE}: expected a failed point, found {point.outcome}")
        findings.require(MISSING_DEVICE in reason, f"{MISSING_DEVICE}: the reason does not name it: {reason!r}")
