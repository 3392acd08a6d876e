"""The dry run of packaging/gpu-check with the programs of this build: gpu_check_dry_run_test.py BIN_FOLDER"""
import sys
import unittest

from gpu_check_run import GpuCheckRun

BIN_FOLDER = sys.argv.pop()
NEED_A_GPU = {"attribution"}
NEED_A_PEER = {"comparison"}  # skipped where no Python has torch


class DryRun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # More time than the 85 s that it gives itself: machines that test are busy, and no check may be left out here.
        cls.run_ = GpuCheckRun("--dry-run", "--budget", 300, bin_folder=BIN_FOLDER, timeout_s=390)

    def test_everything_that_a_cpu_can_show_passes(self):
        run = self.run_
        self.assertEqual(run.exit_code, 0, run.told())
        self.assertEqual(run.names("failed"), set(), run.told())
        self.assertLessEqual(run.names("skipped"), NEED_A_GPU | NEED_A_PEER, run.told())
        self.assertTrue(run.summary["finished"] and run.summary["dry_run"])

    def test_what_needs_a_gpu_is_absent_with_its_reason(self):
        for name in NEED_A_GPU:
            self.assertEqual(self.run_.checks[name]["outcome"], "skipped", self.run_.told())
            self.assertIn("needs a GPU", self.run_.checks[name]["reason"])
        self.assertTrue(any("cuda_devices" in note for note in self.run_.checks["doctor"]["notes"]), self.run_.told())
        self.assertTrue(any("hidden_ns" in note for note in self.run_.checks["offload"]["notes"]), self.run_.told())

    def test_gradients_peaks_and_out_of_memory_are_judged_as_on_a_gpu(self):
        numbers = {name: check["numbers"] for name, check in self.run_.checks.items()}
        verdicts = numbers["correctness"]["gradients"]
        self.assertEqual({verdict.rpartition(": ")[2] for verdict in verdicts}, {"bit_equal", "within_tolerance"}, verdicts)
        inexact = numbers["correctness"]["not_bit_equal"]
        self.assertTrue(inexact and all("head_chunked" in policy for policy in inexact), inexact)
        self.assertGreaterEqual(numbers["correctness"]["policies"], 12)
        self.assertEqual(numbers["peak"]["store_all"]["difference_bytes"], 0)
        self.assertEqual(numbers["out_of_memory"]["outcomes"], {"completed": 4, "out_of_memory": 4})
        self.assertGreater(numbers["out_of_memory"]["points_measured_after_out_of_memory"], 0)
        self.assertEqual(numbers["sweep_1b"]["completed"], 36)

    def test_memory_runs_out_in_every_phase_that_needs_more_than_the_one_before(self):
        hit = self.run_.checks["oom_phases"]["numbers"]["hit"]
        self.assertEqual(set(hit), {"forward", "recompute", "backward"}, self.run_.told())

    def test_the_files_are_few_and_small_and_name_no_folder_of_this_machine(self):
        self.assertLess(sum(self.run_.files.values()), 10 << 20)
        self.assertIn("sweep-1b.remat.jsonl", self.run_.runs)
        for name, text in self.run_.runs.items():
            self.assertNotIn('"config_path":"/', text.replace(" ", ""), name)
            self.assertNotIn(BIN_FOLDER, text, name)
        self.assertIn("| correctness | passed |", self.run_.markdown)


if __name__ == "__main__":
    unittest.main()
