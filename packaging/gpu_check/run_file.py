"""Records that a sweep wrote, by point; profiler/core/FORMAT.md defines them."""
import json
from dataclasses import dataclass, field


@dataclass
class Point:
    key: str
    started: dict
    records: dict = field(default_factory=dict)  # kind -> list of records
    finished: dict = field(default_factory=dict)  # empty: it never finished
    finished_at: int = -1                         # place among the finished points of the file

    @property
    def training(self):
        return self.started["spec"]["training"]

    @property
    def policy(self):
        return self.started["spec"]["policy"]

    @property
    def outcome(self):
        return self.finished.get("outcome", "never finished")

    @property
    def completed(self):
        return self.outcome == "completed"

    def one(self, kind):
        """The latest record of this kind, or None."""
        found = self.records.get(kind)
        return found[-1] if found else None

    def same_work(self):
        """What two points share that differ in device or cap only."""
        return (self.started["spec"]["model"], self.policy, self.training["precision"], self.training["batch_size"])

    def same_but_policy(self):
        """What points share whose gradients are compared with one another."""
        return json.dumps({key: value for key, value in self.started["spec"].items() if key not in ("policy", "policy_json")},
                          sort_keys=True)

    def name(self):
        return (f"{self.started['spec']['model']} {self.policy} batch {self.training['batch_size']} "
                f"{self.training['precision']}")


@dataclass
class RunFile:
    path: object
    points: list = field(default_factory=list)
    hello: dict = field(default_factory=dict)
    damaged_lines: int = 0
    seconds: float = 0.0     # of the program that wrote it, its start included
    timed_out: bool = False  # the program was ended before it was done

    def completed(self):
        return [point for point in self.points if point.completed]

    def finished(self):
        return [point for point in self.points if point.finished]

    def of_policy(self, policy):
        """The first completed point of a policy, or None."""
        return next((point for point in self.completed() if point.policy == policy), None)


def _take(run, points, record):
    kind, key = record["record"], record.get("point")
    if kind == "hello":
        run.hello = record
    elif kind == "point_started":
        spec = record["spec"]
        for needed in (spec["model"], spec["policy"], spec["training"]["precision"], spec["training"]["batch_size"]):
            assert isinstance(needed, (str, int))
        points[key] = Point(key, record)
    elif key in points and kind == "point_finished":
        points[key].finished = record
        points[key].finished_at = sum(point.finished_at >= 0 for point in points.values())
    elif key in points:
        points[key].records.setdefault(kind, []).append(record)


def read_run(path):
    """Reads what can be read; a line that is no record is counted. Raises OSError if there is no file."""
    run, points = RunFile(path), {}
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                _take(run, points, json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, AssertionError, RecursionError):
                run.damaged_lines += 1
    run.points = list(points.values())
    return run


def median_ratio(finished):
    """Half of the 95% interval of the median step time, as a part of the median; None without times."""
    times = [finished.get(name) for name in ("step_time_low_ns", "step_time_ns", "step_time_high_ns")]
    if not all(isinstance(value, (int, float)) for value in times) or times[1] <= 0:
        return None
    low, median, high = times
    return max(high - median, median - low) / median
