"""Times: how well they are known, and how long sweeps take."""
import math
import os

from ..check import NoTime
from ..run_file import median_ratio
from ..workbench import require_completed
from .attribution import big_dtype
from .conditions import take_conditions

MOST_REGION_NS = 20_000
MOST_MARKS_RATIO = 1.002  # of a step that is timed over the same step in a bare loop
SIX_POLICIES = ("store_all", "full", "cheap", "act_discard", "save_attention_out", "every_n:2")
TWELVE_POLICIES = ("store_all", "full", "act_discard", "norm_discard", "cheap", "core_attention", "attention_block", "ffn_block",
                   "save_attention_out", "dots", "every_n:2", "segment:2")


def _bare_loop(bench, findings):
    """Steps with the marks of the timing pass against steps without any, in turn in one process."""
    rows = bench.benchmark("engine_benchmark", "--marks", "--device", bench.device, bench.scale.benchmark_rounds)
    if rows is None:
        findings.absent("the overhead of the timing pass is not measured: engine_benchmark is not built beside the programs")
        return
    large = [row for row in rows if row.get("model") == "large"]
    findings.require(large, "engine_benchmark: told nothing of the large model")
    for row in large:
        policy = row.get("policy")
        findings.numbers[f"{policy}_marks"] = {key: row.get(key) for key in
                                               ("marks", "pairs", "ratio", "low_ratio", "high_ratio", "bare_step_ns", "mark_ns")}
        findings.bound(f"{policy}: steps with marks over steps without", row.get("ratio"), at_most=MOST_MARKS_RATIO)


def timing(bench, findings):
    scale = bench.scale
    run = bench.sweep("timing", [scale.gpt2], ["store_all", "full"], "--batch", scale.gpt2_batch, "--sequence", scale.gpt2_sequence,
                      "--dtype", "bf16_mixed", "--interval", "1%", samples=scale.samples, point_limit_s=scale.point_limit_s)
    for point in require_completed(findings, run, 2):
        ratio = median_ratio(point.finished)
        steps_s = sum(sample["step_time_ns"] for sample in point.records.get("sample", [])) / 1e9
        findings.numbers[point.policy] = {"step_time_ns": point.finished.get("step_time_ns"), "interval_ratio": ratio,
                                          "samples": point.finished.get("samples"), "steps_s": round(steps_s, 3)}
        findings.bound(f"{point.policy}: half of the interval over the median", ratio, at_most=0.01)
        findings.bound(f"{point.policy}: seconds of steps", steps_s, at_most=15.5)
    take_conditions(findings, run)
    _bare_loop(bench, findings)


def six_policies(bench, findings):
    scale = bench.scale
    run = bench.sweep("six-policies", [scale.gpt2], SIX_POLICIES, "--batch", scale.gpt2_batch, "--sequence", scale.gpt2_sequence,
                      "--dtype", "bf16_mixed", samples=scale.quick_samples if scale.dry else 6, may_be_cut=True)
    findings.numbers.update(seconds=round(run.seconds, 2), points=len(run.completed()))
    findings.require(not run.timed_out, f"ended after {run.seconds:.0f} s with {len(run.finished())} of {len(SIX_POLICIES)} points")
    if not run.timed_out:
        require_completed(findings, run, len(SIX_POLICIES))
    findings.bound("seconds of the whole command", run.seconds, at_most=60)


