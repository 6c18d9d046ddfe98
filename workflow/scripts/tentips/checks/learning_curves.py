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
    """Return those of `laws` that certainly rose from half of the samples to all, and whose gain by twice as many is worth them.

    That a curve still rises is measured; how far it goes is the forecast of the form that fits best. Of simulated studies in which
    twice the samples are worth it, 52 to 72 % are found so, and 0 % of others (benchmarks/learning_curves.py; docs/results.md).
    """
    return [law for law in laws(results) if law["risen_low"] > 0 and _worth_it(results, law)]


def in_figures(law) -> str:
    """Return "+0.030 (+0.010 to +0.050) from half of them to all, +0.020 (...) expected from twice as many"."""
    return (
        f"{law['risen']:+.3f} ({law['risen_low']:+.3f} to {law['risen_high']:+.3f}) from half of them to all, "
        f"{law['gain']:+.3f} ({law['low']:+.3f} to {law['high']:+.3f}) expected from twice as many"
    )


def _worth_it(results: Results, law) -> bool:
    """Whether the gain is a good part of the error that is left, and not next to nothing of the way from chance."""
    metric = metric_name(results.config)
    best, level = best_value(metric), chance(metric, len(results.classes))
    return law["gain"] >= WORTH_IT[0] * (best - law["at_full_size"]) and (
        level is None or law["gain"] >= WORTH_IT[1] * (best - level)
    )
