"""The machine: processor, card, driver. What cannot be asked is absent."""
import os
import pathlib
import platform
import shutil
import subprocess

_CARD = {"name": "device_name", "driver_version": "driver_version", "memory.total": "device_memory_mib",
         "compute_cap": "compute_capability", "power.limit": "power_limit_w", "clocks.max.sm": "most_sm_clock_mhz",
         "ecc.mode.current": "ecc", "mig.mode.current": "mig"}


def _nvidia_smi(names, device_number=0):
    """Values of a query about one card, or None."""
    if not shutil.which("nvidia-smi"):
        return None
    try:
        done = subprocess.run(["nvidia-smi", f"--id={device_number}", f"--query-gpu={','.join(names)}", "--format=csv,noheader,nounits"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=True)
        values = [value.strip() for value in done.stdout.splitlines()[0].split(",")]
    except (OSError, subprocess.SubprocessError, IndexError):
        return None
    return values if len(values) == len(names) else None


def _number_of(device):
    """As nvidia-smi knows the card: CUDA_VISIBLE_DEVICES lists numbers or identifiers."""
    number = int(device.partition(":")[2] or 0) if device.startswith("cuda") else 0
    visible = [name.strip() for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name.strip()]
    return visible[number] if number < len(visible) else number


def _number(text):
    try:
        return round(float(text))
    except ValueError:
        return text


def device_memory_used_mib(device):
    """Of the whole card, by all programs; None where nobody tells."""
    values = _nvidia_smi(["memory.used"], _number_of(device)) if device.startswith("cuda") else None
    return _number(values[0]) if values else None


def _line_of(path, start):
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(start)), None)
    except OSError:
        return None


def has_device_file():
    return any(pathlib.Path("/dev").glob("nvidia[0-9]*"))


def describe(device):
    values = _nvidia_smi(list(_CARD), _number_of(device)) or []
    machine = {key: _number(value) if key.endswith(("_mib", "_w", "_mhz")) else value for key, value in zip(_CARD.values(), values)}
    machine.update(device=device, processor=_line_of("/proc/cpuinfo", "model name"), threads=os.cpu_count(),
                   memory=_line_of("/proc/meminfo", "MemTotal"), system=f"{platform.system()} {platform.release()}",
                   python=platform.python_version(),
                   profiling_for_administrators_only=_line_of("/proc/driver/nvidia/params", "RmProfilingAdminOnly"))
    return {key: value for key, value in machine.items() if value is not None}
