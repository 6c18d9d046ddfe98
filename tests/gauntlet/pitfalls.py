"""Every pitfall that is planted, the check that must see it, and the clean twin in which that check must stay quiet."""

import contextlib
from dataclasses import dataclass

import changed_tables
import numpy as np
import pandas as pd
from studies import SOUND, Study, edit_config, edit_table, study
from warm import run

from tentips.simulate.simulation import study as simulated
from tentips.study.config import TRANSFER

CLEAN = study()
# For pitfalls that controls and strong models have no part in: a third of the time.
FEW = {
    "models": {"baselines": ["dummy", "logistic"]},
    "controls": {"label_shuffles": 0, "planted_signal": False, "learning_curve": False},
}

SMALL = study(config=FEW)


@dataclass(frozen=True)
class Pitfall:
    """A planted study and its clean twin for one check; `core` ones are part of the test suite."""

    check: str
    what: str
    planted: Study
    clean: Study = CLEAN
    core: bool = False


def without_licence(folder):
    path = folder / "config/datasets.tsv"
    path.write_text(path.read_text().replace("CC0-1.0", ""))


def uncommitted(folder):
    with open(folder / "config/config.yaml", "a") as file:
        file.write("# changed\n")


def opened_again(folder):
    """Look at the result, change the plan, and open the test part a second time."""
    edit_config(folder, "tuning", patience=9)
    run(folder)


def threshold_moved(folder):
    """Look at the result, and raise the threshold of a check."""
    edit_config(folder, "checks", association=0.9)
    run(folder)


def run_again(folder):
    (folder / "results/evaluation/metrics.tsv").unlink()
    run(folder)


def features_exchanged(folder):
    """Look at the result, and give every sample other features under the same names."""

    def better(features: pd.DataFrame) -> pd.DataFrame:
        values = features.drop(columns="sample")
        return pd.concat(
            [features[["sample"]], values + 0.1 * np.random.default_rng(0).normal(size=values.shape)], axis=1
        )

    edit_table(folder, "features", better)
    run(folder)


def cells_copied_into_the_test_part(folder):
    """A tenth of the training cells are in the test part again, under new names."""

    copied = {}

    def copy_samples(samples: pd.DataFrame) -> pd.DataFrame:
        train = samples[samples["split"].str.lower() == "train"].sample(100, random_state=0)
        copied["ids"] = train["sample"].to_numpy()
        again = train.assign(split=samples.loc[samples["split"].str.lower() != "train", "split"].iloc[0])
        return pd.concat([samples, again.assign(sample=[f"copy {n}" for n in range(len(again))])])

    def copy_features(features: pd.DataFrame) -> pd.DataFrame:
        again = features.set_index("sample").loc[copied["ids"]].reset_index()
        return pd.concat([features, again.assign(sample=[f"copy {n}" for n in range(len(again))])])

    edit_table(folder, "samples", copy_samples)
    edit_table(folder, "features", copy_features)


@contextlib.contextmanager
def initial_weights_by_the_clock():
    """A fault in the code: initial weights that no seed decides."""
    from tentips.models.networks import mlp

    kept, random = mlp.initial_kernels, np.random.default_rng()

    def drawn(*arguments):
        return [kernel + random.normal(0, 1e-3, kernel.shape).astype("float32") for kernel in kept(*arguments)]

    mlp.initial_kernels = drawn
    try:
        yield
    finally:
        mlp.initial_kernels = kept


@contextlib.contextmanager
def features_of_other_samples():
    """A fault in the code: the models are shown features in another order than labels."""
    from tentips.controls import trainings

    kept = trainings._prepared

    def disordered(*arguments):
        return np.random.default_rng(0).permutation(kept(*arguments))

    trainings._prepared = disordered
    try:
        yield
    finally:
        trainings._prepared = kept


@contextlib.contextmanager
def few_neighbours_or_forty():
    """A search that ends where the scores still rise: one, two or forty neighbours."""
    from tentips.models import baselines

    space, kept = baselines.BASELINES["nearest_neighbours"].classification, {}
    kept.update(space)
    space["n_neighbors"] = [1, 2, 40]
    try:
        yield
    finally:
        space.update(kept)


INTERPRETED = {"interpretation": {"enabled": True}}
SEEN = simulated(**SOUND).truth["auc"]
NONLINEAR = {
    "samples": 900,
    "interaction": 1.6,
    "signal": 0.0,
    "features": 5,
    "config": {"models": {"baselines": ["dummy", "logistic"]}},
}


