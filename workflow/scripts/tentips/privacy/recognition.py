"""How many members an attack recognises at a given share of false alarms, with intervals that respect units."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from tentips.statistics.intervals import Interval
from tentips.statistics.widest_limits import unseen_share

# Shares of false alarms at which recognition is measured: an attack that is right about a few people for certain harms them,
# though it may be no better than a coin on average (Carlini et al. 2022).
FALSE_ALARMS = {"tpr_at_0.01": 0.01, "tpr_at_0.001": 0.001}
AUC = "roc_auc"


@dataclass(frozen=True)
class Recognition:
    """What an attack reached: intervals by measure, and how many members and others it was tried on."""

    measures: dict[str, Interval]
    members: int
    others: int


def recognition(scores: np.ndarray, member: np.ndarray, confidence: float, resamples: int, seed: int) -> Recognition:
    """Return ROC AUC and true-positive rates of an attack.

    `scores` and `member` are (units,), or (models, units) where several models were attacked. Intervals are percentiles over
    resamples of units, or the exact binomial ones of as many units (Clopper and Pearson 1934) where those are wider: of a
    rate of 0 or 1 resamples know nothing.
    """
    scores, member = np.atleast_2d(scores), np.atleast_2d(member)
    units = scores.shape[1]
    curve = _Curve(scores, member)
    observed = curve.measures(np.ones(units))
    counts = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), size=resamples)
    draws = [curve.measures(each.astype(float)) for each in counts]
    own = member.any(axis=0).sum(), (~member).any(axis=0).sum()
    found = {}
    for name, value in observed.items():
        values = np.array([draw[name] for draw in draws])
        values = values[np.isfinite(values)]
        tail = (1 - confidence) / 2
        low, high = np.quantile(values, [tail, 1 - tail]) if len(values) else (np.nan, np.nan)
        exact_low, exact_high = _exact(name, value, *own, confidence)
        found[name] = Interval(value, float(min(low, exact_low)), float(max(high, exact_high)))
    return Recognition(found, int(member.sum()), int((~member).sum()))


class _Curve:
    """The ROC curve of weighted units: scores sorted once, cut only between different scores."""

    def __init__(self, scores: np.ndarray, member: np.ndarray):
        units = np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
        order = np.argsort(-scores, axis=None, kind="stable")
        flat = scores.ravel()[order]
        self.units, self.member = units.ravel()[order], member.ravel()[order]
        self.ends = np.flatnonzero(np.append(flat[1:] != flat[:-1], True))

    def measures(self, weights: np.ndarray) -> dict[str, float]:
        """Return AUC and true-positive rates where unit i counts `weights[i]` times."""
        own = weights[self.units]
        hits = np.append(0, np.cumsum(np.where(self.member, own, 0))[self.ends])
        alarms = np.append(0, np.cumsum(np.where(self.member, 0, own))[self.ends])
        if not hits[-1] or not alarms[-1]:
            return dict.fromkeys((AUC, *FALSE_ALARMS), np.nan)
        rates, false = hits / hits[-1], alarms / alarms[-1]
        found = {AUC: float(np.trapezoid(rates, false))}
        for name, allowed in FALSE_ALARMS.items():
            found[name] = float(rates[np.searchsorted(false, allowed + 1e-12, side="right") - 1])
        return found


def _exact(name: str, value: float, members: int, others: int, confidence: float) -> tuple[float, float]:
    if name == AUC:
        margin = unseen_share(min(members, others), confidence)
        # Only a faultless order, either way, is without spread.
        return (1 - margin, 1.0) if value == 1 else (0.0, margin) if value == 0 else (value, value)
    interval = stats.binomtest(round(value * members), members).proportion_ci(confidence, "exact")
    return interval.low, interval.high
