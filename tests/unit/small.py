"""Small studies that several test modules need."""

import copy

import numpy as np
import pandas as pd

from tentips.data.preparation import numbers_and_text
from tentips.data.rows import Rows
from tentips.data.split import split_table
from tentips.models.recipe import Recipe
from tentips.results import Results
from tentips.study.config import split_column
from tentips.study.resolution import resolve

# The settings of a small network that differs from the untuned one in width and learning rate.
PLAIN = {
    "layers": 1,
    "units": 16,
    "activation": "relu",
    "initialiser": "glorot_uniform",
    "batch_norm": False,
    "dropout": 0.0,
    "l2": 1e-6,
    "optimiser": "adam",
    "learning_rate": 1e-2,
    "schedule": "constant",
    "batch_size": 32,
}
MINIMAL = {
    "study": {"title": "A study", "question": "Does it work?"},
    "data": {"features": "measured", "samples": "sheet", "id": "id", "label": "label"},
}


def config(**sections):
    """A minimal config with the keys of `sections` added, not yet resolved."""
    result = copy.deepcopy(MINIMAL)
    for section, keys in sections.items():
        result.setdefault(section, {}).update(keys)
    return result


def resolved(**sections):
    return resolve(config(**sections))


def results_of(config, **known):
    """Return the results of a study of which only what is `known` is there."""
    found = Results(config=config)
    vars(found).update(known)
    return found


def split_of(samples, config, strategy):
    """The split of a sample sheet as the rule `split` makes it."""
    task = config["data"]["task"]
    return split_table(samples, config["split"], strategy, task, split_column(config, strategy))


def recipe(**sections):
    return Recipe.of(resolved(**sections))


def rows(features, truth, task="classification", folds=3, groups=None, seed=0):
    """Development rows whose folds are drawn at random."""
    n = len(truth)
    features = features if isinstance(features, pd.DataFrame) else pd.DataFrame(features).add_prefix("x")
    classes = [f"class {number}" for number in range(int(np.max(truth)) + 1)] if task == "classification" else []
    truth = np.asarray(truth)
    return Rows(
        ids=np.array([f"s{number}" for number in range(n)], dtype=object),
        features=numbers_and_text(features),
        truth=truth,
        strata=truth if classes else pd.qcut(truth, 4, labels=False),
        groups=np.arange(n) if groups is None else groups,
        fold=np.random.default_rng(seed).permutation(np.arange(n) % folds),
        classes=classes,
        task=task,
    )


def opening(**values):
    """An opening of the test part as the ledger records it."""
    known = {"subject": "penguins", "code": "c", "plan": "p", "models": "m", "test_rows": "t", "content": "x"}
    return known | {"sketch": [], "time": "2026-01-01", "planned": {}, "figures": {}} | values
