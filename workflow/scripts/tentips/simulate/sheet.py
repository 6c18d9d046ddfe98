"""The sample sheet: patients, labels, batches, sites, days and the covariate of each row."""

import numpy as np
import pandas as pd

from tentips.simulate.study_design import Design

DECIMALS = 6  # of labels and features, so that what is written is what is read


def patients(design: Design) -> np.ndarray | None:
    """Return the patient of each row, in random order and sizes that differ by one at most."""
    if not design.patients:
        return None
    return design.stream("patient").permutation(np.arange(design.samples) % design.patients)


def labels(design: Design, unit: np.ndarray) -> np.ndarray:
    """Return the true label of each row: class numbers from 0 in exact shares of units, or standard normal numbers."""
    random, n = design.stream("label"), unit.max() + 1
    if design.task == "regression":
        return random.normal(size=n)[unit]
    others = n - max(1, round(design.rarest * n))
    borders = np.round(np.linspace(0, others, design.classes)).astype(int)
    of_unit = np.empty(n, dtype=int)
    of_unit[random.permutation(n)] = np.repeat(np.arange(design.classes), np.diff([*borders, n]))
    return of_unit[unit]


def with_noise(design: Design, true: np.ndarray, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the recorded labels and which rows are wrong: another class, or the numbers of the chosen units changed round."""
    random, n = design.stream("label noise"), unit.max() + 1
    chosen = random.permutation(n)[: round(design.label_noise * n)]
    first = np.unique(unit, return_index=True)[1]
    of_unit = true[first]
    if design.task == "regression":
        of_unit[chosen] = np.roll(of_unit[chosen], 1)
    else:
        step = random.integers(1, design.classes, size=n)
        of_unit[chosen] = (of_unit[chosen] + step[chosen]) % design.classes
    return of_unit[unit], np.isin(unit, chosen)


def second(design: Design, scores: np.ndarray) -> np.ndarray | None:
    """Return the second label of each row: what its features have of the label's direction, `scores`, and noise; variance 1."""
    if design.second_label is None:
        return None
    spread = scores.std() or 1.0
    noise = design.stream("second label").normal(size=len(scores))
    return np.sqrt(design.second_label) * (scores - scores.mean()) / spread + np.sqrt(1 - design.second_label) * noise


def score(design: Design, true: np.ndarray) -> np.ndarray:
    """Return the label as one number: of two classes -1/2 and 1/2, of several in steps of 1 around 0, or the number itself."""
    return true - (design.classes - 1) / 2 if design.task == "classification" else true


def places(design: Design, ingredient: str, true: np.ndarray, unit: np.ndarray) -> np.ndarray | None:
    """Return the batch or site of each row: with probability `association` one that belongs to the label, else any.

    Level b belongs to class b modulo the number of classes; a numeric label is cut into as many quantiles as levels.
    """
    levels = {"batch": design.batches, "site": design.sites}[ingredient]
    association = {"batch": design.batch_label_association, "site": design.site_label_association}[ingredient]
    if not levels:
        return None
    random, n = design.stream(ingredient), unit.max() + 1
    of_unit = true[np.unique(unit, return_index=True)[1]]
    if design.task == "regression":
        of_unit = of_unit.argsort().argsort() * levels // n
    decided, anywhere, pick = random.random(n) < association, random.integers(levels, size=n), random.random(n)
    count = levels if design.task == "regression" else min(levels, design.classes)
    home = of_unit % count
    own = home + count * np.floor(pick * -((home - levels) // count)).astype(int)
    return np.where(decided, own, anywhere)[unit]


def covariate(design: Design, true: np.ndarray, unit: np.ndarray) -> np.ndarray | None:
    """Return the covariate of each row, in standard deviations within a class; one for each unit."""
    if design.covariate_strength is None:
        return None
    noise = design.stream("covariate").normal(size=unit.max() + 1)
    return design.covariate_strength * score(design, true) + noise[unit]


def originals(design: Design) -> np.ndarray:
    """Return the rows that are copied; once each, until there are more copies than rows."""
    copies = round(design.duplicates * design.samples)
    return np.resize(design.stream("duplicates").permutation(design.samples), copies)


def ids(design: Design, patient: np.ndarray | None, copies: int) -> np.ndarray:
    """Return the ids of rows and copies."""
    n = design.samples + copies
    if not design.replicate_ids:
        width = max(4, len(str(n)))
        return np.array([f"S{number:0{width}d}" for number in range(1, n + 1)], dtype=object)
    everyone = np.concatenate([patient, design.patients + np.arange(copies)])
    replicate = pd.Series(everyone).groupby(everyone).cumcount()
    width = max(4, len(str(everyone.max() + 1)))
    return np.array([f"S{p + 1:0{width}d}_{r + 1}" for p, r in zip(everyone, replicate, strict=True)], dtype=object)


def sheet(design: Design, recorded: np.ndarray, place: dict, order: np.ndarray) -> pd.DataFrame:
    """Return the sample sheet without ids: the columns that are asked for, in the order of rows and copies."""
    if design.task == "regression":
        table = pd.DataFrame({"label": recorded[order].round(DECIMALS)})
    else:
        table = pd.DataFrame({"label": np.array(_class_names(design), dtype=object)[recorded[order]]})
    if place["patient"] is not None and not design.hide_groups:
        new = design.patients + np.arange(len(order) - design.samples)
        width = max(3, len(str(design.patients + len(new))))
        table["patient"] = [f"P{p + 1:0{width}d}" for p in (*place["patient"], *new)]
    for name in ("batch", "site"):
        if place[name] is not None:
            table[name] = [f"{name}_{number + 1}" for number in place[name][order]]
    if place["day"] is not None:
        table["day"] = place["day"][order] + 1
    if place["second"] is not None:
        table["second"] = place["second"][order].round(DECIMALS)
    if place["age"] is not None:
        table["age"] = (50 + 10 * place["age"][order]).round(2)
    return table


def _class_names(design: Design) -> list[str]:
    return ["control", "case"] if design.classes == 2 else [f"type_{number + 1}" for number in range(design.classes)]
