#!/usr/bin/env python3
"""Writes a small file with every dtype through Python's safetensors, for tests/engine/exec/safetensors_test.cpp.

  record_safetensors.py tests/data/transformers/python.safetensors

Needs torch and safetensors (PyPI). Only to record anew: the build never runs it.
"""
import sys

import torch
from safetensors.torch import save_file

counted = torch.arange(6, dtype=torch.float64).view(2, 3) - 2
save_file(
    {
        "f64": counted / 3,
        "f32": (counted / 3).float(),
        "f16": (counted / 3).float().half(),
        "bf16": (counted / 3).float().bfloat16(),
        "i64": (counted * 10_000_000_000).long(),
        "i32": (counted * 100_000).int(),
        "i16": (counted * 1000).short(),
        "i8": counted.to(torch.int8),
        "u8": (counted + 250).to(torch.uint8),
        "bool": counted > 0,
        "scalar \"quoted\" \u00e9": torch.tensor(7.0),
        "empty": torch.zeros(0, 3),
        "not_finite": torch.tensor([float("inf"), float("nan"), -0.0]),
    },
    sys.argv[1],
)
