import os
from dataclasses import replace

import numpy as np
import pytest
from small import PLAIN, recipe, rows

from tentips.artifacts import write_json
from tentips.data.smooth_clip import SmoothClip
from tentips.models import final_models
from tentips.models.guards import distance, guard_of
from tentips.models.networks import backend, keras_training, mlp, optimisation, prediction, tabular_network
from tentips.models.networks.architecture import ARCHITECTURES
from tentips.models.networks.keras_files import save_keras
from tentips.models.networks.pack import Member, Pack
from tentips.models.networks.programs import CPU, assignments
from tentips.models.networks.refit import refit
from tentips.models.networks.train import train
from tentips.models.networks.views import Views
from tentips.models.networks.workbench import Workbench
from tentips.models.pipeline_files import save_pipeline

backend.choose(os.environ.get("BACKEND_OF_TEST", "tensorflow"), 0, True, 1)
KIND = ARCHITECTURES["tabular"]
SMALL = {**PLAIN, "layers": 2, "units": 64, "l2": 0.0, "weight_decay": 2.0}


def columns():
    random = np.random.default_rng(0)
    matrix = random.normal(size=(110, 5)).astype("float32")
    return matrix, (matrix[:, 0] + 0.5 * matrix[:, 1] ** 2 + random.normal(0, 0.5, 110) > 0.3).astype("int32")


def test_the_untuned_network_is_within_what_is_searched():
    from tentips.models.networks.search import search_space, untuned

    space, settings = search_space(KIND), untuned(KIND)
    assert sorted(space) == [
        "activation",
        "batch_size",
        "dropout",
        "layers",
        "learning_rate",
        "schedule",
        "units",
        "weight_decay",
    ]
    for name, of in space.items():
        assert settings[name] in of["values"] if "values" in of else of["low"] <= settings[name] <= of["high"], name
    assert (settings["units"], settings["layers"]) in KIND.packed.sizes and len(KIND.packed.sizes) == 9
    assert settings["activation"] in KIND.packed.activations and not settings["batch_norm"]
    model = KIND.keras_model(settings, (7,), 3, "classification")
    assert model.count_params() == KIND.parameters(settings, (7,), 3) and model.name == "tabular"
    assert "AdamW with weight decay 0.01 to 10" in KIND.search_space()


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_weight_decay_takes_the_steps_of_adamw(schedule):
    import keras

    (matrix, targets), fit = columns(), np.arange(100)
    settings = {**SMALL, "layers": 2, "batch_size": 128, "schedule": schedule, "learning_rate": 3e-3, "weight_decay": 5}
    member = Member(settings, 0, fit, fit, targets, 3, 8)
    without = replace(member, settings={**settings, "weight_decay": 0.0})
    ours, plain = train(Pack(KIND, Views([matrix]), [member, without], 2, "classification", 50))
    model = KIND.keras_model(settings, (5,), 2, "classification")
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    for layer, kernel in zip(dense, mlp.initial_kernels(settings, 5, 2, 3), strict=True):
        layer.kernel.assign(kernel)
    optimiser = keras.optimizers.AdamW(3e-3, weight_decay=5)
    optimiser.exclude_from_weight_decay(var_names=["bias"])
    model.compile(optimiser, "sparse_categorical_crossentropy", run_eagerly=True)
    losses = []
    for rate in optimisation.learning_rates(settings, 8):
        model.optimizer.learning_rate = rate
        model.train_on_batch(matrix[fit], targets[fit])
        probabilities = np.asarray(model(matrix[fit], training=False), dtype=float)
        losses.append(-np.log(probabilities[np.arange(100), targets[fit]]).mean())
    assert ours.history["stop_loss"] == pytest.approx(losses, abs=1e-4)
    assert ours.best_epoch == 8
    for own, theirs in zip(ours.weights, model.get_weights(), strict=True):
        assert own == pytest.approx(theirs, abs=1e-4)
    assert abs(plain.history["stop_loss"][-1] - losses[-1]) > 0.01, "weight decay does something"


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_plain_keras_trains_as_the_packed_kernel_does(task, monkeypatch):
    matrix, targets = columns()
    targets = targets if task == "classification" else 1.0 * matrix[:, 0] + matrix[:, 1] ** 2
    mix = [{**SMALL, "weight_decay": decay, "layers": layers} for decay, layers in ((2.0, 2), (0.0, 1), (10.0, 2))]
    members = [Member(each, 0, np.arange(80), np.arange(80, 95), targets, at, 12) for at, each in enumerate(mix)]
    pack = Pack(KIND, Views([matrix]), members, 2 if task == "classification" else 1, task, 5)
    packed, kept = train(pack), keras_training.trainable_model

    def from_the_same_weights(pack, member):
        model = kept(pack, member)
        kernels = mlp.initial_kernels(member.settings, 5, pack.outputs, member.seed)
        model.set_weights([each for kernel in kernels for each in (kernel, np.zeros(kernel.shape[1]))])
        return model

    monkeypatch.setattr(keras_training, "trainable_model", from_the_same_weights)
    for one, other in zip(packed, train(replace(pack, architecture=replace(KIND, packed=None))), strict=True):
        assert one.best_epoch == other.best_epoch
        np.testing.assert_allclose(one.history["loss"], other.history["loss"], atol=2e-4)
        np.testing.assert_allclose(one.history["stop_loss"], other.history["stop_loss"], atol=2e-4)
        np.testing.assert_allclose(one.predictions, other.predictions, atol=2e-3)


