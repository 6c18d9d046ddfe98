"""How a check is written down: a function of the results that returns one Check, registered under its id and tip."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from tentips.results import Results

PASS, WARN, FAIL, SKIP = "pass", "warn", "fail", "skip"


@dataclass(frozen=True)
class Check:
    """What one check found: status, a sentence for a biologist, the number judged and what it was judged by.

    `evidence` is the anchor in the report where the reader can see for themselves.
    """

    status: str
    finding: str
    value: float | None = None
    threshold: float | None = None
    evidence: str | None = None


REGISTRY: dict[str, tuple[int, Callable[[Results], Check]]] = {}


def check(tip: int, name: str):
    """Register a function as the check `name` of tip `tip`."""

    def register(function: Callable[[Results], Check]):
        REGISTRY[name] = (tip, function)
        return function

    return register


def entry(name: str, tip: int, judged: Check) -> dict:
    """Return a check as it stands in scorecard.json."""
    return {"id": name, "tip": tip, **asdict(judged)}


def ends(low: float, high: float, sign: str = "") -> str:
    """Return an interval as it stands in a sentence; `sign` "+" writes the signs of differences."""
    if low != low or high != high:
        return "no interval: too few independent samples, or a score without spread"
    return f"{low:{sign}.3f} to {high:{sign}.3f}"
