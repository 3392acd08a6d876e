#!/usr/bin/env python3
"""How long rematscope-gui takes until its window can be used, and what it costs while nobody uses it.

    tests/benchmarks/window_start.py build/bin/rematscope-gui [RUN] [--starts 20] [--idle 20]

Starts the program on a screen of its own (Xvfb) and looks at the screen's memory: a start has ended once the window is drawn
and stays as it is for 50 ms, which is not counted. Cold: the files of program and libraries are dropped from the page cache
before. Prints one line of JSON per figure: median and 95th percentile in ms, processor time, idle share of one processor.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time


class Screen:
    """An Xvfb whose picture is a file."""

    def __init__(self, folder):
        read, write = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-fbdir", folder],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        number = b""
        while not number.endswith(b"\n"):  # the number comes digit by digit
            piece = os.read(read, 16)
            if not piece:
                raise SystemExit("Xvfb did not start")
            number += piece
        os.close(read)
        self.display = ":" + number.decode().strip()
        self.file = os.path.join(folder, "Xvfb_screen0")

    def picture(self):
        with open(self.file, "rb") as file:
            return file.read()

    def close(self):
        self.process.terminate()
        self.process.wait()


def files_of(program):
    """The program and the libraries that it loads."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return [program] + [word for line in listed.splitlines() for word in line.split() if word.startswith("/")]


def drop_from_cache(paths):
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def start(screen, environment, command):
    """Milliseconds until the picture is complete, processor time until then, and the process."""
    empty = screen.picture()
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    last, changed = empty, None
    while time.monotonic() - began < 30:
        now = screen.picture()
        if now != last:
            last, changed = now, time.monotonic()
        elif changed and time.monotonic() - changed > 0.05 and now != empty:
            return (changed - began) * 1000, processor_ms(process.pid), process
        time.sleep(0.002)
    raise SystemExit("the window did not appear within 30 s")


def processor_ms(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def end(process, screen, empty):
    process.terminate()
    process.wait()
    while screen.picture() != empty:
        time.sleep(0.01)


def summary(name, values):
    values = sorted(values)
    print(json.dumps({"figure": name, "median_ms": round(statistics.median(values), 1),
                      "p95_ms": round(values[min(len(values) - 1, int(len(values) * 0.95))], 1), "count": len(values)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("run", nargs="?")
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--idle", type=float, default=20)
    options = parser.parse_args()
    command = [options.program] + ([options.run] if options.run else [])
    with tempfile.TemporaryDirectory() as folder:
        screen = Screen(folder)
        environment = dict(os.environ, DISPLAY=screen.display, QT_QPA_PLATFORM="xcb", HOME=folder,
                           XDG_CONFIG_HOME=folder + "/config", XDG_DATA_HOME=folder + "/data")
        try:
            time.sleep(0.5)
            empty = screen.picture()
            end(start(screen, environment, command)[2], screen, empty)  # fonts and caches of the desktop
            for name, cold in (("cold", True), ("warm", False)):
                times, processor = [], []
                for _ in range(max(options.starts // 4, 3) if cold else options.starts):
                    if cold:
                        drop_from_cache(files_of(options.program))
                    elapsed, used, process = start(screen, environment, command)
                    times.append(elapsed)
                    processor.append(used)
                    end(process, screen, empty)
                summary(name + " start", times)
                summary(name + " start, processor time", processor)
            process = start(screen, environment, command)[2]
            time.sleep(3)
            before = processor_ms(process.pid)
            time.sleep(options.idle)
            used = processor_ms(process.pid) - before
            print(json.dumps({"figure": "idle", "percent_of_one_processor": round(used / options.idle / 10, 3),
                              "seconds": options.idle}))
            end(process, screen, empty)
        finally:
            screen.close()


if __name__ == "__main__":
    main()