def sequences(config: dict | None = None, **arguments) -> Study:
    """A study of simulated DNA, with fewer controls: each is trained without packing."""
    less = {
        "models": {"baselines": ["dummy", "logistic"], "networks": ["cnn1d"]},
        "tuning": {"trials": 4, "epochs": 40, "patience": 8, "seeds": 2},
        "controls": {"label_shuffles": 1, "learning_curve": False},
        "privacy": {"enabled": False},
    }
    return study("sequences", config=less | (config or {}), **({"samples": 300} | arguments))


def images(config: dict | None = None, **arguments) -> Study:
    """A study of simulated images, with fewer controls: each is trained without packing."""
    less = {
        "models": {"baselines": ["dummy", "logistic"], "networks": ["cnn2d"]},
        "tuning": {"trials": 2, "epochs": 20, "patience": 5, "seeds": 2},
        "controls": {"label_shuffles": 1, "learning_curve": False},
        "privacy": {"enabled": False},
    }
    return study("images", config=less | (config or {}), **({"samples": 300, "side": 16} | arguments))


BY_SLIDE = {"data": {"group": "slide", "ignored": []}}
# Seeds enough to tell what the start of the weights brings from what each seed brings.
TRANSFERRED = {
    "models": {"baselines": ["dummy", "logistic"], "networks": list(TRANSFER)},
    "tuning": {"trials": 4, "epochs": 40, "patience": 10, "seeds": 5},
}

# Few patients to learn from, many to be tested on: what other labels bring must be told from chance.
LABELS = {
    **FEW,
    "models": {"baselines": ["dummy", "logistic"], "networks": ["mlp", "multitask"]},
    "split": {"folds": 3, "test_fraction": 0.8},
    "tuning": {"trials": 10, "epochs": 40, "patience": 8, "seeds": 5},
}


def labels(second: float) -> Study:
    """A study with noise in its label, and a second label that shows where to look, or nothing."""
    return study(
        samples=2400, group_size=1, features=100, signal=2.5, label_noise=0.2, second_label=second, config=LABELS
    )


