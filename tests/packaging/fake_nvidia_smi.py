#!/usr/bin/env python3
"""Stands for nvidia-smi on a machine with one idle GPU."""
import sys

VALUES = {"memory.used": "600", "memory.total": "143771", "power.limit": "700.00", "clocks.max.sm": "1980"}
query = next(word.partition("=")[2] for word in sys.argv if word.startswith("--query-gpu="))
print(", ".join(VALUES.get(name, "made up") for name in query.split(",")))
