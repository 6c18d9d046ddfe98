"""The scorecard: what the ten tips ask, answered from the result files of a study."""

from dataclasses import asdict

from tentips.checks import (  # noqa: F401 (a module registers its checks when it is imported)
    batch_checks,
    computation_checks,
    control_checks,
    data_checks,
    design_checks,
    held_out_checks,
    interpretation_checks,
    performance_checks,
    privacy_checks,
    probing_checks,
    quality_checks,
    representation_checks,
    search_checks,
)
from tentips.checks.findings import Facts, findings, limit
from tentips.checks.order import ENTRIES
from tentips.checks.recommended import compared, judged, predicting, room, smallest, why
from tentips.checks.registry import REGISTRY, entry
from tentips.checks.verdict import needed, test_groups, test_sites, verdict
from tentips.results import Results
from tentips.statistics.smallest_difference import CANNOT_SAY


def scorecard(results: Results) -> dict:
    """Run every check and judge the study: {"verdict", "recommended", "judged", "why", "findings", "checks"}.

    `judged` is the model that checks and pages speak of; `recommended` is the same, or None where the study cannot say.
    """
    checks = [entry(each.id, each.tip, REGISTRY[each.id](results)) for each in ENTRIES]
    model, row = judged(results), results.planned_comparison
    decision = verdict(results, checks)
    facts = Facts(
        {each["id"]: each for each in checks},
        decision["status"],
        model,
        row["a"],
        float(row["low"]),
        test_groups(results),
        smallest(results),
        room(results),
        results.config["data"]["task"],
        compared(results),
        tuple(needed(results, checks)),
        tuple(predicting(results)),
        test_sites(results),
        max(1, len(results.config["split"]["across_labels"])),
    )
    found = findings(facts)
    decision["limit"] = limit(found)
    return {
        "verdict": decision,
        "recommended": None if decision["status"] == CANNOT_SAY else model,
        "judged": model,
        "why": why(results),
        "smallest_difference": smallest(results),
        "findings": [asdict(each) for each in found],
        "checks": checks,
    }
