"""Simulated studies whose truth is known: sound ones, and ones with a pitfall planted in them.

The label comes first; everything else is drawn given it. Each ingredient has a random stream of its own, keyed by the
seed and the ingredient's name, so that turning one on or off leaves the others' draws as they were: a study and its
clean twin differ in the pitfall alone.

Label. Each unit (a patient whose label is constant, else a row) gets a class, in exact shares, or a standard normal
number. Label noise changes what is recorded; features, batches, sites and covariates follow the true label.

Features f001, f002, ... have variance 1 and consecutive blocks of equal correlation rho: x = sqrt(rho) block factor +
sqrt(1 - rho) noise. With patients, x = sqrt(icc) patient's draw + sqrt(1 - icc) row's draw, both of covariance S. The
label moves the means of the informative features by m, scaled so that sqrt(m' S^-1 m), Cohen's d along the best
direction S^-1 m, is `signal` between any two classes. The best attainable ROC AUC of two classes is therefore
Phi(signal / sqrt(2)) (Fawcett 2006, doi:10.1016/j.patrec.2005.10.010, defines the AUC; the rest follows from two normal
scores of equal variance). For a numeric label, m is the shift per standard deviation and m' S^-1 m = r2 / (1 - r2),
which makes `r2` the best attainable R2. Batches, sites and days then move a share of these features.

Further features, each on the same scale and independent of the others given the label, carry one ingredient alone:
p1 and p2 the interaction (label = product of their signs), c1, c2, ... the covariate, s1, s2, ... the label at one
site each, q1 the leak.

As a command, `python workflow/scripts/tentips/simulate FOLDER --samples 300 --signal 1.5` writes a study that the
workflow can carry out.
"""

from dataclasses import dataclass
from math import erf, sqrt

import numpy as np
import pandas as pd

from tentips.simulate import measurements, sheet
from tentips.simulate.study_design import Design


@dataclass(frozen=True)
class Simulated:
    """A simulated study: `features` and `samples` (both with `sample` first, same order), `truth`, and the `design`.

    `truth` holds plain values: `auc` (of two classes), `interaction_accuracy` and `site_auc` (of what linear models can
    make of s1, s2, ... together), or `r2`, each for one row of an unseen patient, day 1, shifts removed;
    `auc_recorded`, `r2_recorded` (the same, against noisy labels); `informative` (names); `weights` (feature to weight
    in the best direction); `wrong_labels` (ids); `copies` (id to the id that it copies).
    """

    features: pd.DataFrame
    samples: pd.DataFrame
    truth: dict
    design: Design


def study(**arguments) -> Simulated:
    """Simulate the study that the arguments of `Design` describe. Raises StudyError where they contradict each other."""
    design = Design(**arguments)
    rows = np.arange(design.samples)
    patient = sheet.patients(design)
    person = rows if patient is None else patient
    unit = rows if design.label_varies else person
    true = sheet.labels(design, unit)
    recorded, wrong = sheet.with_noise(design, true, unit)
    place = {
        "patient": patient,
        "batch": sheet.places(design, "batch", true, rows),
        "site": sheet.places(design, "site", true, person),
        "day": design.stream("day").integers(design.days, size=design.samples) if design.days else None,
        "age": sheet.covariate(design, true, unit),
    }
    directions, informative = measurements.directions(design)
    features = measurements.measure(design, true, recorded, place, directions)

    weights = measurements.whitened(design, directions[0])
    place["second"] = sheet.second(design, features[measurements.names(design)].fillna(0).to_numpy() @ weights)

    original = sheet.originals(design)
    order = np.concatenate([rows, original])
    features = measurements.with_copies(design, features, original)
    samples = sheet.sheet(design, recorded, place, order)
    ids = sheet.ids(design, patient, len(original))
    features.insert(0, "sample", ids)
    samples.insert(0, "sample", ids)
    truth = _truth(design, true, recorded, directions, informative) | {
        "wrong_labels": ids[wrong[order]].tolist(),
        "copies": dict(zip(ids[design.samples :].tolist(), ids[original].tolist(), strict=True)),
    }
    return Simulated(features, samples, truth, design)


def _truth(design: Design, true, recorded, directions: np.ndarray, informative: np.ndarray) -> dict:
    truth = {"informative": measurements.names(design)[informative].tolist() if design.effect else []}
    if design.axes == 1:
        weights = measurements.whitened(design, directions[0])
        truth["weights"] = {measurements.names(design)[j]: float(weights[j]) for j in np.flatnonzero(weights)}
    if design.task == "regression":
        return truth | {"r2": design.r2, "r2_recorded": (1 - design.label_noise) ** 2 * design.r2}
    truth["auc"] = auc = _normal_cdf(design.signal / sqrt(2))
    if design.classes == 2:
        false_cases, false_controls = (true[recorded == 1] == 0).mean(), (true[recorded == 0] == 1).mean()
        # An AUC counts pairs; pairs of one true class are ordered by chance, pairs with both labels wrong reversed.
        right, reverse = (1 - false_cases) * (1 - false_controls), false_cases * false_controls
        truth["auc_recorded"] = float(right * auc + reverse * (1 - auc) + (1 - right - reverse) / 2)
    sign_right = _normal_cdf(design.interaction)
    if design.interaction:
        truth["interaction_accuracy"] = sign_right**2 + (1 - sign_right) ** 2
    if design.site_signal:
        truth["site_auc"] = _normal_cdf(design.site_signal / sqrt(2 * design.sites))
    return truth


def _normal_cdf(x: float) -> float:
    return 0.5 * (1 + erf(x / sqrt(2)))
