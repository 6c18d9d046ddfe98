"""Measure how often intervals hold the true value and how often tests find a difference where none is.

    .venv/bin/python benchmarks/coverage.py [studies]

Each study draws test rows from a known population and the predictions of two scorers that are equally good there. Rows
are independent, or stand in groups of four on average, with an intra-class correlation of 0.5 in labels and predictions.
A third of the rows are cases. Prints tables of shares in percent; the goal is 95 % coverage and 5 % (two-sided) or
2.5 % (the first "better" than the second) of false findings. "percentile" is the coverage of the plain percentile
interval, "low > true" the share of intervals above the true value, "none" that of studies without an interval (scores
without spread), which the coverage leaves out.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

import numpy as np
from scipy import stats

from tentips.statistics.comparison import compare, corrected_resampled_t
from tentips.statistics.intervals import (
    independent_units,
    metric_interval,
    observed,
    resample_weights,
    resampled,
    variance_over_seeds,
)
from tentips.statistics.scores import score

DRAWS, CONFIDENCE, CORRELATION, GROUP = 400, 0.95, 0.5, 4
SIZES = (60, 200, 1000)
METRICS = {
    "classification": ("roc_auc", "accuracy", "balanced_accuracy", "average_precision", "matthews_corrcoef"),
    "regression": ("r2", "spearman", "neg_mean_absolute_error"),
}
LEVELS = {
    "classification": {"moderate": 0.8, "high": 0.95, "very high": 0.99},
    "regression": {"moderate": 0.5, "high": 0.9},
}


def clustered(random, groups, shape=()):
    """Standard normal values, shape (*shape, rows), with intra-class correlation `CORRELATION` within `groups`."""
    common = random.normal(size=(*shape, groups.max() + 1))[..., groups]
    own = random.normal(size=(*shape, len(groups)))
    return np.sqrt(CORRELATION) * common + np.sqrt(1 - CORRELATION) * own


def population(task, level, n, grouped, random, seeds=1):
    """Draw groups, truth and the predictions of two equally good scorers, each with `seeds` members.

    `level` is the area under the ROC curve or R2 in the population. Members of a model share four fifths of the noise
    of its predictions, and each seed has its own loss of quality.
    """
    sizes = 1 + random.poisson(GROUP - 1, max(2, round(n / GROUP))) if grouped else np.ones(n, dtype=int)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    shared, own = clustered(random, groups), clustered(random, groups, (2,))
    noises = np.sqrt(0.6) * shared + np.sqrt(0.4) * own
    quality = 1 + (0.15 * random.normal(size=(2, seeds)) if seeds > 1 else np.zeros((2, 1)))
    truth, models = clustered(random, groups), []
    labels = (truth > stats.norm.ppf(2 / 3)).astype(int)
    distance = np.sqrt(2) * stats.norm.ppf(level)
    for noise, qualities in zip(noises, quality, strict=True):
        members = []
        for q in qualities:
            one = noise if seeds == 1 else np.sqrt(0.8) * noise + np.sqrt(0.2) * clustered(random, groups)
            if task == "regression":
                members.append(level * q * truth + np.sqrt(level * (1 - level)) * one)
            else:
                case = 1 / (1 + np.exp(-distance * ((labels - 0.5) * distance * q + one)))
                members.append(np.stack([1 - case, case], axis=1))
        models.append(members)
    return groups, labels if task == "classification" else truth, models


def cell(task, level, n, grouped, studies, seeds=1):
    """Return per metric the true value and the outcomes of every study, shape (studies, 6), NaN without an interval."""
    random = np.random.default_rng([n, grouped, round(100 * level), seeds])
    if seeds == 1:
        _, truth, models = population(task, level, 400_000, grouped, random)
        true = {name: score(name, truth, models[0][0]) for name in METRICS[task]}
    else:
        large = [population(task, level, 20_000, grouped, random, 20)[1:] for _ in range(20)]
        true = {name: np.mean([observed(name, t, m) for t, models in large for m in models]) for name in METRICS[task]}
    found = {name: [] for name in METRICS[task]}
    for _ in range(studies):
        groups, truth, (a, b) = population(task, level, n, grouped, random, seeds)
        units, rarest = independent_units(truth, groups, 2 if task == "classification" else None)
        weights = resample_weights(groups, DRAWS, random.integers(2**32))
        for name in METRICS[task]:
            draws_a, draws_b = (resampled(name, truth, members, weights) for members in (a, b))
            spread = variance_over_seeds(name, truth, a)
            interval = metric_interval(
                name, observed(name, truth, a), draws_a, units, rarest, CONFIDENCE, spread, seeds
            )
            compared = compare(name, truth, a, b, groups, draws_a, draws_b, CONFIDENCE)
            plain = np.nanquantile(draws_a, [0.025, 0.975])
            given = 1.0 if np.isfinite(interval.low) else np.nan
            found[name].append(
                (
                    (interval.low <= true[name] <= interval.high) * given,
                    plain[0] <= true[name] <= plain[1],
                    (true[name] < interval.low) * given,
                    compared.low > 0,
                    compared.p_value < 1 - CONFIDENCE,
                    interval.high - interval.low,
                )
            )
    return {name: (true[name], np.array(rows, dtype=float)) for name, rows in found.items()}


def splits(studies, n=100, repeats=10, tested=0.2, features=5):
    """Return shares of false findings among `studies` by the corrected and by the plain t-test over repeated splits.

    Two least-squares models see different features that are equally informative; their R2 on test rows is compared.
    """
    random, wrong = np.random.default_rng(0), np.zeros(2)
    held = round(n * tested)
    for _ in range(studies):
        x = random.normal(size=(2, n, features))
        y = x.sum(axis=(0, 2)) + random.normal(0, np.sqrt(2 * features), n)
        order = random.permuted(np.tile(np.arange(n), (repeats, 1)), axis=1)
        test, train = order[:, :held], order[:, held:]
        scores = []
        for seen in x:
            design = np.concatenate([np.ones((n, 1)), seen], axis=1)
            weights = np.linalg.pinv(design[train]) @ y[train][..., None]
            residual = y[test] - (design[test] @ weights)[..., 0]
            scores.append(1 - (residual**2).sum(axis=1) / (held * y[test].var(axis=1)))
        difference = scores[0] - scores[1]
        corrected = corrected_resampled_t(difference, tested / (1 - tested), CONFIDENCE).p_value
        wrong += corrected < 1 - CONFIDENCE, stats.ttest_1samp(difference, 0).pvalue < 1 - CONFIDENCE
    return wrong / studies


def main() -> None:
    """Run all cells in two processes and print the tables."""
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    plan = [
        (task, level, n, grouped, studies if n < 1000 else max(1, studies * 3 // 10), 1)
        for task, n, grouped in product(METRICS, SIZES, (False, True))
        for level in LEVELS[task].values()
    ]
    seeded = [("classification", 0.8, 200, False, studies // 2, s) for s in (3, 5)]
    with ProcessPoolExecutor(2) as pool:
        running = [pool.submit(cell, *one) for one in plan + seeded]
        repeated = pool.submit(splits, 2 * studies)
        results = [one.result() for one in running]
    print(
        f"{CONFIDENCE:.0%} intervals, {DRAWS} resamples. Monte-Carlo error (one standard error) of a share near 95 or"
    )
    errors = [100 * np.sqrt(0.95 * 0.05 / max(1, m)) for m in (studies, studies * 3 // 10)]
    print(f"5 %: {errors[0]:.1f} points, {errors[1]:.1f} at n = {SIZES[-1]}.\n")
    print(
        "| metric | n | rows | seeds | true | coverage | percentile | low > true | a better | p < 0.05 | width | none |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in sum(METRICS.values(), ()):
        for (_, _, n, grouped, _, seeds), result in zip(plan + seeded, results, strict=True):
            if name in result:
                true, rows = result[name]
                shares = " | ".join(f"{100 * share:.1f}" for share in np.nanmean(rows[:, :5], axis=0))
                none = f"{100 * np.isnan(rows[:, 5]).mean():.1f}"
                kind = "grouped" if grouped else "independent"
                print(
                    f"| {name} | {n} | {kind} | {seeds} | {true:.3f} | {shares} | {np.nanmean(rows[:, 5]):.3f} | {none} |"
                )
    corrected, plain = repeated.result()
    print("\n| test over 10 repeated splits, n = 100 | p < 0.05 |\n| --- | --- |")
    print(f"| corrected resampled t | {100 * corrected:.1f} |\n| uncorrected t | {100 * plain:.1f} |")


if __name__ == "__main__":
    main()
