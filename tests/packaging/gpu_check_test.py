"""packaging/gpu-check with a made-up rematscope: what passes, and that each fault fails the check that looks for it."""
import json
import pathlib
import sys
import tempfile
import time
import unittest

from gpu_check_run import ROOT, GpuCheckRun

sys.path.insert(0, str(ROOT / "packaging"))
from gpu_check import output_size  # noqa: E402
from gpu_check import peer  # noqa: E402
from gpu_check.checks.oom_phases import WHERE, _fixed_bytes  # noqa: E402
from gpu_check.check import Check, CheckFailed, NeedsGpu, NoTime, NotPossibleHere  # noqa: E402
from gpu_check.child import run_child  # noqa: E402
from gpu_check.checks import CHECKS  # noqa: E402
from gpu_check.run_file import median_ratio, read_run  # noqa: E402
from gpu_check.runner import run_check, run_checks  # noqa: E402
from gpu_check.scale import DRY, GPU  # noqa: E402
from gpu_check.workbench import Workbench  # noqa: E402

NO_PYTHON = ("--python", "/no/such/python")
FAKE_PYTHON = ("--python", "BIN/tools/python-with-torch")


def bench(scale=GPU):
    return Workbench("no-program", pathlib.Path("."), scale, "cuda:0", [])


def check(name, run, limit_s=10.0, least_s=1.0):
    return Check(name, "", "", "", limit_s, least_s, run)


def raising(error):
    def run(_bench, _findings):
        raise error
    return run


