#!/usr/bin/env python3
"""Stands for rematscope on a GPU: made-up records in the shape of profiler/core/FORMAT.md. FAKE_FAULT breaks one thing.

Faults: nonsense, flood, hang, crash, no_device, no_nvml, unattributed, slow_trace, no_attribution, late_clock, gradients,
peaks, cap_ignored, after_cap, no_place (of out of memory), fault_ignored, fault_spreads, no_outcome (of memory that ran out as forced), tolerance (a policy's gradients), restless (the device's sums), bytes_stay, no_hidden, pageable, timeline, throttled, idle_clocks, shared, no_backward (no room is lacking there), garbage_values, hang_1b, no_cuda_library, other_kernel,
slow_marks, slow_regions (of the benchmark: fake_engine_benchmark.py).
"""
import hashlib
import itertools
import json
import os
import sys
import time

FAULT = os.environ.get("FAKE_FAULT", "")
FORCED = os.environ.get("REMATSCOPE_FORCE_FAULT", "") if FAULT != "fault_ignored" else ""
POLICIES = ["store_all", "full", "cheap", "dots", "save_attention_out", "offload_input", "offload_all", "offload_selected"]
HELP = "--attention --attribution --offload-window --offload-synchronous tf32 fp16_mixed"
MS = 1_000_000
OWN_BYTES = 500 << 20      # outside the allocator
OTHERS_BYTES = 600 << 20   # of other processes: fake_nvidia_smi.py
LARGE_BATCH = 64           # does not fit under any cap


def flags(arguments):
    """Positional arguments, and the values of flags."""
    named, positional = {}, []
    rest = iter(arguments)
    for word in rest:
        if word in ("--json", "--force", "--offload-synchronous", "--dropout"):
            named[word] = "on"
        elif word.startswith("--"):
            named[word] = next(rest)
        else:
            positional.append(word)
    return positional, named


def doctor():
    found = {"worker": True, "libtorch": True, "cuda_driver": True, "cuda_devices": FAULT != "no_device",
             "gpu": FAULT not in ("no_device", "no_cuda_library"), "cupti": True,
             "nvml": FAULT != "no_nvml"}
    rows = [{"name": name, "found": there, "text": "made up"} for name, there in found.items()]
    print(json.dumps({"can_measure": True, "checks": rows, "hello": {"record": "hello", "device_name": "made up"}}))


def inspect(named):
    batch = int(named.get("--batch", 1))
    names = named.get("--policy", ",".join(POLICIES)).split(",")
    print(json.dumps({"policies": [{"policy": name, "retained_bytes": batch << 28} for name in names]}))


def attribution(policy):
    kernel_ns = 40 * MS
    attributed_ns = kernel_ns * (90 if FAULT == "unattributed" else 100) // 100
    recompute_ns = MS if policy != "store_all" else 0
    return {"record": "attribution", "traced_step_ns": 51 * MS, "overhead_ratio": 0.2 if FAULT == "slow_trace" else 0.02,
            "kernel_ns": kernel_ns, "attributed_ns": attributed_ns, "unattributed_ns": kernel_ns - attributed_ns,
            "forward_kernel_ns": 10 * MS, "recompute_kernel_ns": recompute_ns, "backward_kernel_ns": 20 * MS,
            "optimizer_kernel_ns": attributed_ns - 30 * MS - recompute_ns, "busy_ns": 40 * MS, "gap_ns": 11 * MS, "copy_ns": MS,
            "hidden_copy_ns": 0 if FAULT == "no_hidden" else MS, "exposed_copy_ns": 0, "kernel_count": 2,
            "copied_to_device_bytes": 1000, "copied_to_host_bytes": 1000, "pageable_copy_bytes": 2000 if FAULT == "pageable" else 0,
            "dropped_records": 0, "unknown_records": 0, "cupti_overhead_ns": MS, "cupti_device_buffer_bytes": 32 << 20}


def attention_that_ran(named):
    asked = named.get("--attention", "automatic")
    return "efficient" if FAULT == "other_kernel" else "flash" if asked == "automatic" else asked


