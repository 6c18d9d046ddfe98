"""Measure how often intervals hold the true value and how often tests find a difference where none is.

    .venv/bin/python benchmarks/coverage.py [studies]

Each study draws test rows from a known population and the predictions of two scorers that are equally good there. Rows
are independent, or stand in groups with an intra-class correlation of 0.5 in what decides labels and predictions. Cells go
over prevalence (2 to 50 %), rows (10 to 1000), groups (6 to 100), classes (2 to 8) and labels that are skewed or have
heavy tails. Prints tables of shares in percent; the goal is 93 to 97 % coverage and at most 5 % of comparisons with
p < 0.05. "none" is the share of studies without an interval, which the coverage leaves out.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

import numpy as np
from scipy import stats

from tentips.statistics.comparison import compare, corrected_resampled_t
from tentips.statistics.intervals import score_interval
from tentips.statistics.scores import score
from tentips.statistics.with_and_without import with_and_without

CONFIDENCE, CORRELATION = 0.95, 0.5
METRICS = {
    "classification": (
        "roc_auc",
        "accuracy",
        "balanced_accuracy",
        "f1_macro",
        "average_precision",
        "matthews_corrcoef",
        "neg_log_loss",
        "neg_brier_score",
    ),
    "regression": ("r2", "spearman", "neg_mean_absolute_error", "neg_root_mean_squared_error"),
}
# Classification: rows of each class, groups of each class (0: every row its own), area under the ROC curve between two
# classes, seeds, and by what the logarithms of odds are multiplied (above 1: a model that is too sure of itself).
CLASSES = {
    "2 % of 200": ((4, 196), 0, 0.9, 1),
    "2 % of 1000": ((20, 980), 0, 0.8, 1),
    "3 against 200": ((3, 200), 0, 0.8, 1),
    "4 against 96": ((4, 96), 0, 0.9, 1),
    "10 against 90": ((10, 90), 0, 0.9, 1),
    "5 against 5": ((5, 5), 0, 0.8, 1),
    "30 against 30": ((30, 30), 0, 0.8, 1),
    "30 against 30, nearly faultless": ((30, 30), 0, 0.99, 1),
    "500 against 500": ((500, 500), 0, 0.8, 1),
    "3 against 3 groups of 8": ((24, 24), 3, 0.8, 1),
    "10 against 20 groups of 4": ((40, 80), (10, 20), 0.8, 1),
    "50 against 50 groups of 4": ((200, 200), 50, 0.8, 1),
    "4 classes of 15": ((15,) * 4, 0, 0.9, 1),
    "3 classes, 4, 50 and 96": ((4, 50, 96), 0, 0.9, 1),
    "8 classes of 3 groups": ((12,) * 8, 3, 0.9, 1),
    "50 against 50, 3 seeds": ((50, 50), 0, 0.8, 3),
    "5 against 5, too sure": ((5, 5), 0, 0.8, 1, 3),
    "20 against 20, too sure": ((20, 20), 0, 0.97, 1, 3),
    "24 against 44 groups of 2, too sure": ((48, 88), (24, 44), 0.99, 1, 3),
}
# Regression: distribution, rows, groups (0: every row its own).
VALUES = {
    f"{kind}, {n} rows" + (f" in {groups} groups" if groups else ""): (kind, n, groups)
    for kind, n, groups in (
        *((kind, n, 0) for kind in ("normal", "log-normal", "t with 3 df") for n in (10, 30, 100, 400, 1000)),
        ("normal", 24, 6),
        ("normal", 80, 20),
        ("log-normal", 80, 20),
    )
}


def clustered(random, groups, shape=()):
    """Standard normal values, shape (*shape, rows), with intra-class correlation `CORRELATION` within `groups`."""
    codes = np.unique(groups, return_inverse=True)[1]
    if codes.max() + 1 == len(groups):
        return random.normal(size=(*shape, len(groups)))
    common = random.normal(size=(*shape, codes.max() + 1))[..., codes]
    return np.sqrt(CORRELATION) * common + np.sqrt(1 - CORRELATION) * random.normal(size=(*shape, len(groups)))


def classified(random, counts, groups_of, level, seeds, sureness=1):
    """Draw truth, groups and the predictions of two equally good scorers, each with `seeds` members.

    Members of a model share four fifths of its noise; the two models share three fifths.
    """
    truth = np.repeat(np.arange(len(counts)), counts)
    groups = np.arange(len(truth))
    if groups_of:
        each = groups_of if isinstance(groups_of, tuple) else (groups_of,) * len(counts)
        groups = np.concatenate(
            [1000 * c + np.arange(n) % g for c, (n, g) in enumerate(zip(counts, each, strict=True))]
        )
    kinds = len(counts)
    distance = np.sqrt(2) * stats.norm.ppf(level) / (np.sqrt(2) if kinds == 2 else 1)
    shared, models = clustered(random, groups, (kinds,)), []
    for _ in range(2):
        own, members = clustered(random, groups, (kinds,)), []
        for _ in range(seeds):
            noise = np.sqrt(0.6) * shared + np.sqrt(0.4) * own
            if seeds > 1:
                noise = np.sqrt(0.8) * noise + np.sqrt(0.2) * clustered(random, groups, (kinds,))
            z = sureness * (noise.T + distance * np.eye(kinds)[truth])
            members.append(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))
        models.append(members)
    return truth, groups, models


def valued(random, kind, n, n_groups):
    """Draw truth, groups and the predictions of two equally good models: each knows half of what decides the label."""
    groups = np.arange(n) % n_groups if n_groups else np.arange(n)
    known, noise = clustered(random, groups, (2,)), clustered(random, groups)
    if kind == "t with 3 df":
        noise = noise * np.sqrt(3 / random.chisquare(3, n))
    truth = known.sum(axis=0) + noise
    if kind == "log-normal":
        truth = np.exp(truth / np.sqrt(3))
        return truth, groups, [[np.exp(each / np.sqrt(3) + 1 / 3)] for each in known]
    return truth, groups, [[each] for each in known]


def cell(task, draw, arguments, studies):
    """Return per metric the true value and the outcomes of every study, shape (studies, 4), NaN without an interval."""
    random = np.random.default_rng(11)
    names = METRICS[task]
    if task == "classification":
        counts, groups_of, level, _, *sureness = arguments
        # The mean over samples of the same design, where a large one would not have the same groups.
        many = [draw(random, counts, groups_of, level, 1, *sureness) for _ in range(max(300, 60_000 // sum(counts)))]
        true = {name: np.mean([score(name, t, m[0]) for t, _, models in many for m in models]) for name in names}
    else:
        truth, _, models = draw(random, arguments[0], 4_000_000, 0)
        true = {name: score(name, truth, models[0][0]) for name in names if name != "spearman"}
        true["spearman"] = score("spearman", truth[:400_000], models[0][0][:400_000])
    found = {name: [] for name in names}
    for _ in range(studies):
        truth, groups, (a, b) = draw(random, *arguments)
        for name in names:
            interval = score_interval(name, truth, a, groups, CONFIDENCE)
            p_value = compare(name, truth, a, b, groups, CONFIDENCE).p_value
            given = np.isfinite(interval.low)
            found[name].append(
                (
                    interval.low <= true[name] <= interval.high if given else np.nan,
                    p_value < 1 - CONFIDENCE if np.isfinite(p_value) else np.nan,
                    interval.high - interval.low,
                    not given,
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


def shared(studies, name, n, part):
    """Return how often the interval of what `part` of `n` rows do to a score holds the true difference; those rows are predicted better."""
    random, own = np.random.default_rng(3), np.arange(n) < part
    task = "regression" if name in METRICS["regression"] else "classification"

    def draw(times=1):
        is_part = np.tile(own, times)
        noise = random.normal(size=n * times)
        if task == "regression":
            truth = random.normal(size=n * times)
            return truth, truth + noise * np.where(is_part, 0.2, 0.8), is_part
        truth = random.integers(0, 2, n * times)
        case = 1 / (1 + np.exp(0.6 - noise - truth * np.where(is_part, 4.0, 1.2)))
        return truth, np.column_stack([1 - case, case]), is_part

    truth, predicted, is_part = draw(100)
    true = score(name, truth, predicted) - score(name, truth[~is_part], predicted[~is_part])
    held = []
    for _ in range(studies):
        truth, predicted, is_part = draw()
        found = with_and_without(name, truth, [predicted], is_part, np.arange(n), CONFIDENCE)
        held.append(found.low <= true <= found.high)
    return np.mean(held)


def bootstrap_t(studies, kind, n, resamples=599):
    """Return how often a bootstrap-t of the logarithm of the mean squared error holds the truth (Hall 1992): what the jackknife is held against."""
    random, held = np.random.default_rng(5), []

    def squares(rows):
        truth, _, models = valued(random, kind, rows, 0)
        return np.square(truth - models[0][0])

    true = np.log(squares(4_000_000).mean())
    for _ in range(studies):
        own = squares(n)
        drawn = own[random.integers(0, n, (resamples, n))]
        error, errors = (each.std(axis=-1, ddof=1) / np.sqrt(n) / each.mean(axis=-1) for each in (own, drawn))
        t = (np.log(drawn.mean(axis=1)) - np.log(own.mean())) / np.maximum(errors, 1e-9)
        low, high = np.log(own.mean()) - np.quantile(t, [0.5 + CONFIDENCE / 2, 0.5 - CONFIDENCE / 2]) * error
        held.append(low <= true <= high)
    return np.mean(held)


def main() -> None:
    """Run all cells in two processes and print the tables."""
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    plan = [("classification", classified, name, arguments) for name, arguments in CLASSES.items()]
    plan += [("regression", valued, name, arguments) for name, arguments in VALUES.items()]
    with ProcessPoolExecutor(2) as pool:
        running = [pool.submit(cell, task, draw, arguments, studies) for task, draw, _, arguments in plan]
        repeated = pool.submit(splits, 2 * studies)
        results = [one.result() for one in running]
    error = 100 * np.sqrt(0.95 * 0.05 / studies)
    print(
        f"{CONFIDENCE:.0%} intervals. Monte-Carlo error (one standard error) of a share near 95 or 5 %: {error:.1f} points.\n"
    )
    print("| metric | rows | true | coverage | p < 0.05 | width | none |\n| --- | --- | --- | --- | --- | --- | --- |")
    for name in sum(METRICS.values(), ()):
        for (_, _, rows, _), result in zip(plan, results, strict=True):
            if name in result:
                true, outcomes = result[name]
                covered, wrong, width = (
                    np.nanmean(outcomes[:, column]) if np.isfinite(outcomes[:, column]).any() else np.nan
                    for column in range(3)
                )
                none = 100 * outcomes[:, 3].mean()
                print(
                    f"| {name} | {rows} | {true:.3f} | {100 * covered:.1f} | {100 * wrong:.1f} | {width:.3f} | {none:.1f} |"
                )
    print("\n| what shared rows do | rows, shared | coverage |\n| --- | --- | --- |")
    for name in ("roc_auc", "accuracy", "neg_log_loss", "r2", "neg_root_mean_squared_error"):
        for n, part in ((60, 3), (60, 15), (300, 3), (300, 30), (300, 150), (900, 40)):
            print(f"| {name} | {n}, {part} | {100 * shared(studies // 2, name, n, part):.1f} |")
    print("\n| bootstrap-t of squared errors | rows | coverage |\n| --- | --- | --- |")
    for kind in ("normal", "log-normal", "t with 3 df"):
        for n in (10, 30, 100, 400, 1000):
            print(f"| {kind} | {n} | {100 * bootstrap_t(studies // 4, kind, n):.1f} |")
    corrected, plain = repeated.result()
    print("\n| test over 10 repeated splits, n = 100 | p < 0.05 |\n| --- | --- |")
    print(f"| corrected resampled t | {100 * corrected:.1f} |\n| uncorrected t | {100 * plain:.1f} |")


if __name__ == "__main__":
    main()