class WithAMadeUpGpu(unittest.TestCase):
    def test_all_checks_pass(self):
        run = GpuCheckRun(*NO_PYTHON)
        self.assertEqual(run.exit_code, 0, run.told())
        self.assertEqual(run.names("skipped"), {"comparison"}, run.told())
        self.assertEqual(run.names("passed"), {check.name for check in CHECKS} - {"comparison"}, run.told())
        self.assertIn("none has torch", run.checks["comparison"]["reason"])
        self.assertEqual(run.checks["attention"]["numbers"]["automatic_is"], "flash")
        self.assertEqual(run.checks["oom_phases"]["numbers"]["hit"], {"forward": 2, "recompute": 2, "backward": 2})
        self.assertEqual(run.checks["oom_phases"]["notes"],
                         ["optimizer: no point ran out of memory there: it never needs more than a phase before it"])
        self.assertEqual(run.checks["timing"]["numbers"]["full_marks"]["ratio"], 1.0005)
        host = run.checks["region_cost"]["numbers"]["host"]
        self.assertEqual([host["region_low_ns"], host["region_ns"], host["region_high_ns"]], [2000, 3000, 93_000])
        self.assertGreaterEqual(host["load_average"], 0)
        faults = {"device_error-memory", "device_error-timing", "out_of_memory-in-optimizer-memory", "out_of_memory-in-backward-timing",
                  "hang-timing"}
        self.assertEqual(set(run.checks["faults"]["numbers"]["device_used_mib"]), faults)
        self.assertEqual(run.checks["attribution"]["numbers"]["full"]["attributed_ratio"], 1.0)
        for needed in ("created", "machine", "program", "seconds", "budget_s"):
            self.assertIn(needed, run.summary)
        self.assertIn("| peak | passed |", run.markdown)

    def test_each_fault_fails_the_check_that_looks_for_it(self):
        expected = (("no_nvml", "doctor"), ("no_cuda_library", "doctor"), ("other_kernel", "attention"), ("slow_marks", "timing"), ("slow_regions", "region_cost"),
                    ("unattributed", "attribution"), ("slow_trace", "attribution"), ("late_clock", "attribution"),
                    ("peaks", "peak"), ("cap_ignored", "out_of_memory"), ("after_cap", "out_of_memory"),
                    ("bytes_stay", "out_of_memory"), ("cap_ignored", "oom_phases"), ("after_cap", "oom_phases"),
                    ("no_place", "oom_phases"), ("bytes_stay", "oom_phases"), ("fault_ignored", "faults"),
                    ("fault_spreads", "faults"), ("no_outcome", "faults"), ("no_backward", "oom_phases"), ("idle_clocks", "timing"),
                    ("no_hidden", "offload"), ("pageable", "offload"), ("timeline", "timelines"))
        for fault, name in expected:
            with self.subTest(fault, check=name):
                run = GpuCheckRun("--only", f"{name},six_policies", fault=fault)
                self.assertEqual(run.exit_code, 1, run.told())
                self.assertEqual((run.names("failed"), run.names("passed")), ({name}, {"six_policies"}), run.told())
                self.assertTrue(run.checks[name]["reason"])
                self.assertIn(f"| {name} | **FAILED** |", run.markdown)

    def test_throttling_and_others_on_the_device_are_told_and_no_failure(self):
        run = GpuCheckRun("--only", "timing,sweep_1b", fault="throttled")
        self.assertEqual(run.names("failed"), set(), run.told())
        for name, point in (("timing", "timing: full bf16_mixed batch 8"), ("sweep_1b", "sweep-1b: full bf16_mixed batch 4")):
            found = run.checks[name]["numbers"]["device_while_timed"][point]
            self.assertEqual(found["throttle_reasons"], ["power cap"])
            self.assertEqual(found["throttled_samples"], found["samples"])
            self.assertEqual((found["sm_clock_low_hz"], found["sm_clock_high_hz"]), (1_755 * 10**6, 1_980 * 10**6))
            self.assertTrue(any("was slowed down (power cap)" in note for note in run.checks[name]["notes"]), run.told())
        shared = GpuCheckRun("--only", "timing,comparison", *FAKE_PYTHON, fault="shared")
        for name in ("timing", "comparison"):
            self.assertEqual([note for note in shared.checks[name]["notes"] if "shared GPU" in note],
                             ["another process has come: step times are those of a shared GPU"])

    def test_a_step_of_others_is_compared_with_one_that_computes_alike(self):
        run = GpuCheckRun("--only", "comparison", *FAKE_PYTHON)
        self.assertEqual(run.names("passed"), {"comparison"}, run.told())
        numbers = run.checks["comparison"]["numbers"]["bf16_mixed full"]
        self.assertEqual(numbers["both"], {"attention": "flash", "attention_dtype": "bfloat16", "product_dtype": "bfloat16", "tf32": False,
                                           "float32_products": "highest", "bf16_reduced_sums": True, "deterministic": False})
        slow = GpuCheckRun("--only", "comparison", *FAKE_PYTHON, fault="peer_fast")
        self.assertIn("step time over theirs: expected at most 1", slow.checks["comparison"]["reason"])

    def test_a_step_of_others_that_computes_otherwise_is_not_compared(self):
        for fault, reason in {"peer_kernel": "attention is efficient there and flash here", "peer_tf32": "tf32 is True there",
                              "peer_dtype": "product dtype is float32 there and bfloat16 here"}.items():
            with self.subTest(fault):
                run = GpuCheckRun("--only", "comparison", *FAKE_PYTHON, fault=fault)
                self.assertEqual(run.names("failed"), {"comparison"}, run.told())
                self.assertIn("bf16_mixed full: not comparable: ", run.checks["comparison"]["reason"])
                self.assertIn(reason, run.checks["comparison"]["reason"])
                self.assertNotIn("step_time_ratio", run.checks["comparison"]["numbers"]["bf16_mixed full"])

    def test_missing_attribution_fails_on_a_gpu_with_its_reason(self):
        run = GpuCheckRun("--only", "attribution", fault="no_attribution")
        self.assertEqual(run.exit_code, 1)
        self.assertIn("no attribution record on cuda:0", run.checks["attribution"]["reason"])

    def test_gradients_that_differ_are_named_by_point(self):
        run = GpuCheckRun("--only", "correctness", fault="gradients")
        self.assertEqual(run.names("failed"), {"correctness"})
        self.assertIn("llama-small store_all batch 2 float32: gradients are different", run.checks["correctness"]["reason"])
        self.assertIn("more", run.checks["correctness"]["reason"])

    def test_gradients_within_tolerance_need_a_reason(self):
        run = GpuCheckRun("--only", "correctness", fault="tolerance")
        self.assertEqual(run.names("failed"), {"correctness"}, run.told())
        self.assertIn("full batch 2 float32: gradients are within_tolerance", run.checks["correctness"]["reason"])

    def test_a_device_that_sums_in_any_order_is_told_and_no_failure(self):
        run = GpuCheckRun("--only", "correctness,six_policies", fault="restless")
        self.assertEqual(run.names("failed"), set(), run.told())
        self.assertTrue(any("two steps of store_all differ by 1e-06" in note for note in run.checks["correctness"]["notes"]), run.told())

    def test_a_machine_without_a_gpu_is_told_by_exit_code_4(self):
        if any(pathlib.Path("/dev").glob("nvidia[0-9]*")):
            self.skipTest("this machine has a GPU")
        run = GpuCheckRun(fault="no_device")
        self.assertEqual(run.exit_code, 4, run.told())
        self.assertEqual(len(run.names("skipped")), len(CHECKS) - 1)

    def test_a_sweep_that_hangs_is_ended_and_the_others_are_kept(self):
        run = GpuCheckRun("--dry-run", "--only", "doctor,sweep_1b,six_policies", "--budget", 8, fault="hang_1b", timeout_s=60)
        self.assertEqual(run.names("passed"), {"doctor", "six_policies"}, run.told())
        self.assertIn("was ended after", run.checks["sweep_1b"]["reason"])


