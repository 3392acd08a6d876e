"""The programs as a check sees them: every call is a child process that ends with the check's time."""
import json
import time

from .check import CheckFailed
from .child import run_child
from .run_file import read_run

GOOD_EXIT_CODES = (0, 4)  # 4: no point could be measured; the points say why


class Workbench:
    def __init__(self, rematscope, folder, scale, device, pythons):
        self.rematscope = rematscope
        self.folder = folder    # everything is written here; children run in it, and calls name no paths, so run files name none
        self.scale = scale
        self.device = device
        self.pythons = pythons  # to look for torch in
        self.machine = {}       # what checks learn about it
        self._deadline = 0.0
        self._help = {}

    def begin(self, limit_s):
        self._deadline = time.monotonic() + limit_s

    def left_s(self):
        return self._deadline - time.monotonic()

    def run(self, command, program=None, environment=None):
        if self.left_s() <= 0:
            raise CheckFailed("its time is over")
        try:
            return run_child(command, self.left_s(), self.folder, program, environment)
        except (OSError, ValueError) as error:
            raise CheckFailed(f"{program or command[0]} cannot be started: {error}") from error

    def _rematscope(self, *arguments, environment=None):
        return self.run(["rematscope", *arguments], self.rematscope, environment)

    def call(self, *arguments):
        """A command of rematscope that has to succeed; its standard output."""
        ended = self._rematscope(*arguments)
        if ended.exit_code != 0:
            raise CheckFailed(f"rematscope {' '.join(map(str, arguments))} {ended.told()}")
        return ended.output

    def json_of(self, *arguments):
        """As call, with --json: the object that it prints."""
        output = self.call(*arguments, "--json")
        try:
            value = json.loads(output)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise CheckFailed(f"rematscope {arguments[0]} --json: expected a JSON object, found {output[:80]!r}")
        return value

    def benchmark(self, name, *arguments):
        """The JSON objects, one a line, that a benchmark beside the programs' folder prints; None if it is not built."""
        program = self.rematscope.parent.parent / "tests" / "bin" / name
        if not program.is_file():
            return None
        ended = self.run([name, *arguments], program)
        if ended.exit_code != 0:
            raise CheckFailed(f"{name} {' '.join(map(str, arguments))} {ended.told()}")
        try:
            rows = [json.loads(line) for line in ended.output.splitlines()]
        except (ValueError, RecursionError):
            rows = [None]
        if not all(isinstance(row, dict) for row in rows):
            raise CheckFailed(f"{name}: expected JSON objects, found {ended.output[:80]!r}")
        return rows

    def offers(self, command, flag):
        """Whether this build of the program has a flag."""
        if command not in self._help:
            self._help[command] = self.call(command, "--help")
        return flag in self._help[command]

    def config(self, model):
        """A model's config as children name it."""
        return f"{model.name}.json"

    def policies(self, model, *flags):
        """The policies that the program would compare for a model."""
        rows = self.json_of("inspect", self.config(model), *flags).get("policies")
        names = [row.get("policy") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        if "store_all" not in names or not all(isinstance(name, str) for name in names):
            raise CheckFailed(f"rematscope inspect --json: expected policies with store_all among them, found {names}")
        return names

    def sweep(self, name, models, policies, *flags, samples=None, point_limit_s=None, timeline=False, device=None,
              may_be_cut=False, silence_s=None, environment=None):
        """Measures and reads what was measured; raises CheckFailed if there is nothing to read, or only a part of it."""
        scale = self.scale
        path = self.folder / f"{name}.remat.jsonl"
        point_limit_s = point_limit_s or scale.quick_limit_s
        ended = self._rematscope(
            "sweep", *map(self.config, models), "--policy", ",".join(policies), "--device", device or self.device,
            "--samples", samples or scale.quick_samples, "--time-limit", f"{point_limit_s:g}s",
            "--hang-timeout", f"{silence_s or max(5.0, 0.7 * self.left_s()):.0f}s", "--timeline", "on" if timeline else "off",
            "--output", path.name, "--force", *flags, environment=environment)
        try:
            run = read_run(path)
        except OSError as error:
            raise CheckFailed(f"the sweep {name} {ended.told()}, and wrote no run file") from error
        run.seconds, run.timed_out = ended.seconds, ended.timed_out
        if not run.points or (ended.exit_code not in GOOD_EXIT_CODES and not (may_be_cut and ended.timed_out)):
            raise CheckFailed(f"the sweep {name} {ended.told()}; {len(run.finished())} points had been finished")
        return run


def require_completed(findings, run, expected):
    """Every point is there and completed, and no line is damaged."""
    findings.require(run.damaged_lines == 0, f"{run.path.name}: {run.damaged_lines} damaged lines")
    findings.require(len(run.points) == expected, f"{run.path.name}: expected {expected} points, found {len(run.points)}")
    for point in run.points:
        findings.require(point.completed, f"{point.name()}: {point.outcome}: {point.finished.get('reason', 'no reason given')}")
    return run.completed()


def require_gradients(findings, points):
    """Gradients are those of store_all bit by bit; or within tolerance where a policy sums in another order on purpose
    (head_chunked), or where a second step of store_all differs from its first, too: then it is the device that does."""
    restless = {}
    for point in points:
        if point.policy == "store_all" and point.finished.get("gradient_check") == "within_tolerance":
            restless[point.same_but_policy()] = point.finished.get("gradient_max_relative_difference")
            findings.notes.append(f"{point.name()}: two steps of store_all differ by {restless[point.same_but_policy()]}")
    for point in points:
        verdict = point.finished.get("gradient_check", "not_checked")
        explained = verdict == "within_tolerance" and ("head_chunked" in point.policy or point.same_but_policy() in restless)
        findings.require(verdict == "bit_equal" or explained, f"{point.name()}: gradients are {verdict}")
