"""What the smallest effect is that a study of this design would find: planted signals, learned and tested as the study will.

In each repetition labels are planted anew (planting.py), learned on the training rows of each of the study's own folds and
predicted for its tuning rows. A pseudo test part with as many independent groups as the real one is drawn from these
predictions, and compared with labels that were drawn a second time along the same direction: no label that was learned from
is tested by, so that predictions of different folds are as independent of what they are tested by as they will be in the
real test part. The signal counts as found where the lower end of the interval that the study will use lies above chance.
Nothing of the real test part but its size is known here.

Two quick linear models take the place of those of the study: ridge regression on all features, its penalty by generalised
cross-validation (Golub, Heath and Wahba 1979) on training rows, one decomposition per fold for all labels; and where there are
many features, a sum over the `SCREENED` that go best with the label on training rows. In each fold the one that does better in
two-fold cross-validation on the training rows predicts. They learn from the training rows of a fold, fewer than the final models
will have, so that the power is rather estimated too low.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from tentips.data.planted_labels import MEASURES, NONE, Planter, cohens_d
from tentips.data.rows import Rows
from tentips.design.influence import KNOWN, value_and_spread
from tentips.design.pseudo_test import members_of, pseudo_test
from tentips.jobs.progress import Progress
from tentips.models.folds import Fold
from tentips.statistics.intervals import Spread, interval_of, score_interval, too_few
from tentips.statistics.jackknife import blocks_of, freedom
from tentips.statistics.metric_names import chance
from tentips.statistics.widest_limits import widest_limits

REPETITIONS = 200
BLOCK = 10  # repetitions that are learned at once
WANTED = 0.8  # the power that is usually asked for (Cohen 1988)
SCREENED = 10
MANY = 100  # features, beyond which a few of them may do better than all
PENALTIES = np.geomspace(1e-3, 1e4, 15)  # in units of the mean squared singular value


@dataclass(frozen=True)
class Decomposed:
    """Training and other rows, ready to learn any labels from the former and predict them for the latter."""

    train: np.ndarray
    other: np.ndarray
    basis: np.ndarray  # (training rows, components)
    singular: np.ndarray
    seen: np.ndarray  # the other rows in the components, (other rows, components)
    standard: tuple[np.ndarray, np.ndarray] | None  # training and other rows, features standardised

    @classmethod
    def of(cls, matrix: np.ndarray, train: np.ndarray, other: np.ndarray) -> "Decomposed":
        """Decompose the rows `train` of a matrix."""
        mean = matrix[train].mean(axis=0)
        own, new = matrix[train] - mean, matrix[other] - mean
        if own.shape[0] <= own.shape[1]:
            values, basis = _positive(*np.linalg.eigh(own @ own.T))
            seen = new @ (own.T @ basis) / np.sqrt(values)
        else:
            values, axes = _positive(*np.linalg.eigh(own.T @ own))
            basis, seen = own @ axes / np.sqrt(values), new @ axes
        standard = None
        if own.shape[1] > MANY:
            spread = own.std(axis=0)
            scale = np.where(spread > 1e-9, 1 / np.maximum(spread, 1e-9), 0)
            standard = (own * scale).astype("float32"), (new * scale).astype("float32")
        return cls(train, other, basis, np.sqrt(values), seen, standard)

    def predict(self, targets: np.ndarray) -> list[np.ndarray]:
        """Return each model's predictions of the other rows less the training mean, for every column of `targets`."""
        learned = targets[self.train].astype(float)
        learned -= learned.mean(axis=0)
        return [self._ridge(learned)] + ([] if self.standard is None else [self._screened(learned)])

    def _ridge(self, learned: np.ndarray) -> np.ndarray:
        n, squared = len(learned), np.square(self.singular)
        parts, total = self.basis.T @ learned, np.square(learned).sum(axis=0)
        best, chosen = np.full(learned.shape[1], np.inf), np.zeros(learned.shape[1])
        for penalty in PENALTIES * squared.mean():
            kept = squared / (squared + penalty)
            left = total - (1 - np.square(1 - kept)) @ np.square(parts)
            criterion = left / np.square(1 - (1 + kept.sum()) / n)
            chosen = np.where(criterion < best, penalty, chosen)
            best = np.minimum(criterion, best)
        return self.seen @ (self.singular[:, None] * parts / (squared[:, None] + chosen))

    def _screened(self, learned: np.ndarray) -> np.ndarray:
        own, new = self.standard
        slopes = learned.T.astype("float32") @ own / len(learned)
        strong = np.argpartition(np.abs(slopes), -SCREENED, axis=1)[:, -SCREENED:]
        # Only the features that any label chose, because a product with all of many would take most of the time.
        union, place = np.unique(strong, return_inverse=True)
        weights = np.zeros((len(union), len(slopes)), dtype="float32")
        label = np.arange(len(slopes))[:, None]
        weights[place.reshape(strong.shape), label] = slopes[label, strong]
        fitted = own[:, union] @ weights
        size = (fitted * learned).sum(axis=0) / np.maximum(np.square(fitted).sum(axis=0), 1e-12)
        return (new[:, union] @ weights) * size