PITFALLS = [
    Pitfall("sample-size", "40 patients per class", study(samples=160)),
    Pitfall(
        "sample-size",
        "a numeric label of 80 patients",
        study(task="regression", samples=160, config={"models": {"baselines": ["dummy", "logistic"]}}),
        study(task="regression", samples=520, config={"models": {"baselines": ["dummy", "logistic"]}}),
    ),
    Pitfall(
        "learning-curve",
        "a weak signal in many features, far from learned",
        study(features=100, informative=60, signal=1.8, block_size=1, correlation=0.0),
        study(samples=900, features=5, signal=1.0),
    ),
    Pitfall("worth-it", "a linear signal", study(), study(**NONLINEAR)),
    Pitfall(
        "equal-budget",
        "a time limit that cuts the searches off",
        study(config={"tuning": {"trials": 10, "minutes": 0.01}}),
    ),
    Pitfall(
        "tuning-gain",
        "a linear model whose default is far from its best in a hundred features",
        study(
            features=100,
            informative=60,
            block_size=1,
            correlation=0.0,
            config={**FEW, "models": {"baselines": ["dummy", "logistic", "naive_bayes"]}},
        ),
        SMALL,
    ),
    Pitfall("beats-trivial", "no signal", study(signal=0.0), core=True),
    Pitfall(
        "published",
        "a published ROC AUC of 0.80 where 0.96 is the truth",
        study(
            config={"study": {"sensitive": False, "published": {"metric": "roc_auc", "value": 0.8, "citation": "-"}}}
        ),
        study(
            config={"study": {"sensitive": False, "published": {"metric": "roc_auc", "value": SEEN, "citation": "-"}}}
        ),
    ),
    Pitfall(
        "seed-spread",
        "a difference as small as that between seeds",
        study(),
        study(**NONLINEAR),
    ),
    Pitfall(
        "determinism",
        "initial weights that no seed decides",
        study(during=initial_weights_by_the_clock, config=FEW),
        SMALL,
        core=True,
    ),
    Pitfall(
        "start-small",
        "a linear signal that the smallest network learns",
        study(config={"tuning": {"trials": 16}}),
        study(**NONLINEAR),
    ),
    Pitfall("code-version", "uncommitted changes", study(before=uncommitted, config=FEW), SMALL),
    Pitfall("provenance", "no licence", study(before=without_licence, config=FEW), SMALL),
    Pitfall(
        "missingness", "30 % of the values missing", study(missing=0.3, config=FEW), study(missing=0.02, config=FEW)
    ),
    Pitfall(
        "missingness",
        "values that are missing in cases, not in controls",
        study(missing=0.05, missing_with_label=1.0, config=FEW),
        study(missing=0.05, config=FEW),
    ),
    Pitfall("skewed-features", "counts as they were counted", study(before=changed_tables.counted)),
    Pitfall(
        "skewed-features",
        "the same counts, beside a twin whose folds choose the scale",
        study(before=changed_tables.counted),
        study(before=changed_tables.counted, config={**FEW, "preprocess": {"transform": "tuned"}}),
    ),
    Pitfall("duplicates", "a tenth of the samples twice, under new names", study(duplicates=0.1, config=FEW), SMALL),
    Pitfall(
        "hidden-groups",
        "two samples of each patient, and no patient declared",
        study(hide_groups=True, replicate_ids=True, icc=0.6, config=FEW),
        study(replicate_ids=True, icc=0.6, config=FEW),
    ),
    Pitfall(
        "hidden-groups",
        "a dozen samples of each animal, under neutral ids and in no order",
        # Without a column age, which would have one value for each animal.
        study(hide_groups=True, group_size=12, icc=0.8, features=40, covariate_strength=None, config=FEW),
        study(features=40, covariate_strength=None, config=FEW),
    ),
    Pitfall(
        "label-noise",
        "15 % of the patients under a wrong label",
        study(signal=3.5, label_noise=0.15, config=FEW),
        study(signal=3.5, config=FEW),
    ),
    Pitfall("batch-separable", "a batch effect of 1.5 standard deviations", study(batch_shift=1.5, config=FEW), SMALL),
    Pitfall(
        "label-batch",
        "cases and controls measured in different batches",
        study(batch_label_association=0.7, config=FEW),
        SMALL,
        core=True,
    ),
    Pitfall(
        "batch-confounding",
        "cases measured more often in one batch, which all features carry",
        study(batch_shift=1.5, batch_label_association=0.4),
        study(batch_shift=1.5),
    ),
    Pitfall("planted-signal", "24 patients per class", study(samples=96)),
    Pitfall(
        "planted-signal",
        "models that see the features of other samples",
        study(during=features_of_other_samples),
    ),
    Pitfall(
        "search-adequacy",
        "three configurations per model",
        study(config={"tuning": {"trials": 3}}),
        study(config={"tuning": {"trials": 24, "epochs": 200}}),
    ),
    Pitfall(
        "search-edge",
        "nearest neighbours that do best at the end of what was searched",
        study(
            signal=1.0,
            during=few_neighbours_or_forty,
            config={"models": {"baselines": ["dummy", "nearest_neighbours"]}},
        ),
        study(signal=1.0, config={"models": {"baselines": ["dummy", "nearest_neighbours"]}}),
    ),
    Pitfall(
        "test-opened-once",
        "the plan changed after the test part was opened",
        study(after=opened_again, config=FEW),
        study(after=run_again, config=FEW),
        core=True,
    ),
    Pitfall(
        "test-opened-once",
        "a check's threshold raised after the test part was opened",
        study(after=threshold_moved),
        study(after=run_again),
    ),
    Pitfall(
        "test-opened-once",
        "features of every sample exchanged after the test part was opened",
        study(after=features_exchanged, config=FEW),
        study(after=run_again, config=FEW),
    ),
    Pitfall(
        "leakage",
        "a tenth of the samples twice, under new names",
        study(duplicates=0.1, config=FEW),
        SMALL,
        core=True,
    ),
    Pitfall(
        "leakage",
        "a fifth of the samples twice, where one in a hundred changes nothing",
        study(duplicates=0.2),
        study(duplicates=0.01),
    ),
    Pitfall(
        "leakage",
        "a tenth of the samples measured twice",
        study(duplicates=0.1, duplicate_noise=0.005, config=FEW),
        SMALL,
    ),
    Pitfall("leakage", "a feature made from the label", study(leak=0.15, config=FEW), SMALL),
    Pitfall(
        "leakage",
        "cells copied into the published test part",
        study("cells", before=cells_copied_into_the_test_part),
        study("cells"),
    ),
    Pitfall(
        "leakage",
        "sequences of one family on both sides of a random split",
        sequences(relatives=4, samples=480, config={"split": {"folds": 3, "strategy": "random"}}),
        sequences(relatives=4, samples=480, config={"split": {"folds": 3, "strategy": "homology"}}),
    ),
    Pitfall(
        "leakage", "sequences of one class are longer", sequences(tail=4, signal="none"), sequences(signal="motif")
    ),
    Pitfall(
        "representation",
        "composition decides, and a network that reads order gains nothing by it",
        sequences(signal="composition"),
        sequences(signal="motif"),
    ),
    Pitfall(
        "leakage",
        "copies of images, turned and flipped, on both sides of a random split",
        images(copies=4),
        images(copies=4, config=BY_SLIDE),
    ),
    Pitfall("hidden-groups", "images of one slide on both sides", images(slides=5), images(slides=5, config=BY_SLIDE)),
    Pitfall("leakage", "a scanner that marks a corner of one class", images(mark=True, signal="none"), images()),
    Pitfall(
        "transfer-gain",
        "a pretrained network whose filters are chance",
        sequences(length=150, pretrained="noise", config=TRANSFERRED),
        sequences(length=150, pretrained="motif", config=TRANSFERRED),
    ),
    Pitfall("multitask-gain", "a second label that has nothing to do with the first", labels(0.0), labels(1.0)),
    Pitfall("label-shuffle", "no signal", study(signal=0.0), core=True),
    Pitfall(
        "train-test-gap", "300 features for 90 patients", study(samples=120, group_size=1, features=300, signal=1.0)
    ),
    Pitfall(
        "independent-holdout", "a signal that each site has for itself", study(signal=0.0, site_signal=4.0), core=True
    ),
    Pitfall(
        "imbalance",
        "one case in twenty, judged by accuracy",
        study(imbalance=0.05, config={"evaluation": {"metric": "accuracy"}}),
    ),
    Pitfall(
        "calibration",
        "rare cases weighted up",
        study(imbalance=0.12, signal=1.0, config={"models": {"class_weight": "balanced"}}),
        study(samples=900),
    ),
    Pitfall(
        "confounder-only",
        "features that carry age alone, as the label does",
        study(signal=0.0, covariate_strength=1.8, covariate_features=4),
        core=True,
    ),
    Pitfall(
        "confounder-only",
        "the same, beside a twin whose features add to what age predicts alone",
        study(signal=0.0, covariate_strength=1.8, covariate_features=4),
        study(signal=1.2, covariate_strength=0.8, config=FEW),
    ),
    Pitfall(
        "importance-stable",
        "importances of models that have nothing to learn",
        study(signal=0.0, features=40, block_size=1, correlation=0.0, config=INTERPRETED | {"split": {"folds": 5}}),
        study(config=INTERPRETED | {"split": {"folds": 5}}),
    ),
    Pitfall(
        "small-panel",
        "two of 20 features hold everything",
        study(informative=2, block_size=1, correlation=0.0, config=INTERPRETED),
        study(informative=20, block_size=1, correlation=0.0, config=INTERPRETED),
    ),
    Pitfall(
        "subgroups",
        "features that work the other way round in one sex",
        study(before=changed_tables.effect_flipped_in_one_sex),
        study(before=changed_tables.sexes),
    ),
    Pitfall(
        "expected-directions",
        "asthma that looks protective because it is treated",
        study(samples=960, before=changed_tables.asthma_that_is_treated, config=INTERPRETED),
        study(samples=960, before=changed_tables.asthma, config=INTERPRETED),
    ),
    Pitfall(
        "out-of-distribution",
        "a test part that was measured otherwise",
        study(before=changed_tables.test_part_shifted, config=FEW),
        study(before=changed_tables.test_part_given, config=FEW),
    ),
    Pitfall("sensitivity", "sensitivity not declared", study(config=FEW | {"study": {"sensitive": None}}), SMALL),
    Pitfall("memorising-model", "support vectors", study(config={"models": {"baselines": ["dummy", "svm"]}})),
    Pitfall(
        "membership",
        "a forest of few samples with weak signal",
        study(signal=0.8, samples=160, config={"models": {"baselines": ["dummy", "random_forest"]}}),
    ),
]
# In a clean study these must stay quiet; the others judge what a study found, not whether it is sound.
SOUNDNESS = (
    "sample-size",
    "equal-budget",
    "beats-trivial",
    "determinism",
    "code-version",
    "provenance",
    "missingness",
    "duplicates",
    "label-noise",
    "hidden-groups",
    "batch-separable",
    "label-batch",
    "planted-signal",
    "test-opened-once",
    "leakage",
    "label-shuffle",
    "train-test-gap",
    "independent-holdout",
    "imbalance",
    "confounder-only",
    "sensitivity",
)


def clean_studies(n: int) -> list[Study]:
    """Sound studies that differ in seed, size, signal, classes and noise: what the false alarms are counted on."""
    variants = [
        {},
        {"signal": 3.5},
        {"samples": 720, "signal": 2.0},
        {"features": 40},
        {"block_size": 10, "correlation": 0.6},
    ]
    return [study(seed=100 + number, **variants[number % len(variants)]) for number in range(n)]
