"""The checks that need no model and no test sample: what the design page shows. It knows nothing of the report's checks."""

from tentips.checks import data_checks, quality_checks  # noqa: F401 (a module registers its checks when it is imported)
from tentips.checks.order import ENTRIES
from tentips.checks.registry import REGISTRY, entry
from tentips.results import Results


def before_training(results: Results) -> list[dict]:
    """Run these checks; they come as in the scorecard."""
    return [entry(each.id, each.tip, REGISTRY[each.id](results)) for each in ENTRIES if each.before_training]
