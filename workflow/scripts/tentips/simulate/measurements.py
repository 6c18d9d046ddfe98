"""The features of each row, given its label, patient, batch, site, day and covariate."""

from math import sqrt

import numpy as np
import pandas as pd

from tentips.errors import StudyError
from tentips.simulate.sheet import DECIMALS, score
from tentips.simulate.study_design import Design

LOG_MEDIAN = 5.0  # counts are exp(5 + x), rounded: medians near 150


def _correlated(design: Design, ingredient: str, n: int) -> np.ndarray:
    """Draws of variance 1 with correlated blocks, shape (n, features)."""
    random, rho = design.stream(ingredient), design.correlation
    block = np.arange(design.features) // design.block_size
    factor, noise = random.normal(size=(n, block.max() + 1)), random.normal(size=(n, design.features))
    return sqrt(rho) * factor[:, block] + sqrt(1 - rho) * noise


def whitened(design: Design, means: np.ndarray) -> np.ndarray:
    """Multiply `means`, shape (..., features), by the inverse of the features' covariance, block by block."""
    rho, block = design.correlation, np.arange(design.features) // design.block_size
    size = np.bincount(block)
    sums = np.add.reduceat(means, np.flatnonzero(np.diff(block, prepend=-1)), axis=-1)
    return (means - (rho / (1 - rho + rho * size) * sums)[..., block]) / (1 - rho)


def directions(design: Design) -> tuple[np.ndarray, np.ndarray]:
    """Return the movement of the feature means along each axis of the label, shape (axes, features), and who is informative.

    Along one axis each informative feature moves as far as the others, up or down; of several classes each has
    markers. Symmetric orthogonalisation makes the axes orthogonal in the features' own metric, all of length `effect`.
    """
    random, axes = design.stream("informative"), design.axes
    informative = np.sort(random.permutation(design.features)[: design.informative])
    pattern = np.zeros((axes, design.features))
    pattern[np.arange(design.informative) % axes, informative] = random.choice([-1.0, 1.0], size=design.informative)
    values, vectors = np.linalg.eigh(pattern @ whitened(design, pattern).T)
    return design.effect * (vectors / np.sqrt(values)) @ vectors.T @ pattern, informative


def measure(design: Design, true: np.ndarray, recorded: np.ndarray, place: dict, axes: np.ndarray) -> pd.DataFrame:
    """Return all features of the rows; `place` maps patient, batch, site, day and age to one value per row, or None."""
    table = _with_missing(design, true, _ordinary(design, true, place, axes))
    table |= _interaction(design, true) | _of_covariate(design, place["age"]) | _of_sites(design, true, place["site"])
    return pd.DataFrame(table | _leak(design, recorded))


def _ordinary(design: Design, true: np.ndarray, place: dict, axes: np.ndarray) -> dict[str, np.ndarray]:
    values = sqrt(1 - design.icc) * _correlated(design, "features", design.samples)
    if design.icc:
        values += sqrt(design.icc) * _correlated(design, "patient effect", design.patients)[place["patient"]]
    codes = np.eye(design.classes)[true] / sqrt(2) if design.axes > 1 else score(design, true)[:, None]
    elapsed = place["day"] / (design.days - 1) if design.days > 1 else np.zeros(design.samples)
    values += (1 - 2 * design.rule_drift * elapsed)[:, None] * (codes @ axes)
    for name, shift, levels in (
        ("batch", design.batch_shift, design.batches),
        ("site", design.site_shift, design.sites),
    ):
        if shift:
            random, moved = _moved(design, f"{name} effect")
            values[:, moved] += shift * random.normal(size=(levels, len(moved)))[place[name]]
    if design.drift:
        random, moved = _moved(design, "drift")
        values[:, moved] += design.drift * elapsed[:, None] * random.choice([-1.0, 1.0], size=len(moved))
    return dict(zip(names(design), values.T, strict=True))


def names(design: Design) -> np.ndarray:
    """Return the names of the ordinary features."""
    width = max(3, len(str(design.features)))
    return np.array([f"f{number:0{width}d}" for number in range(1, design.features + 1)], dtype=object)


def _moved(design: Design, ingredient: str) -> tuple[np.random.Generator, np.ndarray]:
    random = design.stream(ingredient)
    return random, random.permutation(design.features)[: round(design.shift_share * design.features)]


def _with_missing(design: Design, true: np.ndarray, table: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Take values out of each row at a rate that depends on its label, without changing the expected share."""
    number = score(design, true)
    side = np.sign(number) if design.task == "regression" else number / number.max()
    rate = design.missing * (1 + design.missing_with_label * (side - side.mean()))
    if rate.max() > 1:
        raise StudyError("simulated study: missing and missing_with_label ask for more missing values than there are.")
    random = design.stream("missing")
    return {name: np.where(random.random(len(rate)) < rate, np.nan, values) for name, values in table.items()}


def _interaction(design: Design, true: np.ndarray) -> dict[str, np.ndarray]:
    """Two features of mean 0 in every class; the product of their centres' signs tells the class (odd from even)."""
    if not design.interaction:
        return {}
    random, n = design.stream("interaction"), len(true)
    side = np.where(true > 0 if design.task == "regression" else true % 2 == 1, 1, -1)
    first, noise = random.choice([-1, 1], size=n), random.normal(size=(2, n))
    values = (design.interaction * np.array([first, first * side]) + noise) / sqrt(1 + design.interaction**2)
    return {"p1": values[0], "p2": values[1]}


def _of_covariate(design: Design, covariate: np.ndarray | None) -> dict[str, np.ndarray]:
    if not design.covariate_features:
        return {}
    random, r = design.stream("covariate features"), design.covariate_correlation
    standard = (covariate - covariate.mean()) / covariate.std()
    noise = random.normal(size=(design.covariate_features, len(covariate)))
    return {f"c{number}": r * standard + sqrt(1 - r**2) * row for number, row in enumerate(noise, start=1)}


def _of_sites(design: Design, true: np.ndarray, site: np.ndarray | None) -> dict[str, np.ndarray]:
    if not design.site_signal:
        return {}
    noise = design.stream("site signal").normal(size=(design.sites, len(true)))
    shift = design.site_signal * score(design, true)
    return {f"s{number + 1}": row + shift * (site == number) for number, row in enumerate(noise)}


def _leak(design: Design, recorded: np.ndarray) -> dict[str, np.ndarray]:
    if design.leak is None:
        return {}
    return {"q1": recorded + design.leak * design.stream("leak").normal(size=len(recorded))}


def with_copies(design: Design, features: pd.DataFrame, original: np.ndarray) -> pd.DataFrame:
    """Return the features of all rows and then of the copies of rows `original`, on the scale that is asked for."""
    copies = features.iloc[original]
    if design.duplicate_noise:
        streams = [design.stream(f"duplicate noise {name}") for name in features]
        noise = np.column_stack([random.normal(size=len(original)) for random in streams])
        copies = copies + design.duplicate_noise * noise
    features = pd.concat([features, copies], ignore_index=True)
    return np.rint(np.exp(LOG_MEDIAN + features)) if design.scale == "counts" else features.round(DECIMALS)
