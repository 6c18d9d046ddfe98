"""The development part of one repeat: the rows that models may learn from and be tuned on."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from tentips.artifacts import read_parquet
from tentips.data.modality import Modality, modality
from tentips.data.other_labels import OtherLabels, joined
from tentips.data.preparation import with_batch
from tentips.data.row_options import RowOptions
from tentips.data.split import COPY, assert_disjoint, stopping_rows, strata_of
from tentips.data.tidy import SAMPLE, classes_of, combined_batches, combined_groups
from tentips.errors import StudyError


@dataclass(frozen=True)
class Rows:
    """Samples as models see them, all arrays in one order.

    `truth` is class numbers in the order of `classes`, or values; `strata` what folds are balanced by; `groups` are
    numbers; `fold` is 0 to folds - 1 in the development part and -1 in the test part; `batch` is there where it is to be
    corrected for. `features` are what was measured, of whatever `modality`; `table` is how it looks as features. `others` are
    labels that a network may learn beside `truth`; no model reads them.
    """

    ids: np.ndarray
    features: pd.DataFrame
    truth: np.ndarray
    strata: np.ndarray
    groups: np.ndarray
    fold: np.ndarray
    classes: list[str]
    task: str
    batch: np.ndarray | None = None
    modality: Modality = field(default_factory=lambda: modality("tabular"))
    others: OtherLabels | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """The features, one named column each, by which simpler models and the exploration see the samples."""
        return self.modality.table(self.features)

    @property
    def inputs(self) -> pd.DataFrame:
        """What a preparation takes: the features, and beside them the batch where it is to be corrected for."""
        return self.features if self.batch is None else with_batch(self.features, self.batch)

    def preparation(self, options: dict, axes: int | None = 1):
        """Return the unfitted preparation of `inputs`; `options` is the resolved `preprocess` section.

        With `axes` 1 it gives (rows, prepared features); else what a network reads that knows order or place.
        """
        return self.modality.preparation(self.inputs, options, self.task, axes)

    @property
    def labels(self) -> np.ndarray:
        """The label of each row as it was given: the name of its class, or its value."""
        return np.array(self.classes, dtype=object)[self.truth] if self.classes else self.truth

    @property
    def folds(self) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Yield (fold, training rows, tuning rows), checking that they share no sample and no group."""
        for number in range(self.fold.max() + 1):
            train, tune = np.flatnonzero(self.fold != number), np.flatnonzero(self.fold == number)
            assert_disjoint(training=self.ids[train], tuning=self.ids[tune])
            assert_disjoint(training_groups=self.groups[train], tuning_groups=self.groups[tune])
            yield number, train, tune

    @property
    def outputs(self) -> int:
        """How many numbers a model predicts per sample."""
        return len(self.classes) if self.task == "classification" else 1

    def part(self, kept: np.ndarray) -> "Rows":
        """Return the rows with these numbers; folds stay as they are."""
        own = {name: getattr(self, name)[kept] for name in ("ids", "truth", "strata", "groups", "fold")}
        batch = None if self.batch is None else self.batch[kept]
        others = None if self.others is None else self.others.part(kept)
        return dataclasses.replace(self, features=self.features.iloc[kept], batch=batch, others=others, **own)

    def with_features(self, features: pd.DataFrame) -> "Rows":
        """Return the same rows with a table of other features, as `numbers_and_text` leaves them."""
        return dataclasses.replace(self, features=features, modality=modality("tabular"))

    def relabelled(self, truth: np.ndarray, others: OtherLabels | None = None) -> "Rows":
        """Return the same rows with labels `truth`; folds stay.

        `others` take the place of the rows' other labels: without them there are none, so that nothing true is left beside labels
        that were shuffled or made up.
        """
        strata = truth if self.classes else strata_of(pd.Series(truth), self.task)
        return dataclasses.replace(self, truth=truth, strata=strata, others=others)

    def labels_of(self, source: np.ndarray) -> "Rows":
        """Return the same rows with the labels, own and other, of the rows `source`, (rows,): each row's together."""
        return self.relabelled(self.truth[source], None if self.others is None else self.others.part(source))

    def class_weights(self, rows: np.ndarray, option: str | None) -> np.ndarray | None:
        """Return a weight for each sample, by its class, with which classes weigh alike among `rows`; None without the option."""
        if option is None or self.task != "classification":
            return None
        counts = np.bincount(self.truth[rows], minlength=len(self.classes))
        return (len(rows) / (len(self.classes) * np.maximum(counts, 1)))[self.truth]


def joined_rows(first: Rows, second: Rows, names: tuple[np.ndarray, np.ndarray]) -> Rows:
    """Return both rows, those of `second` after those of `first`; groups of one name (`names` of each) are one group."""
    truth = np.concatenate([first.truth, second.truth])
    return dataclasses.replace(
        first,
        ids=np.concatenate([first.ids, second.ids]),
        features=pd.concat([first.features, second.features], ignore_index=True),
        truth=truth,
        strata=truth if first.classes else strata_of(pd.Series(truth), first.task),
        groups=pd.factorize(np.concatenate(names))[0],
        fold=np.concatenate([first.fold, second.fold]),
        batch=None if first.batch is None else np.concatenate([first.batch, second.batch]),
        others=joined(first.others, second.others, len(second.ids)),
    )


