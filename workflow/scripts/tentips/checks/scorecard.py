"""The scorecard: what the ten tips ask, answered from the result files of a study."""

from tentips.checks import (  # noqa: F401 (a module registers its checks when it is imported)
    computation_checks,
    control_checks,
    data_checks,
    design_checks,
    held_out_checks,
    performance_checks,
    privacy_checks,
    quality_checks,
    search_checks,
)
from tentips.checks.order import ENTRIES
from tentips.checks.registry import REGISTRY, SKIP, Check, entry
from tentips.checks.verdict import verdict
from tentips.results import Results

NOT_CARRIED_OUT = Check(SKIP, "This version does not carry out this check.")


def scorecard(results: Results) -> dict:
    """Run every check and judge the study: {"verdict": {...}, "checks": [...]} as in CONTRACTS."""
    checks = [
        entry(each.id, each.tip, REGISTRY[each.id](results) if each.id in REGISTRY else NOT_CARRIED_OUT)
        for each in ENTRIES
    ]
    return {"verdict": verdict(results, checks), "checks": checks}
