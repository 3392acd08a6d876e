#!/usr/bin/env python3
"""Step time and peak memory against transformers on the CPU, in interleaved rounds.

  compare_transformers.py BUILD/bin/rematscope CONFIG --set num_hidden_layers=4 --batch 2 --sequence 256 [--rounds 5]

Each round runs transformers and rematscope in turn, each in a process of its own with the same number of threads, and
takes the median of some steps (forward, loss, backward; no optimizer, no dropout, fresh gradients); the table shows the
median over the rounds of their ratios. Peaks are counted exactly by both allocators, without parameters. Needs torch,
transformers (PyPI); a development tool, the program itself needs no Python.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile, time, warnings

warnings.filterwarnings("ignore")


def transformers_worker(config_path, batch, sequence, checkpointing, steps, threads):
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    torch.set_num_threads(threads)
    keys = json.load(open(config_path))
    config = transformers.AutoConfig.for_model(**keys)
    for name, value in list(vars(config).items()):
        if isinstance(value, float) and ("dropout" in name or name.endswith("pdrop")):
            setattr(config, name, 0.0)
    config.use_cache = False
    masked = config.model_type in ("bert", "roberta")
    kind = transformers.AutoModelForMaskedLM if masked else transformers.AutoModelForCausalLM
    model = kind.from_config(config, attn_implementation="sdpa").to(torch.float32)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    model.train()
    if checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    ids = torch.randint(0, config.vocab_size, (batch, sequence))
    inputs = {"input_ids": ids, "labels": ids.clone()}

    def step():
        start = time.perf_counter_ns()
        model(**inputs).loss.backward()
        return time.perf_counter_ns() - start

    def peak_of(function):
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile:
            function()
        events = sorted((e.start_ns(), e.nbytes()) for e in profile.profiler.kineto_results.events() if e.name() == "[memory]")
        live = peak = 0
        for _, delta in events:
            live += delta
            peak = max(peak, live)
        return peak

    times = []
    for index in range(steps + 2):
        model.zero_grad(set_to_none=True)
        taken = step()
        if index >= 2:
            times.append(taken)
    model.zero_grad(set_to_none=True)
    print(json.dumps({"step_time_ns": statistics.median(times), "peak_bytes": peak_of(step)}))


def run_transformers(args, config, checkpointing):
    command = [sys.executable, __file__, "--transformers-worker", config, str(args.batch), str(args.sequence),
               str(int(checkpointing)), str(args.steps), str(args.threads)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def run_rematscope(args, config, policy):
    with tempfile.TemporaryDirectory() as folder:
        run = os.path.join(folder, "run.remat.jsonl")
        command = [args.rematscope, "sweep", config, "--policy", policy, "--batch", str(args.batch), "--sequence",
                   str(args.sequence), "--optimizer", "none", "--samples", str(args.steps), "--time-limit", str(args.time_limit),
                   "--timeline", "off", "--output", run]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": str(args.threads)})
        finished = [r for r in map(json.loads, open(run)) if r["record"] == "point_finished"][-1]
        return {"step_time_ns": finished["step_time_ns"],
                "peak_bytes": finished["peak_allocated_bytes"] - finished["before_step_bytes"]}


def main():
    if "--transformers-worker" in sys.argv:
        config, batch, sequence, checkpointing, steps, threads = sys.argv[2:]
        return transformers_worker(config, int(batch), int(sequence), checkpointing == "1", int(steps), int(threads))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rematscope")
    parser.add_argument("config")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE")
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--sequence", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--time-limit", type=int, default=15, help="seconds of timed steps of one rematscope process")
    args = parser.parse_args()
    keys = json.load(open(args.config))
    for setting in args.set:
        name, _, value = setting.partition("=")
        keys[name] = json.loads(value)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as config:
        json.dump(keys, config)
        config.flush()
        for policy, checkpointing in (("store_all", False), ("full", True)):
            ratios, theirs_ms, ours_ms = [], [], []
            for _ in range(args.rounds):
                theirs = run_transformers(args, config.name, checkpointing)
                ours = run_rematscope(args, config.name, policy)
                ratios.append(ours["step_time_ns"] / theirs["step_time_ns"])
                theirs_ms.append(theirs["step_time_ns"] / 1e6)
                ours_ms.append(ours["step_time_ns"] / 1e6)
            print(f"{os.path.basename(args.config)} {' '.join(args.set)} batch {args.batch} x {args.sequence} {policy}: "
                  f"transformers {statistics.median(theirs_ms):.0f} ms, rematscope {statistics.median(ours_ms):.0f} ms, "
                  f"ratio {statistics.median(ratios):.3f} [{min(ratios):.3f}, {max(ratios):.3f}], {args.rounds} rounds; "
                  f"peak {theirs['peak_bytes'] / 2**20:.2f} and {ours['peak_bytes'] / 2**20:.2f} MiB, "
                  f"ratio {ours['peak_bytes'] / theirs['peak_bytes']:.4f}", flush=True)


if __name__ == "__main__":
    main()
