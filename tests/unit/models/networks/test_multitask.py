"""A network that learns other labels, too: its loss, what comes out of it, and whether they help where they can."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from small import PLAIN, recipe, rows

from tentips.data.other_labels import OtherLabels
from tentips.models.networks import backend, keras_training
from tentips.models.networks.architecture import architecture
from tentips.models.networks.members import in_own_unit, member, pack
from tentips.models.networks.multitask import declare, keras_model
from tentips.models.networks.other_heads import loss_of_others, others_of
from tentips.models.networks.train import train
from tentips.models.networks.views import Views
from tentips.statistics.scores import score

backend.choose("tensorflow", 0, True, 1)
SETTINGS = {**PLAIN, "others_weight": 1.0}
N = 120


def study(task="classification", others=True, n=N, seed=0):
    """Rows whose label is the sign or the value of a direction, and two other labels with gaps."""
    random = np.random.default_rng(seed)
    features = random.normal(size=(n, 6)).astype("float32")
    value = features[:, 0] + features[:, 1]
    own = rows(features, (value > 0).astype(int) if task == "classification" else 20 + 5 * value, task)
    names = pd.Series(np.where(value > 0.5, "high", np.where(value < -0.5, "low", "middle")), dtype=object)
    table = pd.DataFrame({"grade": names.where(random.random(n) < 0.7, None), "height": 100 + 10 * value})
    table.loc[::3, "height"] = np.nan
    return dataclasses.replace(own, others=OtherLabels(table) if others else None), Views([features])


def packed(own, views, settings, name="multitask", seeds=(0, 1)):
    made = [member(own, settings, np.arange(len(own.ids)), seed, recipe()) for seed in seeds]
    return made, pack(architecture(name), own, views, made, recipe(tuning={"patience": 8}))


def test_the_loss_of_other_labels_is_the_mean_of_each_over_the_rows_that_have_it():
    own, views = study()
    [one], together = packed(own, views, SETTINGS, seeds=[3])
    found = others_of(together, one)
    random = np.random.default_rng(1)
    outputs = random.normal(size=(N, 4)).astype("float32")
    fit, targets = one.fit, one.others
    there = np.zeros(N, dtype="float32")
    there[fit] = 1
    loss = float(loss_of_others(outputs, found["others"], found["known"], there, together.others))
    known = fit[np.isfinite(targets[fit, 0])]
    logs = outputs[known, :3] - np.log(np.exp(outputs[known, :3]).sum(axis=1, keepdims=True))
    entropy = -logs[np.arange(len(known)), targets[known, 0].astype(int)].mean()
    square = np.nanmean(np.square(outputs[fit, 3] - targets[fit, 1]))
    assert 20 < len(known) < len(fit) and loss == pytest.approx((entropy + square) / 2, rel=1e-5)
    assert np.isfinite(found["others"]).all() and (found["known"][~np.isfinite(targets)] == 0).all()


def test_without_a_weight_other_labels_change_nothing():
    own, views = study()
    alone, _ = study(others=False)
    _, together = packed(own, views, {**SETTINGS, "others_weight": 0.0})
    assert together.others == (3, 1)
    _, without = packed(alone, views, {**SETTINGS, "others_weight": 0.0})
    assert without.others == () and packed(own, views, SETTINGS, "mlp")[1].others == ()
    for one, other in zip(train(together), train(without), strict=True):
        np.testing.assert_allclose(one.history["stop_loss"], other.history["stop_loss"], atol=1e-5)
        np.testing.assert_allclose(one.predictions, other.predictions, atol=1e-4)
    changed = train(packed(own, views, SETTINGS)[1])[0]
    assert np.abs(changed.predictions - train(without)[0].predictions).max() > 0.01


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_what_comes_out_is_a_plain_model_of_the_own_label(task):
    own, views = study(task)
    made, together = packed(own, views, {**SETTINGS, "batch_norm": True, "dropout": 0.1})
    for each, done in zip(made, train(together), strict=True):
        found = in_own_unit(each, done)
        model = keras_model(each.settings, (6,), own.outputs, task, found.weights)
        again = np.asarray(model(views.matrix(0)))
        np.testing.assert_allclose(again if task == "classification" else again[:, 0], found.predictions, atol=2e-3)
        assert [layer.name for layer in model.layers][-1] == "output" and model.output_shape == (None, own.outputs)
        metric = "roc_auc" if task == "classification" else "r2"
        assert score(metric, own.truth, found.predictions) > 0.8


def test_made_up_labels_are_learned_alone():
    own, views = study()
    made_up = own.relabelled(np.random.default_rng(0).permutation(own.truth))
    one = member(made_up, SETTINGS, np.arange(N), 0, recipe())
    together = pack(architecture("multitask"), own, views, [one], recipe())
    alone = pack(architecture("multitask"), made_up, views, [one], recipe())
    assert one.others is None and together.others == (3, 1)
    np.testing.assert_allclose(train(together)[0].predictions, train(alone)[0].predictions, atol=1e-4)


def test_members_that_differ_in_the_weight_share_a_program(monkeypatch):
    own, views = study()
    made, kept = [], keras_training.Program
    monkeypatch.setattr(keras_training, "Program", lambda *given: made.append(1) or kept(*given))
    monkeypatch.setattr(keras_training, "_programs", type(keras_training._programs)())
    both = [
        member(own, {**SETTINGS, "others_weight": weight}, np.arange(N), 0, recipe(tuning={"epochs": 3}))
        for weight in (0.1, 5.0)
    ]
    first, second = train(pack(architecture("multitask"), own, views, both, recipe()))
    assert len(made) == 1 and np.abs(first.predictions - second.predictions).max() > 1e-4


def test_the_chosen_initialiser_is_the_first_kernels():
    spreads = {}
    for name in ("glorot_uniform", "he_normal", "lecun_normal"):
        model = keras_model({**PLAIN, "units": 128, "initialiser": name}, (50,), 2, "classification")
        spreads[name] = float(np.std(model.layers[0].kernel.numpy()))
    expected = {"glorot_uniform": (2 / 178) ** 0.5, "he_normal": (2 / 50) ** 0.5, "lecun_normal": (1 / 50) ** 0.5}
    assert spreads == pytest.approx(expected, rel=0.05)


def test_the_untuned_network_is_the_untuned_perceptron_and_weighs_all_labels_alike():
    import keras_tuner

    settings = declare(keras_tuner.HyperParameters())
    assert settings["layers"] == 1 and settings["units"] == 64 and settings["others_weight"] == 1.0
    assert architecture("multitask").parameters(settings, (6,), 2) == 6 * 64 + 64 + 64 * 2 + 2


@pytest.mark.parametrize(("related", "low", "high"), [(True, 0.1, 0.3), (False, -0.1, 0.05)])
def test_a_label_that_shares_the_signal_helps_and_one_that_does_not_brings_nothing(related, low, high):
    """300 rows of which three in ten are labelled wrongly: the second label, which is clean, says where to look."""
    gains, own_recipe = [], recipe(tuning={"patience": 10})
    for seed in range(4):
        random = np.random.default_rng(seed)
        features = random.normal(size=(1300, 40)).astype("float32")
        true = (features[:, :3].sum(axis=1) > 0).astype(int)
        wrong = random.random(1300) < 0.3
        second = features[:, :3] @ np.ones(3) if related else random.normal(size=1300)
        own = rows(features, np.where(wrong, 1 - true, true))
        own = dataclasses.replace(own, others=OtherLabels(pd.DataFrame({"second": second})))
        settings = {**SETTINGS, "units": 16, "layers": 2, "l2": 1e-2, "learning_rate": 3e-3, "others_weight": 5.0}
        found = {}
        for name in ("mlp", "multitask"):
            made = [member(own, settings, np.arange(300), 7 + number, own_recipe) for number in range(2)]
            trained = train(pack(architecture(name), own, Views([features]), made, own_recipe))
            found[name] = score("roc_auc", true[300:], np.mean([each.predictions for each in trained], axis=0)[300:])
        gains.append(found["multitask"] - found["mlp"])
    assert low < np.mean(gains) < high
