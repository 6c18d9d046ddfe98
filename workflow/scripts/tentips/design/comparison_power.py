"""How probable it is that this study shows that a network is better, given how much better it is: the planned comparison, simulated.

What the simpler models reach is tried out on the development folds with quick, untuned ones (`QUICK`). Predictions of both models are
drawn (latent.py) for pseudo test parts of the study's size, groups and labels, and compared as the evaluation will compare them. The
errors of two models on the same samples go together; how much is not known before both are trained, so that several values are tried.
Over repeated splits the same models are taken, so that training adds no spread of its own: the power is rather estimated too high.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from tentips.data.rows import Rows
from tentips.design.influence import KNOWN, value_and_influence
from tentips.design.latent import STRONGEST, noise_of_two, predicted, scored, strength_of
from tentips.design.pseudo_test import members_of, pseudo_test
from tentips.models.baselines import estimator
from tentips.models.folds import Fold
from tentips.statistics.comparison import compare, corrected_resampled_t
from tentips.statistics.intervals import too_few
from tentips.statistics.jackknife import blocks_of, freedom
from tentips.statistics.metric_names import best_value
from tentips.statistics.scores import score
from tentips.statistics.smallest_difference import BETTER, EQUIVALENT, outcome

CORRELATIONS = (0.65, 0.8, 0.9)
QUICK = ("logistic", "nearest_neighbours", "random_forest")
MOST_TRAINED = 2000  # rows that a quick model learns from
REPETITIONS = 200
SLOW_REPETITIONS = 60  # of metrics whose comparison has no closed form
WANTED = 0.8
SURE = 0.99  # power beyond which larger differences are not tried


@dataclass(frozen=True)
class Comparing:
    """How the study compares: its metric, the size of its test part in groups, repeats, level, and the smallest difference that matters."""

    metric: str
    tested: int
    repeats: int
    confidence: float
    smallest: float


def quick_level(rows: Rows, folds: list[Fold], metric: str, seed: int) -> dict:
    """Return the best of the quick models by its mean score over the development folds.

    Returns `model`, `score`, and `shared`: the part of its errors' variance that the rows of a group have in common. No score where
    no fold has one.
    """
    random, best = np.random.default_rng(seed), {"model": None, "score": float("nan"), "shared": 0.0}
    for name in QUICK:
        scores, errors = [], np.full(len(rows.truth), np.nan)
        for fold in folds:
            train = fold.train if len(fold.train) <= MOST_TRAINED else random.choice(fold.train, MOST_TRAINED, False)
            if rows.classes and len(np.unique(rows.truth[train])) < len(rows.classes):
                continue
            model = estimator(name, rows.task, {}, seed, smallest_part=len(train))
            model.fit(fold.matrix[train], rows.truth[train])
            found = (model.predict_proba if rows.classes else model.predict)(fold.matrix[fold.tune])
            scores.append(score(metric, rows.truth[fold.tune], found))
            errors[fold.tune] = _errors(rows, fold.tune, found)
        scores = [each for each in scores if np.isfinite(each)]
        if scores and not np.mean(scores) <= best["score"]:
            best = {"model": name, "score": float(np.mean(scores)), "shared": shared_part(errors, rows)}
    return best


def shared_part(errors: np.ndarray, rows: Rows) -> float:
    """Return the intraclass correlation of errors within groups, by analysis of variance, those of each class less their mean."""
    known = np.isfinite(errors)
    truth = rows.truth[known] if rows.classes else np.zeros(known.sum(), dtype=int)
    own = errors[known] - (np.bincount(truth, errors[known]) / np.maximum(np.bincount(truth), 1))[truth]
    codes = np.unique(rows.groups[known], return_inverse=True)[1]
    sizes = np.bincount(codes)
    if len(sizes) == len(own) or len(sizes) < 2:
        return 0.0
    means = np.bincount(codes, own) / sizes
    between = (sizes * np.square(means - own.mean())).sum() / (len(sizes) - 1)
    within = np.square(own - means[codes]).sum() / (len(own) - len(sizes))
    size = (len(own) - np.square(sizes).sum() / len(own)) / (len(sizes) - 1)
    total = between + (size - 1) * within
    return float(np.clip((between - within) / total, 0, 1)) if total > 0 else 0.0


def comparison_power(rows: Rows, folds: list[Fold], how: Comparing, seed: int) -> tuple[pd.DataFrame, dict]:
    """Return the table of power at each true difference and correlation of errors, and a summary of it.

    The table has metric, correlation, difference, repetitions, better (how often the network is shown to be better), power with exact
    binomial limits `low` and `high`, and equivalent (the share in which both are shown to be equivalent). The first difference is 0,
    the last what the simpler model leaves to a faultless score, where that can be reached.
    """
    level = quick_level(rows, folds, how.metric, seed)
    summary = {"metric": how.metric, "smallest": how.smallest, "tested": how.tested, "repeats": how.repeats, **level}
    if not np.isfinite(level["score"]):
        return _table([]), summary | {
            "room": None,
            "wanted": WANTED,
            "power": None,
            "at_the_ceiling": None,
            "needed": None,
        }
    room = max(0.0, best_value(how.metric) - level["score"])
    shares = np.bincount(rows.truth) / len(rows.truth) if rows.classes else None
    score_of = scored(how.metric, rows.truth, shares, seed)
    base, runs = strength_of(score_of, level["score"], how.metric, rows.task), []
    for difference in differences(how.smallest, room):
        at_the_top = difference > 0 and difference >= room
        strength = (
            STRONGEST[rows.task]
            if at_the_top
            else strength_of(score_of, level["score"] + difference, how.metric, rows.task)
        )
        runs += [
            {"metric": how.metric, "correlation": correlation, "difference": difference}
            | _counted(
                rows, how, (base, base if difference == 0 else strength), shares, correlation, level["shared"], seed
            )
            for correlation in CORRELATIONS
        ]
        if difference > 0 and min(each["power"] for each in runs[-len(CORRELATIONS) :]) >= SURE:
            break
    table = _table(runs)
    return table, summary | {"room": room, "wanted": WANTED} | summarised(table, how.smallest, room)


def differences(smallest: float, room: float) -> list[float]:
    """Return the true differences that are tried: none, the smallest that matters, its doubles below the room, and all the room."""
    tried, step = [0.0], smallest
    while step < room:
        tried.append(step)
        step *= 2
    return [*tried, room] if room > 0 else tried


def summarised(table: pd.DataFrame, smallest: float, room: float) -> dict:
    """Return the power at the smallest difference and at the ceiling, and the difference that is found with power `WANTED`.

    Each is the lowest and the highest over the correlations of errors; None where it cannot be reached.
    """
    by = [part.sort_values("difference") for _, part in table.groupby("correlation")]
    needed = [_crossing(part["difference"].to_numpy(), part["power"].to_numpy()) for part in by]
    at = table[np.isclose(table["difference"], smallest)]["power"]
    top = table[np.isclose(table["difference"], room)]["power"] if room > 0 else pd.Series(dtype=float)
    return {
        "power": [float(at.min()), float(at.max())] if len(at) else None,
        "at_the_ceiling": [float(top.min()), float(top.max())] if len(top) else None,
        "needed": None if None in needed else [min(needed), max(needed)],
    }


def _counted(rows, how, strengths, shares, correlation, shared, seed) -> dict:
    """How often two models of these strengths are told apart, and how often shown to be equivalent."""
    repetitions = REPETITIONS if how.metric in KNOWN or how.repeats > 1 else SLOW_REPETITIONS
    members = members_of(rows.groups)
    found = [
        _one_study(
            rows.truth, members, how, strengths, shares, correlation, shared, np.random.default_rng([seed, number])
        )
        for number in range(repetitions)
    ]
    better = found.count(BETTER)
    ends = stats.binomtest(better, repetitions).proportion_ci(how.confidence, "exact")
    return {
        "repetitions": repetitions,
        "better": better,
        "power": better / repetitions,
        "low": ends.low,
        "high": ends.high,
        "equivalent": found.count(EQUIVALENT) / repetitions,
    }


def _one_study(labels, members, how, strengths, shares, correlation, shared, random) -> str:
    total = how.tested if how.repeats == 1 else how.tested + len(members)
    parts, groups = pseudo_test(members, total, random)
    truth = labels[np.concatenate(parts)]
    drawn = noise_of_two(random, groups, 1 if shares is None else len(shares), shared, correlation)
    simpler, network = (
        predicted(truth, each, strength, shares) for each, strength in zip(drawn, strengths, strict=True)
    )
    if how.repeats == 1:
        return outcome(*compared(how.metric, truth, network, simpler, groups, how.confidence), how.smallest)
    values = []
    for _ in range(how.repeats):
        own = np.isin(groups, random.permutation(total)[: how.tested])
        values.append(score(how.metric, truth[own], network[own]) - score(how.metric, truth[own], simpler[own]))
    found = corrected_resampled_t(np.array(values), how.tested / len(members), how.confidence)
    return outcome(found.low, found.high, how.smallest)


def compared(
    metric: str, truth: np.ndarray, a: np.ndarray, b: np.ndarray, groups: np.ndarray, confidence: float
) -> tuple[float, float]:
    """Return the ends of the interval of the difference that `comparison.compare` gives, for `KNOWN` metrics in closed form."""
    if metric not in KNOWN:
        found = compare(metric, truth, [a], [b], groups, confidence)
        return found.low, found.high
    blocks = blocks_of(truth, groups, a.shape[1] if a.ndim == 2 else None)
    if too_few(metric, blocks):
        return float("nan"), float("nan")
    (value, moves), (other, others) = (value_and_influence(metric, truth, each) for each in (a, b))
    of_groups = np.bincount(groups, moves - others)
    n = max(blocks.rarest, 2) if blocks.rarest else blocks.groups
    error = np.sqrt(np.square(of_groups).sum() * n / (n - 1))
    if not error > 0:
        found = compare(metric, truth, [a], [b], groups, confidence)
        return found.low, found.high
    reach = error * stats.t.ppf(0.5 + confidence / 2, freedom(metric, of_groups, blocks, difference=True))
    return value - other - reach, value - other + reach


def _errors(rows: Rows, tune: np.ndarray, found: np.ndarray) -> np.ndarray:
    """How far off a prediction is: of a class on the scale of log odds, so that sure ones do not hide."""
    if not rows.classes:
        return found - rows.truth[tune]
    chosen = np.clip(found[np.arange(len(tune)), rows.truth[tune]], 0.01, 0.99)
    return np.log(chosen / (1 - chosen))


def _crossing(effects: np.ndarray, power: np.ndarray) -> float | None:
    """The difference at which power, made monotone, reaches `WANTED`; None where it never does."""
    from sklearn.isotonic import isotonic_regression

    rising = isotonic_regression(power)
    above = np.flatnonzero(rising >= WANTED)
    if not len(above):
        return None
    first = max(above[0], 1)
    return float(np.interp(WANTED, rising[first - 1 : first + 1], effects[first - 1 : first + 1]))


def _table(runs: list[dict]) -> pd.DataFrame:
    columns = ["metric", "correlation", "difference", "repetitions", "better", "power", "low", "high", "equivalent"]
    return pd.DataFrame(runs, columns=columns)
