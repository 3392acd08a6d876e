"""Gradients under every policy, dtype and attention kernel; a device that is not there."""
from ..check import CheckFailed
from ..workbench import require_completed, require_gradients

MORE_POLICIES = ("every_n:2", "first_n:1", "last_n:1", "segment:2", "head_chunked:4", "full/head_chunked:4")  # beside those that inspect lists
SHORT_LIST = ("store_all", "full", "cheap", "dots", "save_attention_out")
KERNELS = ("flash", "efficient", "cudnn", "math")
CPU_KERNELS = ("flash", "math")
KERNEL_NAMES = {"flash": "flash_fwd", "efficient": "fmha_cutlass", "cudnn": "cudnn"}  # parts of names of CUDA kernels; math has none
MISSING_DEVICE = "cuda:99"


def correctness(bench, findings):
    scale = bench.scale
    models = [scale.small_llama, scale.small_gpt2]
    policies = list(dict.fromkeys([name for model in models for name in bench.policies(model, *scale.small_sizes())] + [*MORE_POLICIES]))
    matrix = [("correctness", policies, ["float32", "bf16_mixed"])]
    short = ["bfloat16"] + [dtype for dtype in ("fp16_mixed", "tf32") if bench.offers("sweep", dtype)]
    if scale.dry and "tf32" in short:
        short.remove("tf32")  # a CPU has none
    matrix.append(("correctness-short", SHORT_LIST, short))
    verdicts, inexact = {}, set()
    for name, listed, dtypes in matrix:
        run = bench.sweep(name, models, listed, *scale.small_sizes(), "--dtype", ",".join(dtypes))
        points = require_completed(findings, run, len(models) * len(listed) * len(dtypes))
        require_gradients(findings, points)
        for point in points:
            verdict = f"{point.training['precision']}: {point.finished.get('gradient_check', 'not_checked')}"
            verdicts[verdict] = verdicts.get(verdict, 0) + 1
            if not verdict.endswith("bit_equal"):
                inexact.add(point.policy)
    findings.numbers.update(policies=len(policies), dtypes=["float32", "bf16_mixed", *short], gradients=verdicts, not_bit_equal=sorted(inexact))
    for dtype in {"fp16_mixed", "tf32"} - set(short):
        findings.absent(f"{dtype}: not tried, " + ("a CPU has none" if dtype == "tf32" else "this rematscope does not offer it"))


def _check_kernel(findings, asked, point):
    """The kernel that the point says it ran is the one that was asked for, and shows in what ran on the device."""
    recorded = findings.numbers[f"{asked}_is"] = point.started.get("attention")
    findings.require(recorded in KERNELS, f"{asked}: the point records the kernel {recorded!r}")
    findings.require(asked in ("automatic", recorded), f"{asked}: the point records that {recorded} ran")
    timeline = point.one("kernel_timeline") or {}
    names = " ".join(str(name) for name in timeline.get("names", []))
    if not names:
        findings.absent(f"{asked}: what ran on the device was not traced, so the kernel is known by the record alone")
    elif recorded in KERNEL_NAMES:
        findings.require(KERNEL_NAMES[recorded] in names, f"{asked}: no kernel that ran is named like {recorded}")


def attention(bench, findings):
    if not bench.offers("sweep", "--attention"):
        raise CheckFailed("this rematscope has no --attention")
    model = bench.scale.small_llama
    for kernel in ("automatic", *KERNELS):
        if bench.scale.dry and kernel not in ("automatic", *CPU_KERNELS):
            findings.absent(f"{kernel}: needs a GPU")
            continue
        try:
            run = bench.sweep(f"attention-{kernel}", [model], ["store_all", "full"], *bench.scale.small_sizes(), "--dtype", "bf16_mixed",
                              "--attention", kernel, timeline=True)
        except CheckFailed as failure:
            findings.require(False, f"{kernel}: {failure}")
            continue
        require_gradients(findings, require_completed(findings, run, 2))
        if point := run.of_policy("store_all"):
            _check_kernel(findings, kernel, point)
            findings.numbers[f"{kernel}_step_time_ns"] = point.finished.get("step_time_ns")


def missing_device(bench, findings):
    run = bench.sweep("missing-device", [bench.scale.small_llama], ["full"], *bench.scale.small_sizes(), device=MISSING_DEVICE)
    for point in run.points:
        reason = point.finished.get("reason", "")
        findings.numbers["reason"] = reason
        findings.require(point.outcome in ("failed", "skipped"), f"{MISSING_DEVICE}: expected a failed point, found {point.outcome}")
        findings.require(MISSING_DEVICE in reason, f"{MISSING_DEVICE}: the reason does not name it: {reason!r}")
