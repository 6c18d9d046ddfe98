"""The arguments of a simulated study, what each means, and which contradict one another."""

from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from tentips.errors import StudyError


def _argument(default, unit: str, meaning: str):
    return field(default=default, metadata={"unit": unit, "meaning": meaning})


@dataclass(frozen=True)
class Design:
    """What is simulated; each argument's meaning and unit is written beside it. All pitfalls are off by default."""

    samples: int = _argument(300, "rows", "rows, before copies are added")
    features: int = _argument(50, "features", "ordinary features (f001, ...)")
    seed: int = _argument(0, "whole number", "seed of everything; same arguments, same data")
    task: str = _argument("classification", "name", "classification or regression")
    classes: int = _argument(2, "classes", "number of classes")
    imbalance: float | None = _argument(
        None, "share", "share of the rarest class, which is the last; not given: equal shares"
    )
    signal: float = _argument(
        1.5, "standard deviations (d)", "classification: Cohen's d between two classes along the best direction"
    )
    r2: float = _argument(0.5, "share of variance", "regression: best attainable R2, below 1")
    informative: int = _argument(5, "features", "ordinary features whose mean depends on the label")
    interaction: float = _argument(
        0.0, "standard deviations", "distance of p1 and p2 from 0 in standard deviations; only nonlinear models see"
    )
    block_size: int = _argument(5, "features", "features in a correlated block")
    correlation: float = _argument(0.3, "correlation", "correlation within a block, from 0, below 1")
    scale: str = _argument("normal", "name", "normal, or counts: exp(5 + x), rounded")
    groups: int = _argument(0, "patients", "number of patients; 0: rows are independent")
    group_size: int = _argument(0, "rows", "rows per patient, instead of groups")
    icc: float = _argument(
        0.0, "share of variance", "intra-class correlation of the ordinary features within patients, 0 to 1"
    )
    label_varies: bool = _argument(False, "yes or no", "the label varies within patients; else it is constant")
    hide_groups: bool = _argument(False, "yes or no", "leave the column patient out of the sample sheet")
    replicate_ids: bool = _argument(
        False, "yes or no", "ids name the patient (S0001_1, S0001_2); else they are neutral (S0001)"
    )
    shift_share: float = _argument(
        0.5, "share", "share of the ordinary features that batch, site and drift each move, 0 to 1"
    )
    batches: int = _argument(0, "batches", "number of batches; 0: no column batch")
    batch_shift: float = _argument(
        0.0, "standard deviations", "standard deviation between batches, in those of the features"
    )
    batch_label_association: float = _argument(
        0.0,
        "share",
        "0: batch independent of the label; 1: batch decides it. Cramer's V for equal classes, if they divide batches",
    )
    sites: int = _argument(0, "sites", "number of sites, one for each patient; 0: no column site")
    site_shift: float = _argument(
        0.0, "standard deviations", "standard deviation between sites, in those of the features"
    )
    site_label_association: float = _argument(0.0, "share", "as for batches")
    site_signal: float = _argument(
        0.0, "standard deviations (d)", "Cohen's d of feature s1 at site 1 alone, of s2 at site 2, ..."
    )
    days: int = _argument(0, "days", "length of the study; 0: no column day")
    drift: float = _argument(
        0.0, "standard deviations", "movement of feature means from the first to the last day, in standard deviations"
    )
    rule_drift: float = _argument(
        0.0, "share", "on the last day the label's effect is 1 - 2 x rule_drift times the first day's"
    )
    covariate_strength: float | None = _argument(
        None,
        "standard deviations (d)",
        "Cohen's d of the covariate age between neighbouring classes, or per label's SD; not given: no column age",
    )
    covariate_features: int = _argument(0, "features", "features (c1, ...) that depend on the covariate alone")
    covariate_correlation: float = _argument(0.8, "correlation", "correlation of these features with the covariate")
    label_noise: float = _argument(0.0, "share of units", "share of units whose recorded label is another's")
    second_label: float | None = _argument(
        None,
        "share of variance",
        "share of the numbers in column second that is the row's score along the best direction, the rest is noise; not given: no column",
    )
    missing: float = _argument(0.0, "share of values", "share of missing values in the ordinary features")
    missing_with_label: float = _argument(
        0.0,
        "share",
        "from 0, at random, to 1: the last class (or upper half) misses values 2 x missing more often than the first",
    )
    duplicates: float = _argument(
        0.0, "share of samples", "copies, as a share of samples; each under a new id and patient"
    )
    duplicate_noise: float = _argument(
        0.0, "standard deviations", "standard deviation of noise on copies; 0: exact copies"
    )
    leak: float | None = _argument(
        None,
        "label numbers",
        "feature q1 is the recorded label's number plus noise of this standard deviation; not given: no q1",
    )

    def __post_init__(self):
        """Raise StudyError where arguments contradict one another."""
        shares = ["second_label", "icc", "shift_share", "rule_drift", "label_noise", "missing", "missing_with_label"]
        shares += ["batch_label_association", "site_label_association", "covariate_correlation"]
        sizes = [
            "groups",
            "group_size",
            "batches",
            "sites",
            "days",
            "covariate_features",
            "duplicates",
            "duplicate_noise",
        ]
        sizes += ["seed", "signal", "interaction", "batch_shift", "site_shift", "site_signal", "leak"]
        wrong = [
            *((not 0 <= (getattr(self, name) or 0) <= 1, f"{name} must lie between 0 and 1") for name in shares),
            *(((getattr(self, name) or 0) < 0, f"{name} must be 0 or more") for name in sizes),
            (self.task not in ("classification", "regression"), "task is classification or regression"),
            (self.scale not in ("normal", "counts"), "scale is normal or counts"),
            (self.classes < 2, "classes must be 2 or more"),
            (not 0 < self.rarest <= 1 / self.classes, f"imbalance must be above 0 and at most 1/{self.classes}"),
            (not 0 <= self.r2 < 1, "r2 must be from 0 to below 1"),
            (
                not 0 <= self.correlation < 1 or self.block_size < 1,
                "correlation must be from 0 to below 1, in blocks of 1 or more",
            ),
            (not self.axes <= self.informative <= self.features, f"informative must be from {self.axes} to features"),
            (self.groups > 0 and self.group_size > 0, "give groups or group_size, not both"),
            (self.patients > self.samples, "there are more patients than samples"),
            (self.icc > 0 and not self.patients, "icc needs groups or group_size"),
            (self.replicate_ids and not self.patients, "replicate_ids needs groups or group_size"),
            ((self.batch_shift or self.batch_label_association) and not self.batches, "batch_... needs batches"),
            (
                (self.site_shift or self.site_label_association or self.site_signal) and not self.sites,
                "site_... needs sites",
            ),
            (
                self.site_label_association and self.patients and self.label_varies,
                "a patient has one site: site_label_association needs a label that is constant within patients",
            ),
            ((self.drift or self.rule_drift) and self.days < 2, "drift and rule_drift need days, 2 or more"),
            (
                self.covariate_features and self.covariate_strength is None,
                "covariate_features needs covariate_strength",
            ),
        ]
        for is_wrong, message in wrong:
            if is_wrong:
                raise StudyError(f"simulated study: {message}.")

    @property
    def rarest(self) -> float:
        """Share of the rarest class."""
        return 1 / self.classes if self.imbalance is None else self.imbalance

    @property
    def patients(self) -> int:
        """Number of patients, 0 where rows are independent."""
        return -(-self.samples // self.group_size) if self.group_size else self.groups

    @property
    def axes(self) -> int:
        """Dimensions along which the label moves the features: one, or one for each of several classes."""
        return self.classes if self.task == "classification" and self.classes > 2 else 1

    @property
    def effect(self) -> float:
        """Mahalanobis distance between two classes, or per standard deviation of a numeric label."""
        return self.signal if self.task == "classification" else sqrt(self.r2 / (1 - self.r2))

    def stream(self, ingredient: str) -> np.random.Generator:
        """Return the random stream of an ingredient, the same whatever the other ingredients are."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=tuple(ingredient.encode())))