def kernel_timeline(named):
    start = 100 if FAULT == "late_clock" else 2 * MS
    kernel = {"flash": "pytorch_flash_fwd_kernel", "efficient": "fmha_cutlassF_bf16", "cudnn": "cudnn_generated_sdpa",
              "math": "softmax"}[attention_that_ran(named)]
    return {"record": "kernel_timeline", "names": [kernel], "block_names": ["layer 0"], "op_names": [],
            "time_ns": [start, 10 * MS], "duration_ns": [MS, MS], "name": [0, 0], "phase": [1, 3], "block": [0, 0],
            "host_time_ns": [MS, 5 * MS], "host_phase": [1, 3], "host_block": [0, 0]}


def gradient_check(policy):
    within = FAULT == "restless" or (FAULT == "tolerance" and policy != "store_all")
    return "different" if FAULT == "gradients" else "within_tolerance" if within else "bit_equal"


def peak_of(spec):
    return 1_000_000 + 1000 * spec["training"]["batch_size"] + len(spec["policy"])


def refused_in(spec):
    """The phase in which a point runs out of memory under its cap, or ""."""
    if "memory_cap_bytes" not in spec or FAULT == "cap_ignored":
        return ""
    room, peak = spec["memory_cap_bytes"] - OWN_BYTES, peak_of(spec)
    if spec["training"]["batch_size"] >= LARGE_BATCH or room < peak // 2:
        return "forward"
    return "recompute" if room < peak // 2 + peak // 4 else "backward" if room < peak and FAULT != "no_backward" else ""