@dataclass(frozen=True)
class Learner:
    """One fold: its training rows decomposed as a whole, and by halves to choose between the models."""

    whole: Decomposed
    halves: list[Decomposed]

    @classmethod
    def of(cls, fold: Fold, groups: np.ndarray, seed: int) -> "Learner":
        """Decompose the training rows of a fold and, groups whole, two halves of them."""
        matrix = fold.matrix.astype("float32")
        whole = Decomposed.of(matrix, fold.train, fold.tune)
        if whole.standard is None:
            return cls(whole, [])
        own = np.unique(groups[fold.train])
        first = np.isin(groups[fold.train], np.random.default_rng(seed).permutation(own)[: len(own) // 2])
        parts = fold.train[first], fold.train[~first]
        return cls(whole, [Decomposed.of(matrix, *parts), Decomposed.of(matrix, *parts[::-1])])

    def predict(self, targets: np.ndarray) -> np.ndarray:
        """Return the predictions of the tuning rows less the training mean, by the model that does better on the halves."""
        both = self.whole.predict(targets)
        if not self.halves:
            return both[0]
        agreement, products, squares = np.zeros((2, targets.shape[1])), 0.0, 0.0
        for half in self.halves:
            found = half.predict(targets)
            agreement += [_correlation(each, targets[half.other]) for each in found]
            products = products + (found[1] * (targets[half.other] - targets[half.train].mean(axis=0))).sum(axis=0)
            squares = squares + np.square(found[1]).sum(axis=0)
        # Features that were chosen by the label promise more on the rows that chose them than they keep on others.
        kept = np.clip(products / np.maximum(squares, 1e-12), 0, 1)
        return np.where(agreement[0] >= agreement[1], both[0], both[1] * kept)


def judged_by(metric: str, task: str, classes: int) -> str:
    """Return the metric that decides whether a signal is found: the study's where its chance level is known."""
    return metric if chance(metric, classes) is not None else MEASURES[task]


def repeated(
    rows: Rows,
    folds: list[Fold],
    planter: Planter,
    tested: int,
    metric: str,
    confidence: float,
    repetitions: int = REPETITIONS,
    progress=None,
) -> pd.DataFrame:
    """Plant, learn and test `repetitions` times; return repetition, effect, attained, score, low, found.

    `tested` is the number of independent groups of the test part; effect `planting.NONE` is no effect. `attained` is the
    score of the planted signal itself on the development part, by ROC AUC or R2; `score` and `low` are the model's on the
    pseudo test part by `metric`, which must have a chance level.
    """
    learners = [Learner.of(fold, rows.groups, planter.seed) for fold in folds]
    effects = [NONE[rows.task], *planter.effects]
    members = members_of(rows.groups)
    passes = -(-tested // len(members))
    records = []
    for first in range(0, repetitions, BLOCK):
        numbers = range(first, min(first + BLOCK, repetitions))
        planted = [planter.plant(number, effects, 1 + passes) for number in numbers]
        learned = np.concatenate([labels[0] for labels, _ in planted])
        predictions = _out_of_fold(learners, _targets(learned, rows.classes), metric)
        for place, (number, (labels, scores)) in enumerate(zip(numbers, planted, strict=True)):
            chosen, groups = pseudo_test(members, tested, np.random.default_rng([planter.seed, number]))
            for step, effect in enumerate(effects):
                predicted = _shaped(predictions, place * len(effects) + step, len(rows.classes))
                predicted = np.concatenate([predicted[part] for part in chosen])
                truth = np.concatenate([labels[1 + draw, step, part] for draw, part in enumerate(chosen)])
                value, low = _tested(metric, truth, predicted, groups, len(rows.classes), confidence)
                records.append(
                    {
                        "repetition": number,
                        "effect": effect,
                        "attained": planter.attained(labels[0, step], scores),
                        "score": value,
                        "low": low,
                        "found": bool(low > chance(metric, len(rows.classes))),
                    }
                )
        if progress is not None:
            progress(numbers[-1] + 1)
    return pd.DataFrame(records)


def estimated(runs: pd.DataFrame, task: str, confidence: float) -> pd.DataFrame:
    """Return the power at each effect with its exact binomial interval (Clopper and Pearson 1934), weakest effect first."""
    records = []
    for effect, part in runs.groupby("effect"):
        found, n = int(part["found"].sum()), len(part)
        ends = stats.binomtest(found, n).proportion_ci(confidence, "exact")
        records.append(
            {
                "measure": MEASURES[task],
                "effect": effect,
                "cohens_d": cohens_d(effect) if task == "classification" else float("nan"),
                "attained": part["attained"].mean(),
                "score": part["score"].mean(),
                "repetitions": n,
                "found": found,
                "power": found / n,
                "low": ends.low,
                "high": ends.high,
            }
        )
    return pd.DataFrame(records)


def smallest_effect(runs: pd.DataFrame, confidence: float, seed: int = 0) -> tuple[float, float, float]:
    """Return the smallest effect that is found with power `WANTED`, and its interval; infinite beyond the largest one.

    Power is made monotone in the effect (isotonic regression) and interpolated; the interval is from a bootstrap of
    repetitions.
    """
    wide = runs.pivot(index="repetition", columns="effect", values="found").to_numpy(dtype=float)
    effects = np.sort(runs["effect"].unique())
    drawn = np.random.default_rng(seed).integers(0, len(wide), (1000, len(wide)))
    resampled_effects = np.array([_crossing(effects, wide[rows].mean(axis=0)) for rows in drawn])
    tail = (1 - confidence) / 2
    low, high = np.quantile(resampled_effects, [tail, 1 - tail], method="inverted_cdf")
    return _crossing(effects, wide.mean(axis=0)), float(low), float(high)


def study_power(
    rows: Rows, folds: list[Fold], planter: Planter, metric: str, confidence: float, tested: int, log_line
) -> tuple[pd.DataFrame, dict]:
    """Return the table of power (`estimated`) and a summary of it, for a test part of `tested` independent groups.

    The summary holds the metric that decides, the smallest effect found with power `WANTED` with its interval (infinite
    beyond the largest effect planted), and how often labels without any effect were found.
    """
    task = rows.task
    by = judged_by(metric, task, len(rows.classes))
    progress = Progress("planted signals", REPETITIONS, log_line, unit="repetitions").report
    runs = repeated(rows, folds, planter, tested, by, confidence, progress=progress)
    table = estimated(runs, task, confidence)
    smallest, low, high = smallest_effect(runs, confidence)
    null = table.iloc[0]
    return table, {
        "measure": MEASURES[task],
        "metric": by,
        "confidence": confidence,
        "tested": tested,
        "units": int(rows.groups.max()) + 1,
        "batches": int(planter.structure.batch.max()) + 1,
        "wanted": WANTED,
        "repetitions": REPETITIONS,
        "smallest": smallest,
        "low": low,
        "high": high,
        "largest": float(table["effect"].iloc[-1]),
        "null": {"power": float(null["power"]), "low": float(null["low"]), "high": float(null["high"])},
        "null_allowed": (1 - confidence) / 2,
    }


def _positive(values: np.ndarray, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Components whose variance is more than rounding."""
    kept = values > values.max() * 1e-10
    return values[kept], vectors[:, kept]


def _targets(labels: np.ndarray, classes: list[str]) -> np.ndarray:
    """Columns to be learned, (rows, labels x classes): of two classes the second alone, of several one each."""
    if not classes:
        return labels.T.astype(float)
    if len(classes) == 2:
        return labels.T.astype("float32")
    return (
        np.stack([labels == number for number in range(len(classes))], axis=1)
        .reshape(-1, labels.shape[1])
        .T.astype("float32")
    )


def _out_of_fold(learners: list[Learner], targets: np.ndarray, metric: str) -> np.ndarray:
    """Predictions of all rows, (rows, columns)."""
    predictions = np.zeros(targets.shape, dtype="float32")
    for learner in learners:
        found = learner.predict(targets)
        if metric in ("roc_auc", "spearman"):
            # Folds choose penalties of their own and learn other shares; ranks are only comparable without both.
            found = found / np.maximum(found.std(axis=0), 1e-12)
        else:
            found = found + targets[learner.whole.train].mean(axis=0)
        predictions[learner.whole.other] = found
    return predictions


def _shaped(predictions: np.ndarray, column: int, classes: int) -> np.ndarray:
    """One label's predictions as scores.py takes them."""
    if not classes:
        return predictions[:, column].astype(float)
    if classes == 2:
        second = predictions[:, column].astype(float)
        return np.column_stack([1 - second, second])
    return predictions[:, column * classes : (column + 1) * classes].astype(float)


def _correlation(predicted: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The correlation of each column with that of the targets; 0 where one is constant."""
    a, b = predicted - predicted.mean(axis=0), targets - targets.mean(axis=0)
    size = np.sqrt(np.square(a).sum(axis=0) * np.square(b).sum(axis=0))
    return (a * b).sum(axis=0) / np.where(size > 0, size, 1)


def _tested(metric, truth, predicted, groups, classes, confidence) -> tuple[float, float]:
    if metric not in KNOWN:
        found = score_interval(metric, truth, [predicted], groups, confidence)
        return found.value, found.low
    blocks = blocks_of(truth, groups, classes or None)
    if too_few(metric, blocks):
        return float("nan"), float("nan")
    value, spread = value_and_spread(metric, truth, predicted, groups)
    n = max(blocks.rarest, 2) if blocks.rarest else blocks.groups
    free = freedom(metric, np.zeros(1), blocks)
    widest = widest_limits(metric, value, truth, [predicted], groups, blocks.rarest, 0.0, confidence)
    return value, interval_of(metric, value, Spread(spread * n / (n - 1), free), widest, confidence).low


def _crossing(effects: np.ndarray, power: np.ndarray) -> float:
    """The effect at which power, made monotone, reaches `WANTED`."""
    from sklearn.isotonic import isotonic_regression

    rising = isotonic_regression(power)
    above = np.flatnonzero(rising >= WANTED)
    if not len(above):
        return float("inf")
    first = above[0]
    if first == 0:
        return float(effects[0])
    return float(np.interp(WANTED, rising[first - 1 : first + 1], effects[first - 1 : first + 1]))