def read_rows(
    features: str,
    samples: str,
    split: str,
    repeat: int,
    role: str,
    options: RowOptions,
    classes: list[str] | None = None,
) -> Rows:
    """Read the rows of one part ("train", "test" or "copy") of one repeat and check that they are what the split says.

    `classes` gives the order of the classes that a model knows; not given, they are those of the rows. Raises StudyError
    where features, samples and split disagree on which samples these are.
    """
    measured, sheet, table = (read_parquet(path) for path in (features, samples, split))
    table = table[(table["repeat"] == repeat) & (table["role"] == role)]
    same = len(measured) == len(sheet) == len(table)
    if (
        not same
        or (measured[SAMPLE].to_numpy() != sheet[SAMPLE].to_numpy()).any()
        or set(sheet[SAMPLE]) != set(table[SAMPLE])
    ):
        raise StudyError(
            f"{features}, {samples} and {split} name different samples; delete results/split and run again."
        )
    task = options.task
    if classes is None:
        classes = classes_of(sheet["label"], options.positive) if task == "classification" else []
    number = {name: position for position, name in enumerate(classes)}
    kind = modality(options.modality, measured.attrs)
    truth = sheet["label"].map(number).to_numpy() if classes else sheet["label"].to_numpy(dtype=float)
    return Rows(
        ids=sheet[SAMPLE].to_numpy(),
        features=kind.inputs(measured.drop(columns=SAMPLE)),
        truth=truth,
        strata=truth if classes else strata_of(sheet["label"], task),
        groups=sampled_units(sheet, None if role == "train" else options.site),
        fold=table.set_index(SAMPLE).loc[sheet[SAMPLE], "fold"].to_numpy(),
        classes=classes,
        task=task,
        batch=combined_batches(sheet, list(options.batch)) if options.batch else None,
        modality=kind,
        others=OtherLabels(sheet[list(options.other_labels)]) if options.other_labels else None,
    )


def sampled_units(sheet: pd.DataFrame, site: str | None) -> np.ndarray:
    """Number what was sampled: groups, or whole sites (joined where a group spans two)."""
    if site is None:
        return pd.factorize(sheet["group"])[0]
    return combined_groups(pd.DataFrame({"site": pd.factorize(sheet[site])[0], "group": sheet["group"]}))


def development_rows(paths, options: RowOptions) -> Rows:
    """Read the development rows of the first repeat; `paths` has features, samples and split, as a rule's input has."""
    return read_rows(paths.features, paths.samples, paths.split, 1, "train", options)


def held_out_rows(paths, options: RowOptions, classes: list[str]) -> Rows:
    """Read the test rows of the first repeat; `paths` has test_features, test_samples and split, as a rule's input has."""
    return read_rows(paths.test_features, paths.test_samples, paths.split, 1, "test", options, classes)


def rows_of_repeats(
    paths, role: str, options: RowOptions, classes: list[str] | None = None
) -> Iterator[tuple[int, Rows, tuple[str, str, str]]]:
    """Yield (repeat, rows, files that they come from) of one part ("train" or "test") of every repeat, from 1.

    `paths` has lists of features and samples, one file per repeat, and the split.
    """
    for repeat, (features, samples) in enumerate(zip(paths.features, paths.samples, strict=True), start=1):
        files = features, samples, paths.split
        yield repeat, read_rows(*files, repeat, role, options, classes), files


def copied_rows(paths, options: RowOptions, classes: list[str]) -> Iterator[tuple[int, Rows, np.ndarray]]:
    """Yield (repeat, rows, units) of the samples that were left out of the test part as copies; repeats without any are passed over.

    `paths` has lists of features and samples of the test part, of copy_features and copy_samples, and the split. `units` numbers what
    was sampled in the test part and after it in the copies, so that both can be drawn together; shape (test rows + copies,).
    """
    parts = zip(paths.samples, paths.copy_features, paths.copy_samples, strict=True)
    for repeat, (tested, features, samples) in enumerate(parts, start=1):
        sheets = read_parquet(tested), read_parquet(samples)
        if len(sheets[1]):
            units = sampled_units(pd.concat(sheets, ignore_index=True), options.site)
            yield repeat, read_rows(features, samples, paths.split, repeat, COPY, options, classes), units


def fit_and_stop(rows: Rows, among: np.ndarray, fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Divide the rows `among` into those that a network learns from and those that only stop it, by whole groups.

    Raises StudyError where too few groups are left for every class to be learned.
    """
    stops = stopping_rows(rows.strata[among], rows.groups[among], fraction, seed)
    fit, stop = among[~stops], among[stops]
    if rows.classes and len(np.unique(rows.truth[fit])) < len(np.unique(rows.truth[among])):
        raise StudyError(
            "too few groups: whichever are set aside to stop a network's training, a class is left without any to learn from. Lower split.folds or tuning.stopping_fraction, or declare finer groups."
        )
    return fit, stop
