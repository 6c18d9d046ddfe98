"""The scorecard: what the ten tips ask, answered from the result files of a study."""

from tentips.checks import (  # noqa: F401 (a module registers its checks when it is imported)
    computation_checks,
    control_checks,
    data_checks,
    design_checks,
    performance_checks,
    privacy_checks,
    quality_checks,
)
from tentips.checks.registry import REGISTRY, SKIP, Check, entry
from tentips.checks.verdict import verdict
from tentips.results import Results

# The checks of the contract in their order. Those that no module registers are told as not carried out.
ORDER = {
    1: ("sample-size", "learning-curve", "worth-it"),
    2: ("equal-budget", "tuning-gain", "beats-trivial", "published"),
    3: ("seed-spread", "determinism", "code-version", "start-small"),
    4: (
        "provenance",
        "missingness",
        "duplicates",
        "label-noise",
        "batch-separable",
        "label-batch",
        "hidden-groups",
        "planted-signal",
    ),
    6: ("search-edge",),
    7: (
        "test-opened-once",
        "leakage",
        "label-shuffle",
        "train-test-gap",
        "independent-holdout",
        "imbalance",
        "calibration",
    ),
    8: ("importance-stable", "small-panel"),
    9: ("confounder-only", "subgroups", "expected-directions", "out-of-distribution"),
    10: ("sensitivity", "membership", "memorising-model"),
}
# What can be judged before anything is trained, of the development part alone.
BEFORE_TRAINING = (
    "provenance",
    "missingness",
    "duplicates",
    "label-noise",
    "batch-separable",
    "label-batch",
    "hidden-groups",
)
NOT_CARRIED_OUT = Check(SKIP, "This version does not carry out this check.")


def scorecard(results: Results) -> dict:
    """Run every check and judge the study: {"verdict": {...}, "checks": [...]} as in CONTRACTS."""
    checks = []
    for tip, names in ORDER.items():
        for name in names:
            judged = REGISTRY[name][1](results) if name in REGISTRY else NOT_CARRIED_OUT
            checks.append(entry(name, tip, judged))
    return {"verdict": verdict(results, checks), "checks": checks}


def before_training(results: Results) -> list[dict]:
    """Run the checks that need no model and no test sample; they come as in the scorecard."""
    return [entry(name, REGISTRY[name][0], REGISTRY[name][1](results)) for name in BEFORE_TRAINING]
