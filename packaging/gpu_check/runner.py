"""Runs the checks one after the other, within the time that there is. Nothing that one of them does stops the next."""
import time
from dataclasses import dataclass, field

from .check import CheckFailed, Findings, NeedsGpu, NoTime, NotPossibleHere


@dataclass
class Result:
    name: str
    outcome: str  # passed, failed, skipped
    seconds: float = 0.0
    reason: str = ""
    failures: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    numbers: dict = field(default_factory=dict)
    unfinished: bool = False  # skipped although it could have been run: there was no time


def run_check(check, bench, limit_s):
    """One check, whatever happens in it."""
    findings = Findings(judged=not bench.scale.dry)
    start = time.monotonic()
    bench.begin(limit_s)
    skipped, no_time = "", False
    try:
        check.run(bench, findings)
    except NotPossibleHere as error:
        skipped = str(error)
    except NoTime as error:
        skipped, no_time = str(error), True
    except NeedsGpu as error:
        if findings.judged:
            findings.failures.append(str(error))
        else:
            skipped = f"needs a GPU: {error}"
    except CheckFailed as error:
        findings.failures.append(str(error))
    except Exception as error:  # records of a shape that nobody expected, a full disk: told like any failure
        findings.failures.append(f"what was measured cannot be judged: {type(error).__name__}: {error}")
    outcome = "failed" if findings.failures else "skipped" if skipped else "passed"
    return Result(check.name, outcome, round(time.monotonic() - start, 2), findings.reason() or skipped, findings.failures,
                  findings.notes, findings.numbers, unfinished=no_time and outcome == "skipped")


def run_checks(checks, bench, budget_s, tell, stop_after):
    """All results, in order; `tell(results so far)` after each. Raises nothing but KeyboardInterrupt.

    A check gets its own limit, or what the budget leaves beyond the least that later ones need; with less than its own
    least it is skipped. `stop_after(result)`: a reason why all later checks are skipped, or "".
    """
    end = time.monotonic() + budget_s
    results, stopped = [], ""
    for index, check in enumerate(checks):
        left_s = end - time.monotonic()
        later_s = sum(later.least_s for later in checks[index + 1:]) if len(checks) > 1 else 0.0
        limit_s = min(check.limit_s, bench.scale.check_limit_s, max(left_s - later_s, min(left_s, check.least_s)))
        least_s = min(check.least_s, bench.scale.check_limit_s)
        if bench.scale.dry:
            limit_s, least_s = min(check.limit_s, bench.scale.check_limit_s, left_s), 1.0
        if stopped:
            results.append(Result(check.name, "skipped", reason=stopped))
        elif left_s < least_s:
            reason = f"no time: {max(left_s, 0.0):.0f} s of {budget_s:.0f} s are left, it needs {least_s:.0f} s"
            results.append(Result(check.name, "skipped", reason=reason, unfinished=True))
        else:
            results.append(run_check(check, bench, limit_s))
            stopped = stop_after(results[-1])
        tell(results)
    return results
