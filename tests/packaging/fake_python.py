#!/usr/bin/env python3
"""Stands for a Python with torch that runs packaging/gpu_check/peer.py on a GPU. FAKE_FAULT: peer_kernel, peer_tf32, peer_dtype
(it computes otherwise), peer_fast (in half the time)."""
import json
import os
import sys

FAULT = os.environ.get("FAKE_FAULT", "")
MS = 1_000_000


def case_of(dtype, policy, batch):
    step_ns = (25 if FAULT == "peer_fast" else 60) * MS
    peak = 1_000_000 + 1000 * batch + len(policy) - 512
    narrow = "bfloat16" if dtype == "bf16_mixed" else "float32"
    return {"dtype": dtype, "policy": policy, "step_time_ns": step_ns, "samples": 30, "peak_bytes": peak,
            "single_thread_peak_bytes": peak, "attention": "efficient" if FAULT == "peer_kernel" else "flash",
            "attention_dtype": narrow, "product_dtype": "float32" if FAULT == "peer_dtype" else narrow,
            "tf32": FAULT == "peer_tf32", "float32_products": "high" if FAULT == "peer_tf32" else "highest",
            "bf16_reduced_sums": True, "deterministic": False}


if sys.argv[2:] == ["--probe"]:
    print("torch")
else:
    cases = [case_of(dtype, policy, int(sys.argv[4])) for dtype in ("float32", "bf16_mixed") for policy in ("store_all", "full")]
    print(json.dumps({"library": "made up", "cases": cases}))
