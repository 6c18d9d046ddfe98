"""The one place that says whether more samples would help: every sentence about it asks here, so that no two contradict one another."""

import numpy as np

from tentips.results import Results
from tentips.statistics.metric_names import best_value, chance
from tentips.study.config import metric_name

# Of the error that is left, and of the way from chance to a perfect score: what twice the samples must give (a convention).
WORTH_IT = (0.1, 0.01)


def laws(results: Results) -> list:
    """Return what was fitted to the learning curves of the best network and the recommended simpler model; none where there are too few samples."""
    fitted = [results.control(kind, "power_law").iloc[0] for kind in ("network", "baseline")]
    return [law for law in fitted if np.isfinite(law["gain"])]


def rising(results: Results) -> list:
    """Return those of `laws` whose gain by twice the samples is certain and worth them."""
    return [law for law in laws(results) if law["low"] > 0 and _worth_it(results, law)]


def _worth_it(results: Results, law) -> bool:
    """Whether the gain is a good part of the error that is left, and not next to nothing of the way from chance."""
    metric = metric_name(results.config)
    best, level = best_value(metric), chance(metric, len(results.classes))
    return law["gain"] >= WORTH_IT[0] * (best - law["at_full_size"]) and (
        level is None or law["gain"] >= WORTH_IT[1] * (best - level)
    )
