"""A second architecture, made up here and unknown to the library, goes the whole way of a network."""

from dataclasses import replace

import numpy as np
import pytest
import yaml
from small import PLAIN, recipe, rows

from tentips.artifacts import write_json
from tentips.errors import StudyError
from tentips.models import final_models
from tentips.models.journal import Journal
from tentips.models.names import in_sentence, model_title
from tentips.models.networks import backend, keras_training, mlp, optimisation
from tentips.models.networks.architecture import ARCHITECTURES, Architecture, architecture
from tentips.models.networks.keras_files import load_keras, save_keras
from tentips.models.networks.pack import Member, Pack
from tentips.models.networks.train import train
from tentips.models.networks.views import Views
from tentips.models.pipeline_files import save_pipeline
from tentips.paths import SCHEMA

backend.choose("tensorflow", 0, True, 1)


def declare(hp) -> dict:
    return {
        "ranks": hp.Choice("ranks", [1, 2], default=2),
        **optimisation.declare(hp),
        "learning_rate": hp.Fixed("rate", 0.03),
    }


def keras_model(settings, shape, outputs, task, weights=None):
    """A factorisation machine (Rendle 2010): a linear map, and products of features through a few factors."""
    import keras

    inputs = keras.Input(shape)
    factors = keras.layers.Dense(settings["ranks"], use_bias=False)(inputs)
    both = keras.layers.Concatenate()([inputs, keras.ops.square(factors)])
    final = "softmax" if task == "classification" else "linear"
    model = keras.Model(inputs, keras.layers.Dense(outputs, activation=final)(both))
    if weights is not None:
        model.set_weights(weights)
    return model


def parameters(settings, shape, outputs):
    return shape[0] * settings["ranks"] + (shape[0] + settings["ranks"] + 1) * outputs


FACTORS = Architecture(
    "factors", "Factor", "a factorisation machine", 1, declare, keras_model, parameters, lambda: "1 or 2 factors"
)


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setitem(ARCHITECTURES, "factors", FACTORS)


def interaction(task):
    """A label that no linear map of the features tells."""
    random = np.random.default_rng(1)
    matrix = random.normal(size=(160, 3))
    product = matrix[:, 0] * matrix[:, 1] + 0.1 * random.normal(size=160)
    return rows(matrix, (product > 0).astype(int) if task == "classification" else 50 + 9 * product, task)


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_a_second_architecture_is_searched_refitted_saved_loaded_and_predicts(registered, tmp_path, task):
    from tentips.models.networks.refit import refit
    from tentips.models.networks.search import search, untuned
    from tentips.models.networks.workbench import Workbench

    table, kind = interaction(task), architecture("factors")
    own = recipe(data={"task": task}, tuning={"trials": 3, "epochs": 100, "patience": 60, "seeds": 2})
    bench = Workbench(kind, table, own, "roc_auc" if task == "classification" else "r2")
    trials, best = search(bench, Journal(tmp_path / "1.jsonl", "mark"), tmp_path / "search", lambda text: None)
    assert trials[0].settings == untuned(kind) and trials[best].score > (0.9 if task == "classification" else 0.6)
    assert [trial.extra["parameters"] for trial in trials] == [
        parameters(trial.settings, (3,), table.outputs) for trial in trials
    ]
    prepare, trained = refit(kind, table, trials[best].settings, own, [1, 2])
    folder = tmp_path / "results" / "network" / "factors"
    save_pipeline(prepare, folder / "prepare_1.skops")
    for seed, member in enumerate(trained, start=1):
        model = kind.keras_model(trials[best].settings, bench.views.shape, table.outputs, task, member.weights)
        save_keras(model, folder / "seeds" / f"1_{seed}.keras")
    repeat = {"seeds": 2, "classes": table.classes}
    write_json({"model": "factors", "kind": "network", "repeats": {1: repeat}}, folder / "best.json")
    final = final_models.load("factors", 1, folder=str(tmp_path / "results"))
    expected = np.mean([member.predictions for member in trained], axis=0)
    assert np.abs(final.predict(table.inputs) - expected).max() < 1e-3
    assert np.abs(trained[0].predictions - trained[1].predictions).max() > 1e-3
    again = refit(kind, table, trials[best].settings, own, [1])[1][0]
    assert all(np.array_equal(*pair) for pair in zip(again.weights, trained[0].weights, strict=True))
    assert load_keras(folder / "seeds/1_1.keras").count_params() == trials[best].extra["parameters"]


def test_readers_see_its_words(registered):
    assert model_title("factors", "regression") == "Factor network"
    assert in_sentence("factors_ensemble", "regression") == "factor ensemble"
    assert in_sentence("mlp", "regression") == "MLP network"
    with pytest.raises(StudyError, match="holds 'lstm'; allowed: mlp"):
        architecture("lstm")


def test_the_schema_allows_the_architectures_that_there_are():
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    allowed = schema["properties"]["models"]["properties"]["networks"]["items"]["enum"]
    assert sorted(allowed) == sorted(ARCHITECTURES)


def pack_of(kind, settings, task, precision="float32"):
    random = np.random.default_rng(0)
    matrix = random.normal(size=(110, 5)).astype("float32")
    values = matrix[:, 0] + 0.5 * matrix[:, 1] ** 2
    targets = (values > 0.3).astype("int32") if task == "classification" else values
    weights = random.uniform(0.5, 1.5, 110)
    members = [
        Member(each, number % 2, np.arange(80 - number), np.arange(80, 95), targets, number, 12, weights)
        for number, each in enumerate(settings)
    ]
    views = Views([matrix, matrix[:, ::-1].copy()])
    return Pack(kind, views, members, 2 if task == "classification" else 1, task, 5, precision=precision)


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_plain_keras_trains_as_the_packed_kernel_does(task, monkeypatch):
    """The same perceptrons on both ways, from the same first weights: the same losses, epochs, weights, predictions."""
    mix = [
        {**PLAIN, "optimiser": name, "l2": l2, "schedule": schedule, "layers": 2}
        for name, l2, schedule in (
            ("adam", 1e-3, "cosine"),
            ("rmsprop", 1e-6, "exponential"),
            ("sgd", 1e-2, "constant"),
        )
    ]
    packed = train(pack_of(ARCHITECTURES["mlp"], mix, task))
    built, kept = [], keras_training.trainable_model

    def from_the_same_weights(pack, member):
        model = kept(pack, member)
        kernels = mlp.initial_kernels(member.settings, 5, pack.outputs, member.seed)
        model.set_weights([each for kernel in kernels for each in (kernel, np.zeros(kernel.shape[1]))])
        built.append(member.seed)
        return model

    monkeypatch.setattr(keras_training, "trainable_model", from_the_same_weights)
    plain = train(pack_of(replace(ARCHITECTURES["mlp"], packed=None), mix, task))
    assert len(built) == len(mix) + 1, "one program for three optimisers"
    for one, other in zip(packed, plain, strict=True):
        assert one.best_epoch == other.best_epoch
        np.testing.assert_allclose(one.history["loss"], other.history["loss"], atol=2e-4)
        np.testing.assert_allclose(one.history["stop_loss"], other.history["stop_loss"], atol=2e-4)
        np.testing.assert_allclose(one.predictions, other.predictions, atol=2e-3)
        assert [each.shape for each in one.weights] == [each.shape for each in other.weights]
