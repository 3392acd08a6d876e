"""Shows in one run, on a machine with an NVIDIA GPU, what rematscope promises there.

Writes run files (*.remat.jsonl), their configs, summary.json and summary.md into --output, less than 10 MiB in all.
Exit codes: 0 nothing failed, 1 a check failed or had no time, 2 wrong usage, 4 no GPU, 130 cancelled.
"""
import argparse
import datetime
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from . import machine, output_size, summary
from .checks import CHECKS
from .child import run_child
from .runner import run_checks
from .scale import DRY, GPU, MIB
from .workbench import Workbench

OUTPUT_LIMIT_BYTES = 10 * MIB
SUMMARY_BYTES = MIB // 2  # kept free for it
ROOT = pathlib.Path(__file__).resolve().parents[2]
OURS = ("*.remat.jsonl", "summary.json", "summary.md")
NO_DEVICE = "there is no GPU: doctor finds none"


def parse(arguments):
    parser = argparse.ArgumentParser(prog="gpu-check", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=pathlib.Path, metavar="DIR", help="folder for everything that is written")
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build" / "bin", metavar="DIR", help="folder of rematscope")
    parser.add_argument("--device", default="cuda:0", help="the GPU (default: cuda:0)")
    parser.add_argument("--python", type=pathlib.Path, help="a Python that has torch, and transformers if possible")
    parser.add_argument("--only", metavar="NAMES", help="these checks, separated by commas")
    parser.add_argument("--budget", type=float, metavar="SECONDS", help=f"time for everything (default: {GPU.budget_s:.0f})")
    parser.add_argument("--dry-run", action="store_true", help="the same logic on the CPU, with tiny models")
    parser.add_argument("--force", action="store_true", help="replace the results that are in the folder")
    parser.add_argument("--list", action="store_true", help="list the checks")
    options = parser.parse_args(arguments)
    if not options.list and options.output is None:
        parser.error("--output: expected a folder for the results, got none")
    if options.budget is not None and not options.budget > 0:
        parser.error(f"--budget: expected more than 0 seconds, got {options.budget:g}")
    names = options.only.split(",") if options.only else [check.name for check in CHECKS]
    if unknown := set(names) - {check.name for check in CHECKS}:
        parser.error(f"--only: no check is called {', '.join(sorted(unknown))}; --list lists them")
    options.checks = [check for check in CHECKS if check.name in names]
    return options


def list_checks():
    for check in CHECKS:
        print(f"{check.name}: {check.asks}\n  runs    {check.how}\n  passes  {check.passes}\n  time    at most {check.limit_s:.0f} s")


def prepare(folder, force):
    """An error, or "". Old results are removed, so that nobody takes them for new ones."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not force:
            return f"--output: {folder} is not empty; name another folder, or replace earlier results with --force"
        for pattern in OURS:
            for path in folder.glob(pattern):
                path.unlink()
    except OSError as error:
        return f"--output: {error}"
    return ""


def pythons(named):
    """Where torch may be: what was named, this Python, the one in PATH, that of the LibTorch in use."""
    if named:
        return [named]
    found = [sys.executable, shutil.which("python3")]
    if libtorch := os.environ.get("LIBTORCH_DIR"):  # .../lib/python3.11/site-packages/torch
        found.append(pathlib.Path(libtorch).resolve().joinpath("../../../../bin/python"))
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    found += sorted(pathlib.Path(cache).glob("rematscope/libtorch-*/bin/python"))
    return list(dict.fromkeys(pathlib.Path(os.path.normpath(python)) for python in found if python))


def program_version(rematscope):
    try:
        ended = run_child([rematscope, "--version"], 10)
    except OSError as error:
        return f"unknown: {error}"
    return " ".join(ended.output.split())[:100] if ended.exit_code == 0 and ended.output.strip() else f"unknown: it {ended.told()}"


def commit():
    """Of the checkout that this script lies in."""
    try:
        done = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty", "--abbrev=12"], capture_output=True, text=True,
                              timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


class Progress:
    """Tells each result as it comes, and keeps the summary whole: a run that is ended leaves what it found."""

    def __init__(self, folder, about, checks, machine_facts):
        self._folder, self._about, self._checks, self._machine = folder, about, checks, machine_facts
        self._start = time.monotonic()
        self._left_out = []
        self.results = []

    def take(self, results):
        self.results = results
        result = results[-1]
        print(f"{result.outcome:8} {result.name:16} {result.seconds:6.1f} s  {result.reason}".rstrip(), flush=True)
        self.write(finished=False)

    def write(self, finished):
        self._left_out += output_size.fit(self._folder, OUTPUT_LIMIT_BYTES - SUMMARY_BYTES)
        about = {**self._about, "machine": self._machine, "finished": finished, "left_out": self._left_out,
                 "seconds": round(time.monotonic() - self._start, 1)}
        return summary.write(self._folder, about, self._checks, self.results)


def has_no_device(bench, result):
    found = bench.machine.get("found", {})
    return result.name == "doctor" and "cuda_devices" in found and not found["cuda_devices"] and not machine.has_device_file()


def exit_code(results, no_device):
    if no_device:
        return 4
    return 1 if any(result.outcome == "failed" or result.unfinished for result in results) else 0


def run(options):
    scale = DRY if options.dry_run else GPU
    device = "cpu" if options.dry_run else options.device
    budget_s = options.budget or scale.budget_s
    folder = options.output.resolve()
    rematscope = options.bin.resolve() / "rematscope"
    for model in scale.models():
        (folder / f"{model.name}.json").write_text(json.dumps(model.keys, indent=1) + "\n", encoding="utf-8")
    bench = Workbench(rematscope, folder, scale, device, pythons(options.python))
    bench.machine.update(machine.describe(device))
    about = {"created": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "dry_run": scale.dry,
             "program": program_version(rematscope), "commit": commit(), "budget_s": budget_s}
    progress = Progress(folder, about, options.checks, bench.machine)
    no_device = []

    def stop_after(result):
        if not scale.dry and has_no_device(bench, result):
            no_device.append(True)
        return NO_DEVICE if no_device else ""

    try:
        results = run_checks(options.checks, bench, budget_s, progress.take, stop_after)
    except KeyboardInterrupt:
        progress.write(finished=False)
        print("gpu-check: cancelled; what was found is in the summary", file=sys.stderr)
        return 130
    progress.write(finished=True)
    found = summary.counts(results)
    print(", ".join(f"{count} {outcome}" for outcome, count in found.items()) + f"; see {options.output / 'summary.md'}")
    return exit_code(results, bool(no_device))


def cancel(*_):
    raise KeyboardInterrupt


def main(arguments):
    options = parse(arguments)
    if options.list:
        list_checks()
        return 0
    if error := prepare(options.output, options.force):
        print(f"gpu-check: {error}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, cancel)
    return run(options)
