"""Runs packaging/gpu-check as a user does, for the tests."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def make_fake(bin_folder):
    """Programs as they lie in a build folder; without site-packages they start in half the time."""
    for program, script in ((bin_folder / "rematscope", "fake_rematscope.py"),
                            (bin_folder / "tools" / "nvidia-smi", "fake_nvidia_smi.py"),
                            (bin_folder / "tools" / "python-with-torch", "fake_python.py"),
                            (bin_folder.parent / "tests" / "bin" / "engine_benchmark", "fake_engine_benchmark.py")):
        program.parent.mkdir(parents=True, exist_ok=True)
        text = pathlib.Path(__file__).with_name(script).read_text(encoding="utf-8")
        program.write_text(f"#!{sys.executable} -IS\n{text.partition(chr(10))[2]}", encoding="utf-8")
        program.chmod(0o755)


class GpuCheckRun:
    def __init__(self, *arguments, fault="", bin_folder=None, timeout_s=300):
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder) / "results"
            if bin_folder is None:
                bin_folder = pathlib.Path(folder) / "bin"
                make_fake(bin_folder)
            arguments = [str(argument).replace("BIN", str(bin_folder)) for argument in arguments]
            start = time.monotonic()
            done = subprocess.run([sys.executable, "-B", ROOT / "packaging" / "gpu-check", "--output", output, "--bin", bin_folder,
                                   *arguments],
                                  env={**os.environ, "FAKE_FAULT": fault, "PATH": f"{pathlib.Path(bin_folder) / 'tools'}:{os.environ['PATH']}"}, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=timeout_s)
            self.seconds = time.monotonic() - start
            self.exit_code, self.output, self.errors = done.returncode, done.stdout, done.stderr
            self.files = {path.name: path.stat().st_size for path in output.glob("*")}
            self.summary = json.loads((output / "summary.json").read_text()) if "summary.json" in self.files else {}
            self.markdown = (output / "summary.md").read_text() if "summary.md" in self.files else ""
            self.runs = {path.name: path.read_text() for path in output.glob("*.remat.jsonl")}
        self.checks = {check["name"]: check for check in self.summary.get("checks", [])}

    def names(self, outcome):
        return {name for name, check in self.checks.items() if check["outcome"] == outcome}

    def told(self):
        """For messages of assertions."""
        reasons = [f"{check['name']}: {check['outcome']}: {check['reason']}" for check in self.checks.values() if check["reason"]]
        return "\n".join([self.output, self.errors, *reasons])
