#!/usr/bin/env python3
"""Stands for engine_benchmark --marks on a GPU. FAKE_FAULT=slow_marks: marks cost 1%."""
import json
import os

RATIO = 1.01 if os.environ.get("FAKE_FAULT") == "slow_marks" else 1.0005
for policy in ("store_all", "full"):
    print(json.dumps({"model": "large", "policy": policy, "device": "cuda:0", "marks": 40, "pairs": 60, "ratio": RATIO,
                      "low_ratio": RATIO, "high_ratio": RATIO, "bare_step_ns": 30_000_000, "mark_ns": 1500}))