def test_programs_of_a_search_are_made_for_its_own_sizes_and_without_batch_normalisation():
    matrix, targets = columns()
    members = [
        Member({**SMALL, "units": units, "dropout": 0.1}, 0, np.arange(80), np.arange(80, 95), targets, 1, 30)
        for units in tabular_network.UNITS
    ]
    found = assignments(Pack(KIND, Views([matrix]), members, 2, "classification", 5, packs=3, largest=48), CPU)
    assert max(each.shape.units for each in found) == 256
    assert {each.shape.activations for each in found} == {tabular_network.ACTIVATIONS}
    assert not any(each.shape.batch_norm for each in found) and all(each.shape.weight_decay for each in found)
    plain = Pack(ARCHITECTURES["mlp"], Views([matrix]), members[:2], 2, "classification", 5, packs=3, largest=48)
    assert {each.shape.units for each in assignments(plain, CPU)} <= set(mlp.UNITS)


def test_folds_are_bent_by_what_their_training_rows_hold():
    random = np.random.default_rng(3)
    table = rows(random.standard_cauchy((60, 4)), np.arange(60) % 2)
    bench = Workbench(KIND, table, recipe(), "roc_auc")
    for fold in bench.folds:
        assert np.abs(fold.matrix).max() < 3
        before = table.preparation(recipe().preprocess).fit(table.inputs.iloc[fold.train])
        matrix = before.transform(table.inputs)
        assert fold.matrix == pytest.approx(SmoothClip().fit(matrix[fold.train]).transform(matrix))
    assert np.abs(Workbench(ARCHITECTURES["mlp"], table, recipe(), "roc_auc").folds[0].matrix).max() > 3


def test_many_features_with_heavy_tails_do_not_make_it_diverge():
    from tentips.models.networks.search import untuned

    random = np.random.default_rng(4)
    matrix = np.exp(random.normal(size=(48, 3000)))
    matrix[5, 7], truth = 1e15, np.arange(48) % 2
    matrix[:, :100] *= np.where(truth, 20.0, 1.0)[:, None]
    own = recipe(tuning={"epochs": 40})
    bench = Workbench(KIND, rows(matrix, truth), own, "roc_auc")
    trials = bench.try_all([({**untuned(KIND), "units": 256}, 40, 1)])
    assert np.isfinite(trials[0].predictions).all()
    assert trials[0].score > 0.9


def test_a_saved_network_is_loaded_and_predicts_the_same_and_knows_what_is_far_away(tmp_path):
    random = np.random.default_rng(5)
    matrix = random.normal(size=(90, 3))
    table = rows(matrix, (matrix[:, 0] > 0).astype(int))
    prepare, trained = refit(KIND, table, SMALL, recipe(), [1, 2])
    folder = tmp_path / "results/network/tabular"
    save_pipeline(prepare, folder / "prepare_1.skops")
    for seed, member in enumerate(trained, start=1):
        save_keras(KIND.keras_model(SMALL, (3,), 2, "classification", member.weights), folder / f"seeds/1_{seed}.keras")
    repeats = {1: {"seeds": 2, "classes": table.classes}}
    write_json({"model": "tabular", "kind": "network", "repeats": repeats}, folder / "best.json")
    final = final_models.load("tabular", 1, folder=str(tmp_path / "results"))
    expected = np.mean([member.predictions for member in trained], axis=0)
    assert final.predict(table.inputs) == pytest.approx(expected, abs=1e-5)
    alone = prediction.predict_rows(SMALL, trained[0].weights, final.prepare(table.inputs), "classification")
    assert final.predict_seeds(final.prepare(table.inputs))[1] == pytest.approx(alone, abs=1e-5)

    def far(inputs):
        return distance(guard, final.unclipped(inputs, final.prepare(inputs)))

    guard = guard_of(final.unclipped(table.inputs, final.prepare(table.inputs)), table.fold, table.groups)[0]
    odd = table.inputs.iloc[:1] * 0 + 50.0
    assert far(odd)[0] > 10 * guard["threshold"] > 10 * np.median(far(table.inputs))
    assert np.abs(final.prepare(odd)).max() < 3
