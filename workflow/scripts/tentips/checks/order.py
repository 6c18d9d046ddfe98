"""The checks in the order of the ten tips: which tip each serves, what it asks, and what a warning or a failure does to the claim.

This table is the only place where that is said. The scorecard, the verdict, the page's answer to "can it be believed?" and the
limitations are made from it.
"""

from dataclasses import dataclass

# What a finding does to the claim of the study, the worst first.
INVALIDATES = "invalidates"  # the figures on the test part do not hold for new data
CAPS = "caps"  # figures may hold, but the comparison of network and simpler models cannot be decided
QUALIFIES = "qualifies"  # the claim holds with a reservation that has to be written beside it
INFORMS = "informs"  # good to know; the claim does not depend on it
EFFECTS = (INVALIDATES, CAPS, QUALIFIES, INFORMS)


@dataclass(frozen=True)
class Entry:
    """One check: `asks` completes "this study does not say ..."; `group` is its heading among the limitations.

    `fails` and `warns` are what that status does to the claim, `reason` why. `before_training` is True for what can be judged of the
    development part alone.
    """

    id: str
    tip: int
    group: str
    asks: str
    fails: str
    warns: str
    reason: str
    before_training: bool = False


SAMPLES, DATA, CONFOUNDING = "Samples and power", "Data", "Confounding"
COMPARISON, EVALUATION, GENERALITY = "Models and their comparison", "Evaluation", "Generality"
SHARING = "Reproducibility and sharing"