class OutOfMemoryPlace(unittest.TestCase):
    def test_is_the_phase_whoever_had_no_room(self):
        for reason, phase in (("out of memory in backward of layer 3 down: asked for 1 MiB", "backward"),
                              ("out of memory in a library's own memory, in recompute of layer 2 up: CUBLAS", "recompute"),
                              ("out of memory on the host, in offload of layer 1: host memory", "offload"),
                              ("out of memory before the first step, making parameters and optimizer state: asked for", None)):
            self.assertEqual(WHERE.search(reason)[1], phase, reason)
        self.assertIsNone(WHERE.search("out of memory in a library's own memory: CUBLAS"))

    def test_is_looked_for_with_caps_from_which_only_own_bytes_are_taken_off(self):
        self.assertEqual(_fixed_bytes({"outside_allocator_bytes": 900}, others_bytes=400), 500)
        self.assertEqual(_fixed_bytes({"outside_allocator_bytes": None}, others_bytes=400), 0)


class PeerSettings(unittest.TestCase):
    FLAGS = {"tf32": False, "float32_products": "highest"}

    def of(self, *seen):
        return peer.settings_of(list(seen), self.FLAGS)

    def test_name_the_attention_kernel_by_the_op_that_ran(self):
        for op, kernel in (("aten::_scaled_dot_product_flash_attention", "flash"),
                           ("aten::_scaled_dot_product_flash_attention_for_cpu", "flash"),
                           ("aten::_scaled_dot_product_efficient_attention", "efficient"),
                           ("aten::_scaled_dot_product_cudnn_attention", "cudnn")):
            found = self.of((op, "bfloat16"), ("aten::addmm", "bfloat16"))
            self.assertEqual((found["attention"], found["attention_dtype"]), (kernel, "bfloat16"), op)
            self.assertEqual(found["product_dtype"], "bfloat16")

    def test_call_attention_that_is_written_out_in_products_math(self):
        found = self.of(("aten::bmm", "float32"), ("aten::_softmax", "float32"), ("aten::mm", "float32"))
        self.assertEqual((found["attention"], found["attention_dtype"], found["product_dtype"]), ("math", None, "float32"))

    def test_name_every_dtype_and_leave_other_ops_and_backward_out(self):
        found = self.of(("aten::mm", "bfloat16"), ("aten::addmm", "float32"), ("aten::add", "float64"),
                        ("aten::_scaled_dot_product_flash_attention_backward", "float32"))
        self.assertEqual((found["attention"], found["product_dtype"]), ("math", "bfloat16+float32"))

    def test_carry_what_torch_was_told(self):
        self.assertEqual({key: self.of()[key] for key in self.FLAGS}, self.FLAGS)


class WithABrokenProgram(unittest.TestCase):
    def assert_fails_clearly(self, run, names, words):
        self.assertEqual(run.exit_code, 1, run.told())
        self.assertNotIn("Traceback", run.errors)
        self.assertEqual(run.names("passed"), set(), run.told())
        for name in names:
            self.assertEqual(run.checks[name]["outcome"], "failed", run.told())
            self.assertIn(words, run.checks[name]["reason"])

    def test_nonsense_fails_every_check(self):
        run = GpuCheckRun("--dry-run", *NO_PYTHON, fault="nonsense")
        self.assert_fails_clearly(run, ["doctor"], "expected a JSON object")
        self.assert_fails_clearly(run, ["missing_device", "timing", "sweep_1b"], "wrote no run file")

    def test_a_crash_fails_every_check(self):
        self.assert_fails_clearly(GpuCheckRun("--dry-run", *NO_PYTHON, fault="crash"), ["doctor", "timing"], "died of signal 6")

    def test_a_hang_ends_with_the_budget_and_what_was_not_begun_is_skipped(self):
        run = GpuCheckRun("--dry-run", *NO_PYTHON, "--budget", 4, fault="hang", timeout_s=60)
        self.assertLess(run.seconds, 40)
        self.assert_fails_clearly(run, ["doctor"], "was ended after")
        self.assertIn("no time", run.checks["sweep_1b"]["reason"])

    def test_a_flood_of_output_is_survived(self):
        run = GpuCheckRun("--dry-run", "--only", "doctor", "--budget", 3, fault="flood", timeout_s=60)
        self.assert_fails_clearly(run, ["doctor"], "was ended after")

    def test_values_of_another_type_are_a_failure_not_a_crash(self):
        run = GpuCheckRun("--only", "timing,region_cost,doctor", fault="garbage_values")
        self.assertEqual(run.exit_code, 1)
        self.assertNotIn("Traceback", run.errors)
        self.assertEqual(run.names("passed"), {"doctor"}, run.told())

    def test_a_program_that_is_not_there_fails_every_check(self):
        with tempfile.TemporaryDirectory() as empty:
            run = GpuCheckRun("--dry-run", *NO_PYTHON, bin_folder=empty)
        self.assert_fails_clearly(run, ["doctor", "timing"], "cannot be started")

    def test_a_folder_that_holds_something_is_left_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "mine.txt").write_text("mine")
            ended = run_child([sys.executable, "-B", ROOT / "packaging" / "gpu-check", "--output", folder, "--dry-run"], 30)
            self.assertEqual(ended.exit_code, 2)
            self.assertIn("is not empty", ended.errors)
            self.assertEqual([path.name for path in pathlib.Path(folder).iterdir()], ["mine.txt"])


