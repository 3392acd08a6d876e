#!/usr/bin/env python3
"""Stands for engine_benchmark beside a GPU. FAKE_FAULT: slow_marks (they cost 1%), slow_regions (30 us)."""
import json
import os
import sys

RATIO = 1.01 if os.environ.get("FAKE_FAULT") == "slow_marks" else 1.0005
if "--regions" in sys.argv:
    region_ns = 30_000 if os.environ.get("FAKE_FAULT") == "slow_regions" else 3000
    print(json.dumps({"model": "tiny", "region_ns": region_ns, "region_low_ns": region_ns - 1000,
                      "region_high_ns": region_ns + 90_000, "replay_ns": region_ns + 90_000, "plain_ns": 90_000, "ops": 22,
                      "regions": 8, "steps": 300}))
    sys.exit()
for policy in ("store_all", "full"):
    print(json.dumps({"model": "large", "policy": policy, "device": "cuda:0", "marks": 40, "pairs": 60, "ratio": RATIO,
                      "low_ratio": RATIO, "high_ratio": RATIO, "bare_step_ns": 30_000_000, "mark_ns": 1500}))
