"""Hold samples out and divide the rest into folds, never dividing a group."""

import warnings

import numpy as np
import pandas as pd

from tentips.data import times
from tentips.errors import StudyError, listed

BINS = 4  # a numeric label is stratified by its quartiles
DRAWS = 200  # random test parts from which the one nearest to the wanted size and classes is taken
LEAST_OF_A_CLASS = 3  # training samples of each class in every fold: what calibrating a support vector machine needs
TRAIN_WORDS = ("train", "training", "development", "dev")
COPY = "copy"  # the role of a sample that is left out of the test part
MOST_COPIES = 0.25  # share of the test part, beyond which its copies are no accident
TEST_WORDS = ("test", "testing", "holdout", "held_out")


def split_table(
    samples: pd.DataFrame,
    options: dict,
    strategy: str,
    task: str,
    column: str | None = None,
    parts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row per sample and repeat: `sample`, `repeat`, `role` (train or test; the rule split may leave copies out), `fold` (-1 for test).

    `samples` is tidy (`study_data.StudyData.samples`), `options` the section split of a resolved
    configuration, `column` where sites, times or a given split are (`config.split_column`). Groups are whole; a given split
    that divides one is refused. Every repeat holds other samples out. `parts` (`test_parts` among more samples) says what is held out where
    that was drawn before. Raises StudyError where there are too few groups, classes or sites.
    """
    strata = strata_of(samples["label"], task)
    groups = pd.factorize(samples["group"])[0]
    tables = []
    drawn = test_parts(samples, strata, options, strategy, column) if parts is None else parts
    for repeat, held in drawn.groupby("repeat"):
        seed = options["seed"] + 1000 * (repeat - 1)
        test = samples["sample"].isin(held["sample"][held["role"] == "test"]).to_numpy()
        if test.all() or not test.any():
            raise StudyError(
                f"{'all' if test.all() else 'none'} of the samples that have this label are in the test part, which is drawn for all of "
                "split.across_labels; too few samples have it. Take the label out, or set another split.seed."
            )
        development = np.flatnonzero(~test)
        units = _fold_units(samples, groups, strategy, column)[development]
        fold = np.full(len(samples), -1)
        if strategy == "time":
            fold[development] = _time_blocks(_time_order(samples, column)[development], units, options["folds"])
        else:
            fold[development] = folds(strata[development], units, options["folds"], seed)
        _check_folds(samples["label"], fold, options["folds"], task)
        role = np.where(test, "test", "train")
        tables.append(pd.DataFrame({"sample": samples["sample"], "repeat": repeat, "role": role, "fold": fold}))
    return pd.concat(tables, ignore_index=True)


def test_parts(
    samples: pd.DataFrame, strata: np.ndarray, options: dict, strategy: str, column: str | None = None
) -> pd.DataFrame:
    """Return one row per sample and repeat: `sample`, `repeat` and `role` (train or test).

    `strata` are those of the samples (`hold_out`), the rest is as in `split_table`.
    """
    groups = pd.factorize(samples["group"])[0]
    tables, tested = [], []
    for repeat in range(1, options["repeats"] + 1):
        seed = options["seed"] + 1000 * (repeat - 1)
        test = _test_rows(samples, strata, groups, strategy, column, options["test_fraction"], seed, tested)
        tested.append(test)
        role = np.where(test, "test", "train")
        tables.append(pd.DataFrame({"sample": samples["sample"], "repeat": repeat, "role": role}))
    return pd.concat(tables, ignore_index=True)


def strata_of(labels: pd.Series, task: str) -> np.ndarray:
    """Return the class of each sample as a number from 0, or for regression its quartile. Shape (samples,)."""
    if task == "classification":
        return pd.factorize(labels, sort=True)[0]
    return pd.qcut(labels.rank(method="first"), min(BINS, len(labels)), labels=False).to_numpy()


def hold_out(strata: np.ndarray, groups: np.ndarray, fraction: float, seed: int, tested=()) -> np.ndarray:
    """Choose whole groups that make up about `fraction` of the rows with each stratum in proportion.

    Of `DRAWS` random orders of the groups, each cut where the size is nearest, the one whose strata are nearest to
    proportion is taken, before all one that leaves some of each stratum. Masks that earlier repeats have `tested` are not
    taken again. `strata` is one number from 0 for each row, or several, shape (rows, labels), -1 where there is none. Returns a mask, shape (rows,).
    """
    random = np.random.default_rng(seed)
    codes = pd.factorize(groups)[0]
    sizes, counts = np.bincount(codes), _counts(codes, strata.reshape(len(codes), -1))
    if len(sizes) < 2:
        raise StudyError(
            "all samples belong to one group (or site); nothing can be held out. Declare a finer data.group, or none."
        )
    wanted = fraction * counts.sum(axis=0)
    best, chosen = np.inf, None
    for _ in range(DRAWS):
        order = random.permutation(len(sizes))
        cut = int(np.abs(sizes[order].cumsum()[:-1] - fraction * len(codes)).argmin())
        reached = counts[order[: cut + 1]].sum(axis=0)
        distance = np.abs(reached - wanted).sum()
        if (reached >= counts.sum(axis=0)).any():
            distance += len(strata)  # takes the whole of a stratum: only where there is no other way
        if distance < best - 1e-9:
            mask = np.isin(codes, order[: cut + 1])
            if not any((mask == earlier).all() for earlier in tested):
                best, chosen = distance, mask
    if chosen is None:
        raise StudyError(
            f"split.repeats asks for more than {len(tested)} repeats, but {len(sizes)} groups (or sites) allow only {len(tested)} different test parts of that size; lower split.repeats."
        )
    return chosen


def _counts(codes: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """How many rows of each group are in each stratum of each label, (groups, strata of all labels); rows without a label count for none."""
    found = []
    for own in strata.T:
        counts, known = np.zeros((codes.max() + 1, own.max() + 1)), own >= 0
        np.add.at(counts, (codes[known], own[known]), 1)
        found.append(counts)
    return np.hstack(found)


def folds(strata: np.ndarray, groups: np.ndarray, n_folds: int, seed: int) -> np.ndarray:
    """Return the fold (0 to n_folds - 1) of each row: groups whole, strata in proportion as far as groups allow."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    n_groups = len(np.unique(groups))
    if n_groups < n_folds:
        raise StudyError(
            f"split.folds is {n_folds}, but the development part has only {n_groups} groups; lower split.folds to {n_groups} or less."
        )
    splitter = (StratifiedKFold if n_groups == len(groups) else StratifiedGroupKFold)(
        n_folds, shuffle=True, random_state=seed
    )
    fold = np.empty(len(strata), dtype=int)
    with warnings.catch_warnings():
        # A class with fewer members than folds is judged afterwards, in words of our own.
        warnings.simplefilter("ignore", UserWarning)
        for number, (_, rows) in enumerate(splitter.split(strata, strata, groups)):
            fold[rows] = number
    return fold


def stopping_rows(strata: np.ndarray, groups: np.ndarray, fraction: float, seed: int) -> np.ndarray:
    """Choose the rows of a training part that only decide when training stops. Whole groups; a mask, shape (rows,)."""
    return hold_out(strata, groups, fraction, seed)


def without_copies(
    labels: pd.Series, test: np.ndarray, ids: np.ndarray, summary: dict, pairs: pd.DataFrame, task: str
) -> np.ndarray:
    """Return which test samples are left out because they are copies of development samples; a mask, shape (samples,).

    `summary` and `pairs` are those of `quality.duplicates.shared_samples`. Relatives of sequences stay: to leave them out would
    be another question, which a split by homology asks. Nothing is left out where copies are more than `MOST_COPIES` of the test
    part or all of what it has of a class: then the split itself is at fault.
    """
    copies = test & np.isin(ids, pairs["test_sample"].to_numpy())
    kept = test & ~copies
    if summary["relatives"] or copies.sum() > MOST_COPIES * test.sum():
        return np.zeros_like(test)
    if task == "classification" and labels[kept].nunique() < labels[test].nunique():
        return np.zeros_like(test)
    return copies


def assert_disjoint(**ids) -> None:
    """Raise StudyError where any two of the named collections of ids share one. Called wherever rows are received."""
    names = list(ids)
    sets = {name: set(np.asarray(values).tolist()) for name, values in ids.items()}
    for position, first in enumerate(names):
        for second in names[position + 1 :]:
            shared = sets[first] & sets[second]
            if shared:
                raise StudyError(
                    f"{len(shared)} ids are in {first} and in {second} alike; the split is broken. Delete results/split and run again."
                )


def _test_rows(samples, strata, groups, strategy, column, fraction, seed, tested) -> np.ndarray:
    if strategy == "given":
        return _given(samples, groups, column)
    if strategy == "time":
        return _latest(_time_order(samples, column), groups, fraction)
    return hold_out(strata, _fold_units(samples, groups, strategy, column), fraction, seed, tested)


def _fold_units(samples, groups, strategy, column) -> np.ndarray:
    """What is never divided: groups; for `site`, sites (joined where a group spans two)."""
    if strategy != "site":
        return groups
    from tentips.data.tidy import combined_groups

    sites = pd.factorize(samples[column])[0]
    units = combined_groups(pd.DataFrame({"site": sites, "group": groups}))
    if len(np.unique(units)) < 3:
        raise StudyError(
            f"column '{column}' has {len(np.unique(units))} site(s) that share no group; split.strategy 'site' needs at least 3."
        )
    return units


def _given(samples: pd.DataFrame, groups: np.ndarray, column: str) -> np.ndarray:
    words = samples[column].astype(str).str.strip().str.lower()
    unknown = words[~words.isin(TRAIN_WORDS + TEST_WORDS)].unique()
    if len(unknown):
        raise StudyError(f"split.column '{column}' holds {listed(unknown)}; it must hold train or test in every row.")
    test = words.isin(TEST_WORDS).to_numpy()
    if test.all() or not test.any():
        raise StudyError(f"split.column '{column}' holds {'test' if test.all() else 'train'} only; both are needed.")
    cut = np.intersect1d(groups[test], groups[~test])
    if len(cut):
        named = samples["group"][np.isin(groups, cut)].unique()
        raise StudyError(
            f"split.column '{column}' puts samples of one group into training and test: {len(cut)} of "
            f"{len(np.unique(groups))} groups are cut ({listed(named)}), so that the test would not be "
            "independent. Move each to one side, let split.strategy be group, or, if samples of one group "
            "are independent after all, take data.group out."
        )
    return test


def _time_order(samples: pd.DataFrame, column: str) -> np.ndarray:
    moments = times.as_numbers(samples[column])
    if moments.isna().any():
        raise StudyError(
            f"column '{column}' is the time, but holds {listed(samples.loc[moments.isna(), column].unique(), 3)}; it must be {times.ACCEPTED}."
        )
    return moments.to_numpy(dtype=float)


def _latest(times: np.ndarray, groups: np.ndarray, fraction: float) -> np.ndarray:
    """The groups that begin last, as many as come nearest to `fraction` of the rows."""
    begin = pd.Series(times).groupby(groups).min().sort_values(kind="stable")
    if len(begin) < 2:
        raise StudyError("all samples belong to one group; none can be held out by time.")
    sizes = pd.Series(groups).value_counts().reindex(begin.index).to_numpy()
    held = sizes[::-1].cumsum()[:-1]
    cut = int(np.abs(held - fraction * len(times)).argmin()) + 1
    return np.isin(groups, begin.index[-cut:])


def _time_blocks(times: np.ndarray, groups: np.ndarray, n_folds: int) -> np.ndarray:
    """Consecutive blocks of about equal size (blocked cross-validation, Bergmeir and Benitez 2012)."""
    begin = pd.Series(times).groupby(groups).min().sort_values(kind="stable")
    if len(begin) < n_folds:
        raise StudyError(
            f"split.folds is {n_folds}, but the development part has only {len(begin)} groups; lower split.folds."
        )
    sizes = pd.Series(groups).value_counts().reindex(begin.index).to_numpy()
    middle = sizes.cumsum() - sizes / 2
    block = pd.Series((middle * n_folds / sizes.sum()).astype(int), index=begin.index)
    return block.loc[groups].to_numpy()


def _check_folds(labels: pd.Series, fold: np.ndarray, n_folds: int, task: str) -> None:
    for number in range(n_folds):
        where = f"fold {number + 1} of {n_folds}"
        if not (fold == number).any():
            raise StudyError(f"{where} is empty, because one group holds too many samples; lower split.folds.")
        if task == "classification":
            learned = labels[(fold != number) & (fold >= 0)].value_counts()
            rare = sorted(name for name in set(labels) if learned.get(name, 0) < LEAST_OF_A_CLASS)
            if rare:
                raise StudyError(
                    f"{where} leaves fewer than {LEAST_OF_A_CLASS} training samples of class "
                    f"{listed(rare)}, because too few groups of the development part hold it. Lower "
                    "split.folds, or join or drop the class."
                )