class Runner(unittest.TestCase):
    def outcome(self, run, scale=GPU):
        return run_check(check("x", run), bench(scale), 10.0)

    def test_outcomes(self):
        self.assertEqual(self.outcome(lambda b, f: None).outcome, "passed")
        self.assertEqual(self.outcome(lambda b, f: f.require(False, "bad")).reason, "bad")
        self.assertEqual(self.outcome(raising(CheckFailed("bad"))).outcome, "failed")
        self.assertEqual(self.outcome(raising(NotPossibleHere("no torch"))).outcome, "skipped")
        self.assertEqual(self.outcome(raising(NeedsGpu("no CUPTI"))).outcome, "failed")
        self.assertEqual(self.outcome(raising(NeedsGpu("no CUPTI")), DRY).outcome, "skipped")
        cut = self.outcome(raising(NoTime("cut short")))
        self.assertEqual((cut.outcome, cut.unfinished), ("skipped", True))
        self.assertIn("KeyError", self.outcome(raising(KeyError("spec"))).reason)

    def test_times_are_judged_on_a_gpu_only(self):
        slow = lambda _bench, findings: findings.bound("step", 2.0, at_most=1.0)  # noqa: E731
        self.assertEqual(self.outcome(slow).outcome, "failed")
        dry = self.outcome(slow, DRY)
        self.assertEqual(dry.outcome, "passed")
        self.assertIn("not judged", dry.notes[0])

    def test_time_is_kept_for_later_checks_and_the_rest_is_skipped(self):
        limits = []
        take = lambda name: check(name, lambda b, f: (limits.append(b.left_s()), time.sleep(0.3)), 100.0, 1.0)  # noqa: E731
        results = run_checks([take("a"), take("b"), take("c")], bench(), 2.4, lambda _: None, lambda _: "")
        self.assertEqual([r.outcome for r in results], ["passed", "passed", "passed"])
        self.assertAlmostEqual(limits[0], 1.0, delta=0.2)
        results = run_checks([take("a"), take("b")], bench(), 1.1, lambda _: None, lambda _: "")
        self.assertEqual([r.outcome for r in results], ["passed", "skipped"])
        self.assertTrue(results[1].unfinished)
        self.assertIn("no time", results[1].reason)


class RunFiles(unittest.TestCase):
    def test_lines_that_are_no_records_are_counted(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a.remat.jsonl"
            lines = ['{"record":"hello"}', "nonsense", "[1]", '"text"', '{"record":"point_started","point":"a"}', "[" * 100000]
            path.write_bytes("\n".join(lines).encode() + b"\n\xff\xfe")
            run = read_run(path)
        self.assertEqual((len(run.points), run.damaged_lines), (0, 6))

    def test_interval_of_a_median(self):
        self.assertAlmostEqual(median_ratio({"step_time_low_ns": 98, "step_time_ns": 100, "step_time_high_ns": 101}), 0.02)
        self.assertIsNone(median_ratio({"step_time_ns": 100}))

    def test_oversized_timelines_go_first_and_leave_a_note(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            small = json.dumps({"record": "kernel_timeline", "time_ns": [1] * 100})
            large = json.dumps({"record": "allocation_timeline", "time_ns": [1] * 10000})
            sample = json.dumps({"record": "sample", "step_time_ns": 1})
            (folder / "a.remat.jsonl").write_text("\n".join([sample, large, "torn"]))
            (folder / "b.remat.jsonl").write_text("\n".join([sample, small]) + "\n")
            said = output_size.fit(folder, 4000)
            self.assertEqual(len(said), 1, said)
            lines = (folder / "a.remat.jsonl").read_text().splitlines()
            self.assertEqual(lines.pop(1), "torn")
            self.assertEqual([json.loads(line)["record"] for line in lines], ["sample", "event"])
            self.assertIn("kernel_timeline", (folder / "b.remat.jsonl").read_text())
            output_size.fit(folder, 500)
            self.assertNotIn("kernel_timeline\"", (folder / "b.remat.jsonl").read_text())
            output_size.fit(folder, 100)
            self.assertEqual(list(folder.glob("*.remat.jsonl")), [])


if __name__ == "__main__":
    unittest.main()