def sweep_1b(bench, findings):
    scale = bench.scale
    expected = len(TWELVE_POLICIES) * len(scale.big_batches)
    time_s = min(bench.left_s(), 360.0)
    samples = scale.quick_samples if scale.dry else 6 if time_s > 240 else 3 if time_s > 120 else 1
    # A third of the time for timed steps; the rest is building models, the memory pass and comparing gradients.
    point_limit_s = scale.quick_limit_s if scale.dry else max(0.5, time_s / (3 * expected))
    findings.numbers.update(expected_points=expected, least_samples=samples, parameters=None)
    run = bench.sweep("sweep-1b", [scale.big], TWELVE_POLICIES, "--batch", ",".join(map(str, scale.big_batches)), "--sequence",
                      scale.big_sequence, "--dtype", big_dtype(bench), samples=samples, point_limit_s=point_limit_s, may_be_cut=True)
    completed = run.completed()
    take_conditions(findings, run)
    findings.numbers.update(seconds=round(run.seconds, 2), completed=len(completed), finished=len(run.finished()),
                            parameters=run.points[0].started.get("parameter_count"))
    for point in completed:
        findings.numbers[f"{point.policy} batch {point.training['batch_size']}"] = {
            key: point.finished.get(key) for key in ("step_time_ns", "peak_allocated_bytes", "recompute_ns", "samples")}
    if run.timed_out:
        ended = f"ended after {run.seconds:.0f} s with {len(run.finished())} of {expected} points"
        if run.seconds < 350:
            raise NoTime(f"{ended}: other checks left no more; --only sweep_1b gives it all the time")
        findings.require(False, ended)
        return
    findings.require(len(run.points) == expected, f"expected {expected} points, found {len(run.points)}")
    for point in run.points:
        findings.require(point.completed, f"{point.name()}: {point.outcome}: {point.finished.get('reason', '')}")
    findings.bound("seconds of the whole command", run.seconds, at_most=360)


def _replayed_ops(point):
    return sum(block.get("recomputed_ops", 0) for block in point.records.get("block_result", []))


def _region_on_the_host(bench, findings):
    """Of a tiny model, in one process, against the same ops in a plain forward; on the CPU, since it is the host's time. Judged by
    the low quartile of differences of the same step: on a busy machine the others say as much of its other programs."""
    rows = bench.benchmark("engine_benchmark", "--regions", bench.scale.benchmark_rounds)
    if rows is None:
        findings.absent("what a region costs the host is not measured: engine_benchmark is not built beside the programs")
        return
    for row in rows:
        findings.numbers["host"] = {key: row.get(key) for key in ("region_ns", "region_low_ns", "region_high_ns", "replay_ns", "plain_ns",
                                                                  "ops", "regions", "steps")}
        findings.numbers["host"]["load_average"] = os.getloadavg()[0]
        findings.bound("ns of the host for a replayed region beside its ops, low quartile", row.get("region_low_ns"),
                       at_most=MOST_REGION_NS)


def region_cost(bench, findings):
    """full and segment:2 replay nearly the same ops, in L and in L/2 regions: what is left of their difference is L/2 regions."""
    _region_on_the_host(bench, findings)
    scale = bench.scale
    layers = scale.region_layers
    run = bench.sweep("region-cost", [scale.small_llama], ["full", "segment:2"], "--batch", 1, "--sequence", 8, "--layers", layers,
                      "--optimizer", "none", samples=scale.samples, point_limit_s=scale.point_limit_s)
    require_completed(findings, run, 2)
    full, segments = run.of_policy("full"), run.of_policy("segment:2")
    if not full or not segments:
        return
    ops, ops_of_segments = _replayed_ops(full), _replayed_ops(segments)
    replay_ns = full.finished.get("recompute_ns")
    if not ops or replay_ns is None:
        findings.require(False, "full: recompute_ns or the number of replayed ops is absent")
        return
    op_ns = replay_ns / ops
    difference_ns = full.finished["step_time_ns"] - segments.finished["step_time_ns"] + (ops_of_segments - ops) * op_ns
    region_ns = difference_ns / (layers / 2)
    uncertain_ns = math.hypot(*(median_ratio(p.finished) * p.finished["step_time_ns"] for p in (full, segments))) / (layers / 2)
    findings.numbers.update(region_cost_estimate_ns=round(region_ns), uncertain_ns=round(uncertain_ns),
                            replayed_op_ns=round(op_ns), replayed_ops=ops, replayed_ops_of_segments=ops_of_segments,
                            recompute_ns_per_region=round(replay_ns / layers))
