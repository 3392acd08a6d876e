"""What a check is, and what it finds."""
from collections.abc import Callable
from dataclasses import dataclass, field

SHOWN_FAILURES = 12


@dataclass(frozen=True)
class Check:
    """A row of the table in checks/__init__.py."""
    name: str
    asks: str       # the question
    how: str        # what is run
    passes: str     # the answer that is wanted
    limit_s: float  # it is ended after so long
    least_s: float  # it is not begun with less; kept free for it while earlier ones run
    run: Callable   # run(workbench, findings)


class CheckFailed(Exception):
    """The check cannot go on: a program crashed, hung, or wrote what nobody can read."""


class NotPossibleHere(Exception):
    """This machine lacks what the check needs, and nothing is wrong with that: no Python with torch, say."""


class NoTime(Exception):
    """What other checks left was too little to answer the question."""


class NeedsGpu(Exception):
    """The subject of the check is missing. In the dry run it is skipped, on a GPU it has failed."""


@dataclass
class Findings:
    """Numbers, and what is wrong. `judged`: false in the dry run, whose times and missing GPU records say nothing."""
    judged: bool
    numbers: dict = field(default_factory=dict)
    failures: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def require(self, holds, sentence):
        if not holds:
            self.failures.append(sentence)
        return bool(holds)

    def absent(self, sentence):
        """A part that only a GPU can give is missing."""
        (self.failures if self.judged else self.notes).append(sentence)

    def bound(self, what, value, at_most=None, at_least=None):
        """A measured number that has to keep within bounds; bytes and gradients use require instead."""
        if value is None:
            self.absent(f"{what}: not measured")
            return
        within = (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
        if not within:
            wanted = f"at most {at_most:g}" if at_most is not None else f"at least {at_least:g}"
            sentence = f"{what}: expected {wanted}, found {value:.4g}"
            if self.judged:
                self.failures.append(sentence)
            else:
                self.notes.append(sentence + " (not judged in a dry run)")

    def reason(self):
        """Every failure, as long as they are few."""
        shown = self.failures[:SHOWN_FAILURES]
        if more := len(self.failures) - len(shown):
            shown.append(f"and {more} more")
        return "; ".join(shown)
