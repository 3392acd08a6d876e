"""A child process that cannot outstay its time, and whose output cannot fill the memory."""
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass

KEPT_BYTES = 16 << 20  # of each stream; the rest is read and thrown away
GRACE_S = 3.0          # between asking a child to end and ending it


@dataclass(frozen=True)
class Ended:
    command: list
    exit_code: int | None  # None: it was ended because its time was over; below 0: a signal
    seconds: float
    output: str
    errors: str

    @property
    def timed_out(self):
        return self.exit_code is None

    def last_words(self):
        """The end of what it said, on one line."""
        text = " | ".join(line.strip() for line in (self.errors.strip() or self.output.strip()).splitlines()[-3:])
        text = "".join(c if c.isprintable() else "?" for c in text)
        return text if len(text) <= 300 else "..." + text[-300:]

    def told(self):
        """How it ended, as part of a sentence."""
        if self.timed_out:
            how = f"was ended after {self.seconds:.0f} s"
        elif self.exit_code < 0:
            how = f"died of signal {-self.exit_code}"
        else:
            how = f"ended with exit code {self.exit_code}"
        words = self.last_words()
        return how + (f", saying: {words}" if words else ", saying nothing")


class _Reader(threading.Thread):
    """Reads a stream to its end and keeps its beginning."""

    def __init__(self, stream):
        super().__init__(daemon=True)
        self._stream = stream
        self._kept = bytearray()
        self.start()

    def run(self):
        try:
            while block := self._stream.read1(1 << 16):
                if len(self._kept) < KEPT_BYTES:
                    self._kept += block[:KEPT_BYTES - len(self._kept)]
        except (OSError, ValueError):
            pass

    def text(self):
        self.join(1.0)  # a grandchild may hold the other end open
        if not self.is_alive():
            self._stream.close()
        return bytes(self._kept).decode(errors="replace")


def _signal_group(process, number):
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def _end(process):
    """Asks the child's process group to end, then ends it."""
    _signal_group(process, signal.SIGTERM)
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        pass
    _signal_group(process, signal.SIGKILL)
    process.wait()


def run_child(command, limit_s, folder=None, program=None, environment=None):
    """Runs a command to its end or for `limit_s` seconds.

    `program`: its file, if command[0] is a mere name; `environment`: what is set beside this process's own. Raises OSError if it cannot be started.
    """
    start = time.monotonic()
    command = [str(part) for part in command]
    process = subprocess.Popen(command, executable=program or command[0], cwd=folder, stdin=subprocess.DEVNULL,
                               env={**os.environ, **(environment or {})},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    output, errors = _Reader(process.stdout), _Reader(process.stderr)
    try:
        exit_code = process.wait(max(limit_s, 0.0))
    except subprocess.TimeoutExpired:
        _end(process)
        exit_code = None
    except BaseException:
        _end(process)
        raise
    return Ended(command, exit_code, time.monotonic() - start, output.text(), errors.text())