ENTRIES = (
    Entry("sample-size", 1, SAMPLES, "whether there are enough samples", INFORMS, INFORMS, "the intervals already show what few samples cost"),
    Entry("learning-curve", 1, SAMPLES, "whether more samples would help", INFORMS, INFORMS, "it speaks of a larger study, not of this one"),
    Entry("worth-it", 1, COMPARISON, "whether a network is worth its cost", INFORMS, INFORMS, "it is the comparison itself, which the verdict states"),
    Entry("equal-budget", 2, COMPARISON, "whether all models were tuned alike", CAPS, QUALIFIES, "models that were tuned more win for that reason"),
    Entry("tuning-gain", 2, COMPARISON, "whether tuning changed the ranking", INFORMS, INFORMS, "it warns of comparisons that this study did not make"),
    Entry("beats-trivial", 2, COMPARISON, "whether any model predicts the label", CAPS, QUALIFIES, "models that predict nothing cannot be ranked"),
    Entry("published", 2, EVALUATION, "how the result compares with a published one", QUALIFIES, QUALIFIES, "a difference from what is known has a reason that was not found"),
    Entry("seed-spread", 3, COMPARISON, "how much training seeds matter", CAPS, INFORMS, "a claim that another seed turns round is none"),
    Entry("determinism", 3, SHARING, "whether a second run gives the same", QUALIFIES, INFORMS, "the spread over seeds shows how much a run can differ"),
    Entry("code-version", 3, SHARING, "which code gave these results", INFORMS, INFORMS, "others cannot repeat it, but the figures are what they are"),
    Entry("start-small", 3, COMPARISON, "whether a smaller network would do", INFORMS, INFORMS, "it speaks of cost"),
    Entry("provenance", 4, DATA, "where the data came from", INFORMS, INFORMS, "others cannot repeat it, but the figures are what they are", True),
    Entry("missingness", 4, DATA, "whether missing values tell the label", QUALIFIES, QUALIFIES, "a model may have learned who has no value", True),
    Entry("skewed-features", 4, DATA, "whether the features' scale suits the models", QUALIFIES, QUALIFIES, "on a scale that does not fit, models fail for that reason", True),
    Entry("duplicates", 4, DATA, "whether samples occur twice", QUALIFIES, INFORMS, "copies with different labels bound every score", True),
    Entry("label-noise", 4, DATA, "how many labels are wrong", QUALIFIES, QUALIFIES, "wrong labels blur every comparison", True),
    Entry("batch-separable", 4, CONFOUNDING, "whether the features carry a batch", QUALIFIES, INFORMS, "it harms only where the label goes with the batch, which label-batch judges", True),
    Entry("label-batch", 4, CONFOUNDING, "whether the label goes with a batch or site", CAPS, QUALIFIES, "what separates the classes may be the batch", True),
    Entry("hidden-groups", 4, DATA, "whether samples are replicates of one another", INVALIDATES, QUALIFIES, "replicates on both sides of the split make every score too good", True),
    Entry("planted-signal", 4, SAMPLES, "whether a planted signal would be found", CAPS, QUALIFIES, "where a strong signal is missed, finding nothing says nothing"),
    Entry("representation", 5, COMPARISON, "whether a network uses the order that it is given", INFORMS, INFORMS, "it speaks of what the network learned, not of how well it predicts"),
    Entry("transfer-gain", 5, COMPARISON, "whether pretrained weights bring anything by fair means", QUALIFIES, INFORMS, "a network that has seen the test samples is not tested by them"),
    Entry("multitask-gain", 5, COMPARISON, "whether other labels help the network", INFORMS, INFORMS, "it speaks of what the network learned, not of how well it predicts"),
    Entry("search-adequacy", 6, COMPARISON, "whether enough was tried, and trained for long enough", QUALIFIES, QUALIFIES, "a better network or baseline may have been missed"),
    Entry("search-edge", 6, COMPARISON, "whether the search was wide enough", QUALIFIES, QUALIFIES, "a better network or baseline may have been missed"),
    Entry("test-opened-once", 7, EVALUATION, "how often the test part was opened", INVALIDATES, QUALIFIES, "choices made with the answer in sight flatter the figures"),
    Entry("leakage", 7, EVALUATION, "whether test samples were seen in training", INVALIDATES, QUALIFIES, "what was seen before is no test"),
    Entry("label-shuffle", 7, EVALUATION, "whether shuffled labels score like real ones", INVALIDATES, QUALIFIES, "models that predict shuffled labels know the answer from elsewhere"),
    Entry("train-test-gap", 7, EVALUATION, "whether the network scores far better on its training rows", INFORMS, INFORMS, "the test score already shows what overfitting cost"),
    Entry("independent-holdout", 7, GENERALITY, "whether the model holds for a batch or site that it has not seen", CAPS, QUALIFIES, "the claim is then for the batches and sites of this study only"),
    Entry("imbalance", 7, DATA, "whether classes are too unequal for the metric", CAPS, INFORMS, "a metric that a constant answer wins ranks nothing"),
    Entry("calibration", 7, EVALUATION, "whether predicted probabilities can be taken as such", QUALIFIES, QUALIFIES, "probabilities that are off must not be used as risks"),
    Entry("importance-stable", 8, GENERALITY, "whether the importance of features agrees between seeds and folds", QUALIFIES, INFORMS, "it concerns the explanation, not the score"),
    Entry("small-panel", 8, GENERALITY, "whether a few features would do as well", INFORMS, INFORMS, "it speaks of cost"),
    Entry("confounder-only", 9, CONFOUNDING, "whether covariates or batch predict the label without any feature", CAPS, QUALIFIES, "a model may predict the confounder instead of the label"),
    Entry("batch-confounding", 9, CONFOUNDING, "whether what models find may be the batch", CAPS, QUALIFIES, "a model may predict the batch instead of the label"),
    Entry("subgroups", 9, CONFOUNDING, "whether the model does worse in a subgroup", QUALIFIES, QUALIFIES, "the score does not hold for everybody alike"),
    Entry("expected-directions", 9, CONFOUNDING, "whether learned effects agree with what experts expect", QUALIFIES, QUALIFIES, "an effect in the wrong direction points to a confounder"),
    Entry("out-of-distribution", 9, GENERALITY, "whether test samples are unlike all training samples", QUALIFIES, QUALIFIES, "scores on samples unlike the training rows are a guess"),
    Entry("sensitivity", 10, SHARING, "whether the data are sensitive", INFORMS, INFORMS, "it concerns sharing, not the score"),
    Entry("membership", 10, SHARING, "whether the model gives away who was in its training set", INFORMS, INFORMS, "it concerns sharing, not the score"),
    Entry("memorising-model", 10, SHARING, "whether the model stores training samples", INFORMS, INFORMS, "it concerns sharing, not the score"),
)  # fmt: skip
BY_ID = {entry.id: entry for entry in ENTRIES}


def effect(check: dict) -> str | None:
    """Return what a check of the scorecard does to the claim; None where it passed or was skipped."""
    entry = BY_ID[check["id"]]
    return {"fail": entry.fails, "warn": entry.warns}.get(check["status"])


def with_effect(checks: list[dict], *effects: str) -> list[dict]:
    """Return the checks that do one of `effects` to the claim, in their order."""
    return [check for check in checks if effect(check) in effects]
