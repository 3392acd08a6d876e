#!/usr/bin/env python3
"""How long a worker takes to say hello, and what a sweep spends outside measuring.

  sweep_overhead.py BUILD/bin/rematscope CONFIG --batch 2 --sequence 128 [--policy store_all,full] [--starts 10]

Worker start: wall time from starting rematscope-worker to its first line; median, with the file cache warm (the first
start is not counted). Sweep: wall time of the whole program; in steps of the timing pass (warm-up included), as the
worker timed them; in steps of the memory pass, up to their last allocation; in the step of store_all that gradients are
compared with, estimated as its median. What is left is start, building the model, checking gradients, writing.
A development tool, the program itself needs no Python.
"""
import argparse, json, pathlib, statistics, subprocess, tempfile, time


def start_seconds(worker):
    begin = time.perf_counter()
    process = subprocess.Popen([worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    hello = process.stdout.readline()
    seconds = time.perf_counter() - begin
    process.stdin.close()
    process.wait()
    assert json.loads(hello)["record"] == "hello", hello
    return seconds


def step_seconds(records):
    """Timing pass, memory pass, and the step that is compared with."""
    named = lambda kind: [r for r in records if r["record"] == kind]
    policies = {r["point"]: r["spec"]["policy"] for r in named("point_started")}
    finished = {policies[r["point"]]: r for r in named("point_finished")}
    assert all(r["outcome"] == "completed" for r in finished.values()), finished
    without_replay = finished.get("store_all") or next(iter(finished.values()))
    timing = sum(r["step_time_ns"] for r in named("sample"))
    memory = sum(r["time_ns"][-1] for r in named("allocation_timeline"))
    return timing / 1e9, memory / 1e9, (without_replay["step_time_ns"] - without_replay["recompute_ns"]) / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rematscope", type=pathlib.Path)
    parser.add_argument("config")
    parser.add_argument("--batch", default="2")
    parser.add_argument("--sequence", default="128")
    parser.add_argument("--policy", default="store_all,full")
    parser.add_argument("--samples", default="6")
    parser.add_argument("--time-limit", default="15s")
    parser.add_argument("--starts", type=int, default=10)
    options = parser.parse_args()

    worker = str(options.rematscope.parent / "rematscope-worker")
    starts = sorted([start_seconds(worker) for _ in range(options.starts + 1)][1:])
    if starts:
        print(f"worker start: median {statistics.median(starts):.2f} s, from {starts[0]:.2f} to {starts[-1]:.2f} s")

    with tempfile.TemporaryDirectory() as folder:
        run_file = pathlib.Path(folder) / "run.remat.jsonl"
        begin = time.perf_counter()
        subprocess.run([options.rematscope, "sweep", options.config, "--policy", options.policy, "--batch", options.batch,
                        "--sequence", options.sequence, "--samples", options.samples, "--time-limit", options.time_limit,
                        "--output", run_file], check=True, capture_output=True)
        wall = time.perf_counter() - begin
        parts = step_seconds([json.loads(line) for line in open(run_file)])
    outside = wall - sum(parts)
    print(f"sweep: {wall:.2f} s; steps: timing {parts[0]:.2f} s, memory {parts[1]:.2f} s, compared with {parts[2]:.2f} s")
    print(f"outside measuring: {outside:.2f} s, {outside / wall:.1%}")


if __name__ == "__main__":
    main()
