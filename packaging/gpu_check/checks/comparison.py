"""The same step by transformers or by plain PyTorch, in turn with ours, each in a process of its own."""
import json
import pathlib
import statistics
import time

from ..check import CheckFailed, NotPossibleHere
from ..workbench import require_completed
from .conditions import take_conditions

CASES = (("float32", "store_all"), ("float32", "full"), ("bf16_mixed", "store_all"), ("bf16_mixed", "full"))
MOST_ROUNDS = 3
DTYPES = {"float32": "float32", "bf16_mixed": "bfloat16"}  # of products and attention
SETTINGS = ("attention", "attention_dtype", "product_dtype", "tf32", "float32_products", "bf16_reduced_sums", "deterministic")
PEER = pathlib.Path(__file__).resolve().parent.parent / "peer.py"


def _python_with_torch(bench):
    """The first Python that has torch, one with transformers before one without."""
    without = None
    for python in bench.pythons:
        ended = bench.run([python, PEER, "--probe"]) if pathlib.Path(python).exists() else None
        answer = ended.output.split() if ended and ended.exit_code == 0 else []
        if "transformers" in answer:
            return python
        if "torch" in answer and without is None:
            without = python
    if without is None:
        raise NotPossibleHere(f"{len(bench.pythons)} Pythons were tried, none has torch; name one with --python")
    return without


def _peer_steps(bench, python):
    scale = bench.scale
    ended = bench.run([python, PEER, bench.config(scale.gpt2), bench.device, scale.gpt2_batch, scale.gpt2_sequence, scale.peer_steps])
    try:
        answer = json.loads(ended.output.strip().splitlines()[-1])
        return answer["library"], {(case["dtype"], case["policy"]): case for case in answer["cases"]}
    except (IndexError, ValueError, KeyError, TypeError) as error:
        raise CheckFailed(f"the peer {ended.told()}") from error


def _our_steps(bench, findings, number):
    scale = bench.scale
    run = bench.sweep(f"comparison-{number}", [scale.gpt2], ["store_all", "full"], "--dtype", "float32,bf16_mixed", "--batch",
                      scale.gpt2_batch, "--sequence", scale.gpt2_sequence, "--optimizer", "none", samples=scale.peer_steps,
                      point_limit_s=scale.point_limit_s)
    take_conditions(findings, run)
    return {(point.training["precision"], point.policy): {**point.finished, "before_bytes": _before_bytes(point),
                                                          "attention": point.started.get("attention")}
            for point in require_completed(findings, run, len(CASES))}


def _before_bytes(point):
    """As the allocator rounds, since peaks are so too."""
    rounded = (point.one("memory") or {}).get("before_step_allocated_bytes")
    return point.finished["before_step_bytes"] if rounded is None else rounded


def _unlike(case, ours, theirs):
    """What makes their step another one than ours, in sentences: then neither time nor peak says anything of the other."""
    dtype = DTYPES[case[0]]
    wanted = {"attention": ours["attention"], "product_dtype": dtype, "tf32": False,  # of float32 points; tf32 is a dtype of its own here
              "deterministic": False}
    if theirs.get("attention_dtype") is not None:
        wanted["attention_dtype"] = dtype
    return [f"{name.replace('_', ' ')} is {theirs.get(name)} there and {value} here" for name, value in wanted.items()
            if theirs.get(name) != value]


def _judge(findings, case, rounds):
    """Medians over the rounds; bytes are the same in all of them."""
    ours = [mine[case] for _, mine in rounds if case in mine]
    theirs = [peer[case] for peer, mine in rounds if case in mine and case in peer]
    name = " ".join(case)
    if not findings.require(ours and theirs, f"{name}: was not measured by both"):
        return
    if unlike := sorted({sentence for a, b in zip(ours, theirs) for sentence in _unlike(case, a, b)}):
        findings.numbers[name] = {"not_comparable": unlike}
        findings.require(False, f"{name}: not comparable: {', '.join(unlike)}")
        return
    ratios = [a["step_time_ns"] / b["step_time_ns"] for a, b in zip(ours, theirs)]
    our_peak, their_peak = ours[-1]["peak_allocated_bytes"] - ours[-1]["before_bytes"], theirs[-1]["peak_bytes"]
    findings.numbers[name] = {
        "step_time_ns": statistics.median(a["step_time_ns"] for a in ours),
        "their_step_time_ns": statistics.median(b["step_time_ns"] for b in theirs), "step_time_ratio": statistics.median(ratios),
        "step_time_ratios": ratios, "peak_bytes": our_peak, "their_peak_bytes": their_peak,
        "their_single_thread_peak_bytes": theirs[-1]["single_thread_peak_bytes"],
        "both": {setting: theirs[-1].get(setting) for setting in SETTINGS}}
    findings.bound(f"{name}: step time over theirs", round(statistics.median(ratios), 2), at_most=1.00)
    if their_peak is None:
        findings.absent(f"{name}: their peak is not known on a CPU")
        return
    peak_ratio = findings.numbers[name]["peak_ratio"] = our_peak / their_peak
    findings.bound(f"{name}: peak over theirs", peak_ratio, at_most=1.02)
    findings.bound(f"{name}: peak over theirs", peak_ratio, at_least=0.98)


def comparison(bench, findings):
    python = _python_with_torch(bench)
    rounds, longest_s = [], 0.0
    while len(rounds) < (1 if bench.scale.dry else MOST_ROUNDS) and (not rounds or bench.left_s() > 1.2 * longest_s):
        start = time.monotonic()
        library, theirs = _peer_steps(bench, python)
        rounds.append((theirs, _our_steps(bench, findings, len(rounds) + 1)))
        longest_s = max(longest_s, time.monotonic() - start)
    findings.numbers.update(peer=library, rounds=len(rounds))
    for case in CASES:
        _judge(findings, case, rounds)
