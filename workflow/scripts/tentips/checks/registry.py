"""How a check is written down: a function of the results that returns one Check, registered under its id."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass

from tentips.results import Results

PASS, WARN, FAIL, SKIP = "pass", "warn", "fail", "skip"


@dataclass(frozen=True)
class Check:
    """What one check found: status, a sentence for a biologist, the number judged and what it was judged by.

    `finding` says what was seen and what to do. `limitation` says what that means for a discussion, without what to set where; a
    check that warns or fails has one, written in the branch that knows the reason. `evidence` is the anchor in the report where
    the reader can see for themselves. Raises ValueError where a limitation is missing.
    """

    status: str
    finding: str
    value: float | None = None
    threshold: float | None = None
    evidence: str | None = None
    limitation: str | None = None

    def __post_init__(self):
        if self.status in (WARN, FAIL) and not self.limitation:
            raise ValueError(f"a check that says {self.status} needs a limitation: {self.finding}")


REGISTRY: dict[str, Callable[[Results], Check]] = {}


def check(name: str):
    """Register a function as the check `name`; `checks.order` has its tip, its place and what it does to the claim."""

    def register(function: Callable[[Results], Check]):
        REGISTRY[name] = function
        return function

    return register


def ends(low: float, high: float, sign: str = "") -> str:
    """Return an interval as it is written in a sentence; `sign` "+" writes the signs of differences."""
    if math.isnan(low) or math.isnan(high):
        return "no interval: too few independent samples, or a score without spread"
    return f"{low:{sign}.3f} to {high:{sign}.3f}"


def entry(name: str, tip: int, judged: Check) -> dict:
    """Return a check as it is written to scorecard.json."""
    return {"id": name, "tip": tip, **asdict(judged)}
