"""What the machine has, as the program itself sees it."""
import re

from ..check import CheckFailed

NEEDED = ("worker", "libtorch")
GPU_ROWS = ("cuda_driver", "cuda_devices", "gpu", "cupti", "nvml")


def _without_folders(text):
    """Results may be published: where a library lies says nothing about the measurement."""
    return re.sub(r"/(?:[^\s/]+/)+", "", str(text))


def doctor(bench, findings):
    report = bench.json_of("doctor")
    rows = report.get("checks")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "name" in row for row in rows):
        raise CheckFailed("rematscope doctor --json: expected a list of named checks")
    rows = {row["name"]: row for row in rows}
    found = {name: bool(rows.get(name, {}).get("found")) for name in NEEDED + GPU_ROWS}
    bench.machine["doctor"] = {name: _without_folders(row.get("text", "")) for name, row in rows.items()}
    bench.machine["found"] = found
    if isinstance(report.get("hello"), dict):
        bench.machine["hello"] = {key: value for key, value in report["hello"].items() if key not in ("record", "process_id")}
    findings.numbers.update(found)
    for name in NEEDED:
        findings.require(found[name], f"{name}: {rows.get(name, {}).get('text', 'doctor does not mention it')}")
    for name in GPU_ROWS:
        if not found[name]:
            findings.absent(f"{name}: {rows.get(name, {}).get('text', 'doctor does not mention it')}")
