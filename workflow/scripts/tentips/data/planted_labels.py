"""Labels planted in real features: the study's own labels, handed out anew so that they go with a known direction.

Features, groups, batches and the labels' shares stay as they really are. Who gets which label is drawn: a direction in the
prepared features (a few of them, with random weights) gives each sample a score z, cleaned of its batch's mean; each unit
(a group whose real label is constant, else a sample) has the latent value r z + sqrt(1 - r^2) e, e being standard normal
noise, of which the members of a group share as much as their real labels are alike (intraclass correlation); and within each
batch the labels that its units really have are handed out in the order of these values. With r = 0
that is a permutation within batches, so an association of label and batch stays what it really is. r is chosen so that
the attainable score, of z as a predictor of single samples, has the wanted mean over directions.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from tentips.data.rows import Rows
from tentips.errors import StudyError
from tentips.statistics.association import is_number

EFFECTS = {"classification": (0.55, 0.6, 0.65, 0.7, 0.8, 0.9), "regression": (0.02, 0.05, 0.1, 0.2, 0.4, 0.6)}
NONE = {"classification": 0.5, "regression": 0.0}  # the attainable score without any effect
PLANTED = {
    "classification": (0.7, 0.9),
    "regression": (0.2, 0.6),
}  # moderate and strong: the models must find the latter
MEASURES = {"classification": "roc_auc", "regression": "r2"}
INFORMATIVE = 5  # features that the signal is made of
LEAST_UNITS = 10  # of a batch; smaller ones are taken together
STRENGTHS = np.linspace(0, 1, 26)  # of r, tried out to find how strong which effect is
TRIED = 25  # directions on which they are tried out
MOST_TRIED_UNITS = 2000  # that each of them is tried out on


@dataclass(frozen=True)
class Structure:
    """What planted labels keep: the `unit` of each row, and the `batch` and the real `label` of each unit.

    Where labels vary within groups, `group` is the group of each unit, and `shared` the part of the labels' variance between groups.
    """

    unit: np.ndarray
    batch: np.ndarray
    label: np.ndarray
    classes: int
    group: np.ndarray | None = None
    shared: float = 0.0

    def noise(self, random: np.random.Generator, axes: int) -> np.ndarray:
        """Draw standard normal noise of each unit, (units, axes), `shared` of it alike within a group."""
        own = random.normal(size=(len(self.label), axes))
        if not self.shared:
            return own
        of_group = random.normal(size=(self.group.max() + 1, axes))[self.group]
        return np.sqrt(1 - self.shared) * own + np.sqrt(self.shared) * of_group

    @property
    def row_batch(self) -> np.ndarray:
        """The batch of each row."""
        return self.batch[self.unit]


def structure_of(rows: Rows, batches: np.ndarray | None = None) -> Structure:
    """Return the units of `rows` with their batches (a number for each row) and labels.

    A unit that spans several batches counts for that of its first row.
    """
    frame = pd.DataFrame({"group": rows.groups, "truth": rows.truth})
    constant = frame.groupby("group")["truth"].transform("nunique").to_numpy() == 1
    own = np.where(constant, rows.groups, rows.groups.max() + 1 + np.arange(len(rows.groups)))
    unit = pd.factorize(own)[0]
    first = np.unique(unit, return_index=True)[1]
    batch = np.zeros(len(first), dtype=int) if batches is None else np.asarray(batches)[first]
    sizes = np.bincount(batch)
    batch = pd.factorize(np.where(sizes[batch] < LEAST_UNITS, -1, batch))[0]
    group = pd.factorize(rows.groups[first])[0]
    shared = 0.0 if constant.all() else _intraclass(rows)
    return Structure(unit, batch, rows.truth[first], len(rows.classes), group, shared)


def _intraclass(rows: Rows) -> float:
    """The intraclass correlation of the labels within groups (analysis of variance); of classes, of all of them together."""
    group, columns = pd.factorize(rows.groups)[0], [rows.truth]
    if rows.classes:
        columns = [rows.truth == number for number in range(len(rows.classes))]
    values = np.stack(columns, axis=1).astype(float)
    sizes, n = np.bincount(group), len(group)
    if len(sizes) < 2 or n == len(sizes):
        return 0.0
    means = _means(values, group)
    within = np.square(values - means[group]).sum() / (n - len(sizes))
    between = (sizes[:, None] * np.square(means - values.mean(axis=0))).sum() / (len(sizes) - 1)
    typical = (n - np.square(sizes).sum() / n) / (len(sizes) - 1)
    found = (between - within) / (between + (typical - 1) * within) if between > 0 else 0.0
    return float(np.clip(found, 0, 0.99))


def batch_numbers(samples: pd.DataFrame, columns: list[str]) -> np.ndarray | None:
    """Return a number for each combination of the batch and site `columns`; numbers with many values as quintiles."""
    kept = [column for column in dict.fromkeys(columns) if column in samples]
    if not kept:
        return None
    names = pd.DataFrame({column: _levels(samples[column]) for column in kept})
    return names.groupby(kept, dropna=False).ngroup().to_numpy()


def planter_of(rows: Rows, samples: pd.DataFrame, batches: list[str], preprocess: dict, seed: int) -> "Planter":
    """Return what plants labels in these development rows; `samples` is their sheet, in the same order.

    `batches` are the columns of batches and sites, within which labels are handed out; `preprocess` is that section, resolved.
    Features are prepared as the study does it, but none are left out by their association with the label.
    """
    prepare = rows.preparation({**preprocess, "select": None})
    matrix = np.asarray(prepare.fit_transform(rows.inputs, rows.truth), dtype="float32")
    structure = structure_of(rows, batch_numbers(samples, batches))
    return Planter(structure, matrix, rows.task, seed)


def cohens_d(auc: float) -> float:
    """Return the distance of two normal classes, in standard deviations, whose ROC AUC is `auc`."""
    return float(np.sqrt(2) * stats.norm.ppf(auc))


def comparable_r2(auc: float) -> float:
    """Return the R2 as large as an effect of `auc` between two equal classes: d^2 / (d^2 + 4) (Cohen 1988)."""
    d = cohens_d(auc)
    return d**2 / (d**2 + 4)


class Planter:
    """Plants labels in the prepared features `matrix`, shape (rows, features), of a study of this structure."""

    def __init__(self, structure: Structure, matrix: np.ndarray, task: str, seed: int):
        self.structure, self.task, self.seed = structure, task, seed
        self.matrix = matrix
        self.varying = np.flatnonzero(np.ptp(matrix, axis=0) > 0)
        if not len(self.varying):
            raise StudyError(
                "every feature has one and the same value in all samples of the development part; nothing can be planted."
            )
        self.axes = max(1, structure.classes - 1)
        self.curve = self._curve()

    @property
    def effects(self) -> list[float]:
        """The effects that can be planted, weakest first: where labels are constant within groups, strong ones may not."""
        return [effect for effect in EFFECTS[self.task] if effect <= self.curve[-1]]

    def strength(self, effect: float) -> float:
        """Return r of an attainable ROC AUC or R2."""
        return 0.0 if effect == NONE[self.task] else float(np.interp(effect, self.curve, STRENGTHS))

    def plant(self, repetition: int, effects: list[float], times: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Return labels of each row, (times, effects, rows), drawn `times` over along one direction, and the rows' scores z.

        Within a repetition the effects share the direction and each time's noise. z has the shape (rows, axes).
        """
        random = np.random.default_rng([self.seed, repetition])
        z, of_unit = self._scores(random, self.structure, self.matrix)
        labels = []
        for _ in range(times):
            noise = self.structure.noise(random, of_unit.shape[1])
            latent = (mixed(of_unit, noise, self.strength(effect)) for effect in effects)
            labels.append([hand_out(self.structure, each)[self.structure.unit] for each in latent])
        return np.array(labels), z

    def attained(self, labels: np.ndarray, z: np.ndarray, among: np.ndarray | None = None) -> float:
        """Return the ROC AUC (mean of one class against the rest) or R2 of the scores z themselves, of the rows `among`."""
        if among is not None:
            labels, z = labels[among], z[among]
        if self.task == "regression":
            return float(np.corrcoef(labels, z[:, 0])[0, 1] ** 2)
        axes = [(1, z[:, 0])] if z.shape[1] == 1 else enumerate(np.column_stack([-z.sum(axis=1), z]).T)
        return float(np.nanmean([_area(labels == number, scores) for number, scores in axes]))

    def _scores(self, random, structure: Structure, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Scores of rows and of units along random directions, without batch means, of variance 1."""
        few = min(INFORMATIVE, len(self.varying))
        columns = np.stack([random.choice(self.varying, few, replace=False) for _ in range(self.axes)])
        weights = random.normal(size=columns.shape)
        z = np.stack([matrix[:, each] @ w for each, w in zip(columns, weights, strict=True)], axis=1).astype(float)
        # Features with few values tie; a trace of noise lets chance decide among equals.
        z += 1e-6 * (z.std(axis=0) + 1e-12) * random.normal(size=z.shape)
        z = _standard(z - _means(z, structure.row_batch)[structure.row_batch])
        return z, _standard(_means(z, structure.unit))

    def _curve(self) -> np.ndarray:
        """The attained effect at each of `STRENGTHS`, the mean over directions; it never falls."""
        reached = np.zeros(len(STRENGTHS))
        for tried in range(TRIED):
            random = np.random.default_rng([self.seed, tried, 1])
            structure, kept = _part(self.structure, random)
            z, of_unit = self._scores(random, structure, self.matrix[kept])
            noise = structure.noise(random, of_unit.shape[1])
            for number, strength in enumerate(STRENGTHS):
                # Noise and its mirror image: how it happens to go with the scores cancels out.
                for each in (noise, -noise):
                    labels = hand_out(structure, mixed(of_unit, each, strength))[structure.unit]
                    reached[number] += self.attained(labels, z) / (2 * TRIED)
        # Below 2e-9 apart, np.interp would not know which way to go.
        return np.maximum.accumulate(reached) + 1e-9 * np.arange(len(reached))


def mixed(scores: np.ndarray, noise: np.ndarray, strength: float) -> np.ndarray:
    """Return latent values of variance 1 that correlate with `scores` by `strength`."""
    return strength * scores + np.sqrt(1 - strength**2) * noise


def hand_out(structure: Structure, latent: np.ndarray) -> np.ndarray:
    """Hand the labels of each batch out anew among its units, shape (units,), in the order of `latent`, (units, axes).

    Numbers and two classes in one order; of several classes each but the first one takes the units that are highest on
    its own axis and not yet taken.
    """
    batch, real = structure.batch, structure.label
    result = np.empty_like(real)
    if latent.shape[1] == 1:
        result[np.lexsort((latent[:, 0], batch))] = real[np.lexsort((real, batch))]
        return result
    result[:] = 0
    free = np.arange(len(real))
    for number in range(1, structure.classes):
        wanted = np.bincount(batch[real == number], minlength=batch.max() + 1)
        order = free[np.lexsort((-latent[free, number - 1], batch[free]))]
        place = np.arange(len(order)) - np.searchsorted(batch[order], batch[order])
        taken = order[place < wanted[batch[order]]]
        result[taken] = number
        free = np.setdiff1d(free, taken, assume_unique=True)
    return result


def _area(member: np.ndarray, scores: np.ndarray) -> float:
    """The area under the ROC curve by ranks (Mann and Whitney 1947), of scores without ties."""
    inside = member.sum()
    if not inside or inside == len(member):
        return float("nan")
    rank = np.empty(len(scores), dtype=int)
    rank[np.argsort(scores)] = np.arange(len(scores))
    return (rank[member].sum() - inside * (inside - 1) / 2) / (inside * (len(member) - inside))


def _part(structure: Structure, random) -> tuple[Structure, np.ndarray]:
    """A random part of many units with its rows."""
    if len(structure.label) <= MOST_TRIED_UNITS:
        return structure, np.arange(len(structure.unit))
    chosen = np.sort(random.choice(len(structure.label), MOST_TRIED_UNITS, replace=False))
    kept = np.flatnonzero(np.isin(structure.unit, chosen))
    unit = np.searchsorted(chosen, structure.unit[kept])
    group = None if structure.group is None else pd.factorize(structure.group[chosen])[0]
    part = structure.batch[chosen], structure.label[chosen], structure.classes
    return Structure(unit, *part, group, structure.shared), kept


def _means(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The mean of each column of `values` over the rows of each code."""
    sums = np.stack([np.bincount(codes, column) for column in values.T], axis=1)
    return sums / np.bincount(codes)[:, None]


def _standard(values: np.ndarray) -> np.ndarray:
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)


def _levels(values: pd.Series) -> pd.Series:
    if is_number(values):
        values = pd.qcut(values, 5, duplicates="drop").astype(object)
    return values.map(str).where(values.notna(), "(missing)")