def records_of(spec, named):
    """Everything between point_started and point_finished, and the latter."""
    training, policy = spec["training"], spec["policy"]
    step_ns = 50 * MS if policy == "store_all" else 60 * MS
    peak = peak_of(spec)
    if FAULT == "peaks":
        peak += os.getpid()
    if FAULT == "after_cap" and spec.get("memory_cap_bytes"):
        peak += 512
    throttled = FAULT == "throttled"
    yield {"record": "sample", "step_time_ns": step_ns, "warm_up": True, "throttled": True}
    yield from ({"record": "sample", "step_time_ns": step_ns, "throttled": throttled} for _ in range(int(named["--samples"])))
    clocks = {} if FAULT == "idle_clocks" else {"sm_clock_low_hz": 1_755 * 10**6, "sm_clock_high_hz": 1_980 * 10**6}
    yield {"record": "device_state", "sm_clock_hz": 1_980 * 10**6, **clocks, "throttle_reasons": ["power cap"] if throttled else []}
    disturbed = spec.get("memory_cap_bytes") or FORCED
    yield {"record": "memory", "peak_allocated_bytes": peak + 512, "peak_requested_bytes": peak, "before_step_allocated_bytes": 512,
           "outside_allocator_bytes": OWN_BYTES + OTHERS_BYTES + (400 << 20 if FAULT == "bytes_stay" and disturbed else 0), "peak_split": [{"category": "parameters", "bytes": peak}]}
    yield {"record": "block_result", "block": 0, "name": "layer 0", "recomputed_ops": 10}
    if policy.startswith("offload"):
        yield {"record": "transfers", "host_bytes": 1000, "offload_bytes": 1000, "prefetch_bytes": 1000, "offload_ns": MS,
               "prefetch_ns": MS, "link_bytes_per_second": 10**10, "exposed_ns": MS, "hidden_ns": MS}
    if named.get("--timeline") == "on":
        yield {"record": "allocation_timeline", "start_bytes": 1000, "phase": [1, 2, 3, 3],
               "bytes": [peak // 2 - 1000, peak // 4, peak - peak // 2 - peak // 4 + (peak // 50 if FAULT == "timeline" else 0), -500]}
    if FAULT != "no_attribution":
        yield attribution(policy)
        yield kernel_timeline(named)
    reason = "" if FAULT != "garbage_values" else None
    yield {"record": "point_finished", "outcome": "completed", "reason": reason, "samples": int(named["--samples"]),
           "step_time_ns": "soon" if FAULT == "garbage_values" else step_ns, "step_time_low_ns": step_ns - 1000,
           "step_time_high_ns": step_ns + 1000, "recompute_ns": 10 * MS if policy != "store_all" else 0,
           "peak_requested_bytes": peak, "peak_allocated_bytes": peak, "peak_reserved_bytes": peak, "before_step_bytes": 500,
           "retained_bytes": 400, "loss": 4.25, "gradient_check": gradient_check(policy),
           "gradient_max_relative_difference": 1e-6,
           "notes": ["another process has come: step times are those of a shared GPU"] if FAULT == "shared" else []}


def point_records(spec, named):
    key = hashlib.sha256(json.dumps(spec).encode()).hexdigest()[:16]
    yield {"record": "point_started", "point": key, "spec": spec, "parameter_count": 1000, "attention": attention_that_ran(named)}
    if spec["device"] == "cuda:99":
        yield {"record": "point_finished", "point": key, "outcome": "failed", "reason": "device cuda:99: there is none"}
    elif FORCED and (FORCED.split(":")[2] == spec["policy"] or FAULT == "fault_spreads"):
        kind, in_pass, _ = FORCED.split(":")
        kind, _, phase = kind.partition("@")
        no_memory = "CUDA out of memory. Tried to allocate 1048576.00 GiB" if in_pass == "timing" else f"out of memory in {phase}: CUDA"
        reason = {"hang": "the worker sent nothing for 15 s", "out_of_memory": no_memory}.get(
            kind, "CUDA error: device-side assert triggered")
        timed = "while it was timed: " if kind != "hang" and in_pass == "timing" else ""
        outcome = "out_of_memory" if kind == "out_of_memory" and FAULT != "no_outcome" else "failed"
        yield {"record": "point_finished", "point": key, "outcome": outcome, "reason": timed + reason}
    elif phase := refused_in(spec):
        reason = "no memory" if FAULT == "no_place" else f"out of memory in {phase} of layer 0 up: asked for 1 MiB"
        yield {"record": "point_finished", "point": key, "outcome": "out_of_memory", "reason": reason}
    else:
        yield from ({**record, "point": key} for record in records_of(spec, named))


def sweep(configs, named):
    if FAULT == "hang_1b" and "1b" in named["--output"]:
        time.sleep(1000)
    with open(named["--output"], "w", encoding="utf-8") as run:
        run.write(json.dumps({"record": "hello", "device": named["--device"]}) + "\n")
        axes = (configs, named.get("--memory-cap", "0").split(","), named.get("--dtype", "float32").split(","),
                named["--batch"].split(","), named["--policy"].split(","))
        for config, cap, dtype, batch, policy in itertools.product(*axes):
            spec = {"model": config.removesuffix(".json"), "policy": policy, "device": named["--device"],
                    "training": {"batch_size": int(batch), "precision": dtype, "layers": named.get("--layers")}}
            if int(cap):
                spec["memory_cap_bytes"] = int(cap)
            for record in point_records(spec, named):
                run.write(json.dumps(record) + "\n")
    return 4 if named["--device"] == "cuda:99" else 0


def main(arguments):
    if FAULT == "nonsense":
        print("\x00\x01 Segmentation {fault")
        return 0
    if FAULT == "flood":
        while True:
            sys.stdout.write("nonsense " * 10000)
    if FAULT == "hang":
        time.sleep(1000)
    if FAULT == "crash":
        os.abort()
    command, (positional, named) = arguments[0], flags([word for word in arguments[1:] if word != "--help"])
    if "--help" in arguments:
        print(HELP)
    elif command == "--version":
        print("rematscope made up")
    elif command == "doctor":
        doctor()
    elif command == "inspect":
        inspect(named)
    elif command == "trace":
        with open(named["--output"], "w", encoding="utf-8") as trace:
            json.dump({"traceEvents": []}, trace)
    elif command == "sweep":
        return sweep(positional, named)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
