"""What the controls train on what: every experiment says which rows are learned from, which are scored, by which labels."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold, StratifiedKFold

from tentips.data.other_labels import OtherLabels
from tentips.data.planted_labels import NONE, PLANTED, Planter
from tentips.data.rows import Rows, fit_and_stop
from tentips.data.split import LEAST_OF_A_CLASS, assert_disjoint, hold_out
from tentips.errors import StudyError
from tentips.statistics.association import is_number

SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)  # of the training groups, in the learning curve
MOST_PARTS = 3  # of one share in a fold, which have no group in common
MOST_LEVELS = 12  # of a batch or site that are left out one by one; the largest ones
TOLERANCE = 0.1  # of a share: groups are whole, so that a part is never quite of its size
LEAST_ROWS = 10  # of a level that is left out; twice as many to train on
# Trainings in each fold that holds groups apart, and in each that is drawn at random.
SEEDS = {"baseline": 1, "network": 3}
REDRAWN = 5  # shuffles drawn for each one that is wanted, at most; and planted labels
FIRST_PLANTED = (
    100_000  # number of the first directions and labels planted here: others than those of the power analysis
)


@dataclass(frozen=True)
class Experiment:
    """One training: `level` names it within its control; `train` and `score` are row numbers of the development part.

    `truth` has a label for every row, by which is learned and scored, `others` its other labels where there are any: those of the same
    samples as `truth`, and none where that is made up. `attainable` is what a planted signal itself scores
    on the scored rows.
    """

    level: float | tuple
    fold: int
    train: np.ndarray
    score: np.ndarray
    truth: np.ndarray
    attainable: float = float("nan")
    others: OtherLabels | None = None


def planned(
    rows: Rows,
    samples: pd.DataFrame,
    factors: list[str],
    planter: Planter | None,
    options: dict,
    fraction: float,
    seed: int,
    kind: str,
) -> tuple[dict[str, list[Experiment]], dict[tuple[str, str], str], str]:
    """Return the experiments of each control that `options`, the resolved section, ask for, why levels cannot be left out, and
    why no folds are drawn at random.

    `samples` is the sample sheet in the order of `rows`, `factors` the columns of batches and sites; `fraction` is the share of
    training rows that stops a network. Without a `planter` no signal is planted.
    """
    without, reasons = left_out(rows, samples, factors, fraction)
    divided, why = (
        random_folds(rows, fraction, seed, SEEDS[kind])
        if options["random_folds"]
        else ([], "it is switched off or took too long")
    )
    experiments = {
        "label_shuffles": label_shuffles(rows, options["label_shuffles"], fraction, seed),
        "learning_curve": learning_curve(rows, fraction, seed) if options["learning_curve"] else [],
        "left_out": without,
        "planted_signal": planted_signal(rows, planter, fraction) if planter else [],
        "random_folds": divided,
    }
    return experiments, reasons, why


def label_shuffles(rows: Rows, times: int, fraction: float, seed: int) -> list[Experiment]:
    """Every fold, `times` over, each time with other shuffled labels (Ojala and Garriga 2010).

    Other labels move with the own one, so that none is left that the features could tell, and what labels have to do with one
    another stays as it is.

    `fraction` is the share of training rows that stops a network. A shuffle that leaves a fold without a class is drawn
    again; where that does not help there are fewer.
    """
    random = np.random.default_rng(seed)
    experiments, number = [], 0
    for _ in range(times * REDRAWN):
        if number == times:
            break
        own = rows.labels_of(shuffled(rows.truth, rows.groups, random))
        if all(_unusable(own, train, None, fraction) is None for _, train, _ in own.folds):
            number += 1
            experiments += [
                Experiment(number, fold, train, tune, own.truth, others=own.others) for fold, train, tune in own.folds
            ]
    return experiments


def planted_signal(rows: Rows, planter: Planter, fraction: float) -> list[Experiment]:
    """Every fold with labels that go with a direction in the features: once strongly, once moderately.

    Where labels are constant within groups and no such effect is possible, the largest possible one takes its place; there
    are none where even the smallest is not. Labels that leave a fold without a class are drawn again.
    """
    wanted = {min(effect, max(planter.effects, default=NONE[rows.task])) for effect in PLANTED[rows.task]}
    experiments = []
    for effect in sorted(wanted - {NONE[rows.task]}):
        for drawn in range(REDRAWN):
            ((labels,),), scores = planter.plant(FIRST_PLANTED + drawn, [effect])
            own = rows.relabelled(labels)
            if all(_unusable(own, train, None, fraction) is None for _, train, _ in own.folds):
                experiments += [
                    Experiment(effect, fold, train, tune, labels, planter.attained(labels, scores, tune))
                    for fold, train, tune in own.folds
                ]
                break
    return experiments


def learning_curve(rows: Rows, fraction: float, seed: int, shares: tuple[float, ...] = SHARES) -> list[Experiment]:
    """Every fold with a growing share of its training groups, in several parts without a common group where the share is small.

    `shares` are in ascending order. The level is the share and the number of the part. A part that leaves a class too few rows in
    any fold is left out, and those of its size that come after it.
    """
    folds, found, short = list(rows.folds), [], set()
    steps = [(share, part + 1) for share in shares for part in range(min(MOST_PARTS, int(1 / share)))]
    by_part = zip(*(_parts(rows, train, steps, seed + fold) for fold, train, _ in folds), strict=True)
    for (share, number), parts in zip(steps, by_part, strict=True):
        if any(part is None or _unusable(rows, part, None, fraction) for part in parts):
            short.add(share)
        elif share not in short:
            found += [
                Experiment((share, number), fold, part, tune, rows.truth, others=rows.others)
                for (fold, _, tune), part in zip(folds, parts, strict=True)
            ]
    return found


def left_out(
    rows: Rows, samples: pd.DataFrame, columns: list[str], fraction: float
) -> tuple[list[Experiment], dict[tuple[str, str], str]]:
    """Leave each level of each batch or site column out once; also return why a column or level cannot be.

    Groups with a sample in the level are not trained on. A level is the pair of column and name, in the reasons too; the
    name is empty where no level of the column can be left out.
    """
    experiments, reasons = [], {}
    for column in columns:
        values = samples[column]
        if is_number(values):
            reasons[column, ""] = "it is a number with many values"
            continue
        names = values.map(str).where(values.notna())
        counts = names.value_counts()
        if len(counts) < 2:
            reasons[column, ""] = "it has one level only"
            continue
        for level in counts.index[:MOST_LEVELS]:
            score = np.flatnonzero(names == level)
            train = np.flatnonzero(~np.isin(rows.groups, rows.groups[score]))
            reason = _unusable(rows, train, score, fraction)
            if reason:
                reasons[column, level] = reason
            else:
                assert_disjoint(train_groups=rows.groups[train], left_out_groups=rows.groups[score])
                experiments.append(Experiment((column, level), 0, train, score, rows.truth, others=rows.others))
    return experiments, reasons


def random_folds(rows: Rows, fraction: float, seed: int, times: int = 1) -> tuple[list[Experiment], str]:
    """The study's folds, which hold groups apart, and as many drawn at random, where samples of one group are on both sides.

    Both are trained anew, so that neither has the optimism of the search, `times` over, which differ by the seeds of a network. The
    level is "apart" or "random", and which of these times. Also returns why there are none; empty where there are some. In a study
    without groups every division is a random one.
    """
    if len(np.unique(rows.groups)) == len(rows.groups):
        return [], "no group has two samples"
    own = list(rows.folds)
    drawn = (StratifiedKFold if rows.classes else KFold)(len(own), shuffle=True, random_state=seed)
    other = [(fold, *parts) for fold, parts in enumerate(drawn.split(rows.truth, rows.truth))]
    experiments = [
        Experiment((name, str(time)), fold, train, score, rows.truth, others=rows.others)
        for time in range(times)
        for name, members in (("apart", own), ("random", other))
        for fold, train, score in members
    ]
    reasons = [reason for each in experiments if (reason := _unusable(rows, each.train, None, fraction))]
    return ([], reasons[0]) if reasons else (experiments, "")


def shuffled(truth: np.ndarray, groups: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Shuffle labels as the groups allow: return the row whose label each row takes, (rows,).

    How labels hang together within groups stays as it is.

    Groups with one label exchange it, whatever their size; samples without a group are such groups. Groups with several
    labels exchange all of them with groups of their size, and those without a partner of their size with one another (the
    labels then repeated or cut to fit); within each group they are shuffled.
    """
    codes = pd.factorize(groups)[0]
    order = np.argsort(codes, kind="stable")
    members = np.split(order, np.searchsorted(codes[order], np.arange(1, codes.max() + 1)))
    sizes = np.array([len(each) for each in members])
    constant = np.array([(truth[each] == truth[each[0]]).all() for each in members])
    mixed_sizes, counts = np.unique(sizes[~constant], return_counts=True)
    alone = ~constant & np.isin(sizes, mixed_sizes[counts == 1])
    kinds = [constant, alone, *(~constant & (sizes == size) for size in mixed_sizes[counts > 1])]
    source = np.arange(len(truth))
    for same in map(np.flatnonzero, kinds):
        for own, other in zip(same, random.permutation(same), strict=True):
            source[members[own]] = np.resize(random.permutation(members[other]), len(members[own]))
    return source


