"""What may become of a model, of groups and of values: each candidate is trained on what it may see, and predicts in the label's unit."""

import dataclasses

import numpy as np
import pytest
from small import PLAIN, recipe, rows

from tentips.data.rows import joined_rows
from tentips.errors import StudyError
from tentips.models import baseline_search
from tentips.models.final_models import FinalBaseline, FinalNetwork, FinalStacked
from tentips.models.networks import backend
from tentips.models.networks.architecture import architecture
from tentips.models.networks.refit import refit
from tentips.update import candidates
from tentips.update.candidates import KEEP, RETRAIN, WARM
from tentips.update.locked_part import locked

backend.choose("tensorflow", 0, True, 1)
SETTINGS = {**PLAIN, "learning_rate": 3e-2}


def tried_with():
    return recipe(tuning={"epochs": 60, "patience": 20})


def measured(n, task, offset, seed, first_group=0):
    """Values around 100 that follow the first feature, or the class that it decides; two samples a group. `offset` is another world."""
    random = np.random.default_rng(seed)
    features = random.normal(size=(n, 3))
    signal = features[:, 0] * (1 if offset == 0 else -1)
    truth = 100 + 10 * signal + offset if task == "regression" else (signal > 0).astype(int)
    own = rows(features, truth, task, groups=first_group + np.arange(n) // 2)
    return dataclasses.replace(own, ids=np.array([f"{seed}-{number}" for number in range(n)], dtype=object))


def network(own):
    kind = architecture("mlp")
    prepare, trained = refit(kind, own, SETTINGS, tried_with(), [1])
    model = kind.keras_model(SETTINGS, (3,), own.outputs, own.task, trained[0].weights)
    return FinalNetwork("mlp_ensemble", "ensemble", 1, own.classes, prepare, {1: model})


def error(model, own):
    predicted = model.predict(own.inputs)
    return np.abs(predicted - own.truth).mean() if not own.classes else (predicted.argmax(axis=1) != own.truth).mean()


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_another_world_of_groups_is_learned_by_new_training_and_the_kept_model_is_left_alone(task):
    old, new = measured(160, task, 0, 1), measured(400, task, 30, 2, first_group=500)
    judge = measured(200, task, 30, 3)
    model = network(old)
    before = [each.copy() for each in model.networks[1].get_weights()]
    both = joined_rows(old, new, (old.groups, new.groups))
    added = np.arange(160, 560)
    found = candidates.candidates(model, {"mlp": {"settings": SETTINGS}}, both, added, tried_with(), 1, print)
    assert list(found) == [KEEP, WARM, RETRAIN] and found[KEEP] is model
    errors = {name: error(each, judge) for name, each in found.items()}
    assert errors[RETRAIN] < errors[KEEP] and errors[WARM] < errors[KEEP]
    if task == "regression":  # in the label's own unit: 30 is the offset
        assert errors[KEEP] > 20 and errors[RETRAIN] < 15
    for one, other in zip(before, model.networks[1].get_weights(), strict=True):
        assert (one == other).all()


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_a_simpler_model_has_no_warm_start(task):
    old, new = measured(80, task, 0, 4), measured(80, task, 30, 5, first_group=500)
    both, name = joined_rows(old, new, (old.groups, new.groups)), "random_forest"
    model = FinalBaseline(name, "baseline", 1, old.classes, baseline_search.refit(name, old, {}, tried_with(), 1))
    found = candidates.candidates(model, {name: {"settings": {}}}, both, np.arange(80, 160), tried_with(), 1, print)
    assert list(found) == [KEEP, RETRAIN]
    assert error(found[RETRAIN], new) < error(model, new)


def test_a_stacked_model_is_refused_in_a_line():
    own = measured(40, "classification", 0, 6)
    stacked = FinalStacked("stacked", "ensemble", 1, own.classes, {}, {})
    with pytest.raises(StudyError, match="update takes one model, not 'stacked'"):
        candidates.candidates(stacked, {}, own, np.arange(4), tried_with(), 1, print)


def test_groups_of_values_are_locked_whole():
    new = measured(200, "regression", 0, 7)
    units = np.array([f"g{each}" for each in new.groups], dtype=object)
    held = locked(new, units, {"g0", "g1"}, 0)
    by_unit = [set(held[units == unit]) for unit in np.unique(units)]
    assert all(len(each) == 1 for each in by_unit)
    assert not held[:4].any() and held.sum() == pytest.approx(100, abs=6)