def _parts(rows: Rows, train: np.ndarray, steps: list[tuple[float, int]], seed: int) -> list[np.ndarray | None]:
    """The training rows of each share and part; None where too few groups are left."""
    found, left = [], train
    for share, number in steps:
        left = train if number == 1 else left
        part = _share_of(rows, left, share * len(train) / max(len(left), 1), seed)
        left = np.setdiff1d(left, part if part is not None else left)
        found.append(part)
    return found


def _share_of(rows: Rows, train: np.ndarray, share: float, seed: int) -> np.ndarray | None:
    if not len(train):
        return None
    if abs(share - 1) <= TOLERANCE:
        return train
    try:
        return train[hold_out(rows.strata[train], rows.groups[train], share, seed)]
    except StudyError:
        return None  # one group only


def _unusable(rows: Rows, train: np.ndarray, score: np.ndarray | None, fraction: float) -> str | None:
    """Why these rows cannot be trained on and scored; None where they can."""
    if score is not None and len(score) < LEAST_ROWS:
        return f"it has fewer than {LEAST_ROWS} samples"
    if score is not None and rows.classes and len(np.unique(rows.truth[score])) < 2:
        return "it holds one class only"
    if rows.classes and np.bincount(rows.truth[train], minlength=len(rows.classes)).min() < LEAST_OF_A_CLASS:
        return "too few samples of a class are left to train on"
    if len(train) < 2 * LEAST_ROWS:
        return "too few samples are left to train on"
    try:
        fit_and_stop(rows, train, fraction, 0)
    except StudyError:
        return "too few groups are left to train on"
    return None
