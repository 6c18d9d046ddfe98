import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from small import PLAIN

from tentips.models.networks import backend, mlp, optimisation, packed_training, prediction, train
from tentips.models.networks.architecture import ARCHITECTURES
from tentips.models.networks.pack import Member, Pack
from tentips.models.networks.views import Views

backend.choose(os.environ.get("BACKEND_OF_TEST", "tensorflow"), 0, True, 1)

WIDE = {**PLAIN, "layers": 2, "units": 32, "activation": "tanh", "dropout": 0.3, "optimiser": "rmsprop"}
DEEP = {**PLAIN, "layers": 3, "activation": "gelu", "batch_norm": True, "optimiser": "sgd", "initialiser": "he_normal"}
MIX = [
    PLAIN,
    {**WIDE, "learning_rate": 1e-3, "schedule": "cosine"},
    {**DEEP, "schedule": "exponential", "l2": 1e-3},
    {**PLAIN, "units": 32, "activation": "tanh", "dropout": 0.3, "batch_size": 128, "batch_norm": True},
    {**PLAIN, "batch_size": 128, "dropout": 0.1, "initialiser": "lecun_normal"},
]
ROWS = 110


def classes():
    random = np.random.default_rng(0)
    matrix = random.normal(size=(ROWS, 5)).astype("float32")
    return matrix, (matrix[:, 0] + 0.5 * matrix[:, 1] ** 2 + random.normal(0, 0.5, ROWS) > 0.3).astype("int32")


def cross_entropy(targets, predicted, weights=None):
    return np.average(-np.log(np.asarray(predicted, dtype=float)[np.arange(len(targets)), targets]), weights=weights)


def members(mix, epochs=15):
    """Members of other settings, views, seeds, weights and numbers of fit rows, with rows that none of them fits."""
    _, targets = classes()
    weights = np.random.default_rng(1).uniform(0.5, 1.5, ROWS).astype("float32")
    return [
        Member(
            settings,
            number % 2,
            np.arange(80 - 9 * number),
            np.arange(80, 92 + number),
            targets,
            100 + number,
            epochs,
            weights if number % 2 else None,
        )
        for number, settings in enumerate(mix)
    ]


def pack(its_members, patience=50, task="classification", outputs=2):
    matrix, _ = classes()
    return Pack(ARCHITECTURES["mlp"], Views([matrix, matrix[:, ::-1].copy()]), its_members, outputs, task, patience)


@pytest.fixture(scope="module")
def trained():
    return train.train(pack(members(MIX)))


@pytest.mark.parametrize("number", range(len(MIX)))
def test_packed_member_equals_the_same_member_trained_alone(trained, number):
    together, alone = trained[number], train.train(pack([members(MIX)[number]]))[0]
    assert np.abs(together.predictions - alone.predictions).max() < 2e-3
    assert together.best_epoch == alone.best_epoch
    assert len(together.history["loss"]) == len(alone.history["loss"]) == 15
    assert together.history["stop_loss"] == pytest.approx(alone.history["stop_loss"], abs=2e-3)
    # the members do differ from each other, and from what they began with
    assert all(
        np.abs(together.predictions - other.predictions).max() > 0.02 for other in trained if other is not together
    )
    assert together.history["loss"][-1] < together.history["loss"][0]


@pytest.mark.parametrize("number", range(len(MIX)))
def test_numpy_forward_pass_and_parameters_equal_those_of_the_keras_model(trained, number):
    settings, weights = MIX[number], trained[number].weights
    matrix = pack([]).views.matrix(number % 2)
    in_numpy = prediction.predict_rows(settings, weights, matrix, "classification")
    through_keras = mlp.keras_model(settings, (5,), 2, "classification", weights).predict(matrix, verbose=0)
    assert np.abs(in_numpy - through_keras).max() < 1e-5
    assert np.abs(in_numpy - trained[number].predictions).max() < 1e-6
    assert in_numpy.sum(axis=1) == pytest.approx(np.ones(ROWS), abs=1e-5)
    model = mlp.keras_model(settings, (5,), 2, "classification")
    frozen = sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights)
    assert mlp.parameters(settings, (5,), 2) == model.count_params() - frozen
    assert (frozen > 0) == settings["batch_norm"]


@pytest.mark.parametrize("number", [0, 1, 3])
def test_stop_loss_of_the_chosen_epoch_is_the_cross_entropy_of_the_predictions(trained, number):
    member = members(MIX)[number]
    weights = None if member.weights is None else member.weights[member.stop]
    # weights make a weighted mean of the losses of the rows
    found = cross_entropy(member.targets[member.stop], trained[number].predictions[member.stop], weights)
    assert min(trained[number].history["stop_loss"]) == pytest.approx(found, abs=1e-4)


def test_two_identical_calls_are_bitwise_equal(trained):
    for first, second in zip(trained, train.train(pack(members(MIX))), strict=True):
        assert first.history == second.history
        assert (first.predictions == second.predictions).all()
        assert all((a == b).all() for a, b in zip(first.weights, second.weights, strict=True))


def test_another_seed_gives_another_network(trained):
    member = members(MIX)[0]
    other = Member(**{**vars(member), "seed": 7})
    found = train.train(pack([other]))[0]
    assert np.abs(found.predictions - trained[0].predictions).max() > 0.01


def test_rows_outside_fit_and_stop_change_nothing(trained):
    member = members(MIX)[0]
    targets = member.targets.copy()
    targets[100:] = 1 - targets[100:]
    found = train.train(pack([Member(**{**vars(member), "targets": targets})]))[0]
    assert np.abs(found.predictions - trained[0].predictions).max() < 2e-3


@pytest.mark.parametrize(("norm", "schedule"), [(False, "constant"), (False, "cosine"), (True, "constant")])
def test_optimisers_take_the_steps_that_keras_takes(norm, schedule):
    import keras

    matrix, targets = classes()
    fit, l2, rate = np.arange(100), 1e-2, 3e-3
    common = {**PLAIN, "batch_size": 128, "l2": l2, "learning_rate": rate, "batch_norm": norm}
    common |= {"schedule": schedule}
    mix = [{**common, "optimiser": name, "activation": "tanh"} for name in optimisation.OPTIMISERS]
    found = train.train(pack([Member(each, 0, fit, fit, targets, 3, 8) for each in mix]))
    optimisers = {
        "adam": keras.optimizers.Adam(rate),
        "rmsprop": keras.optimizers.RMSprop(rate),
        "sgd": keras.optimizers.SGD(rate, momentum=0.9),
    }
    for settings, ours in zip(mix, found, strict=True):
        model = mlp.keras_model(settings, (5,), 2, "classification")
        kernels = mlp.initial_kernels(settings, 5, 2, 3)
        dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
        for layer, kernel in zip(dense, kernels, strict=True):
            layer.kernel.assign(kernel)
            layer.kernel.regularizer = keras.regularizers.L2(l2)
        model.compile(optimisers[settings["optimiser"]], "sparse_categorical_crossentropy", run_eagerly=True)
        losses = []
        for step_rate in optimisation.learning_rates(common, 8):
            model.optimizer.learning_rate = step_rate
            model.train_on_batch(matrix[fit], targets[fit])
            losses.append(cross_entropy(targets[fit], model(matrix[fit], training=False)))
        assert ours.history["stop_loss"] == pytest.approx(losses, abs=1e-3)
        assert abs(losses[-1] - ours.history["loss"][0]) > 0.01
        if ours.best_epoch == 8:
            assert ours.predictions == pytest.approx(np.asarray(model(matrix, training=False)), abs=2e-3)


def test_training_stops_early_at_the_best_epoch():
    random = np.random.default_rng(5)
    targets = random.integers(0, 2, ROWS).astype("int32")
    wanted = [Member(PLAIN, 0, np.arange(60), np.arange(60, ROWS), targets, seed, 100) for seed in (1, 2, 3)]
    for member in train.train(pack(wanted, patience=4)):
        losses = member.history["stop_loss"]
        assert len(losses) < 100
        assert len(member.history["loss"]) == len(losses)
        assert member.best_epoch == int(np.argmin(losses)) + 1
        assert len(losses) == member.best_epoch + 4
        found = cross_entropy(targets[60:], member.predictions[60:])
        assert found == pytest.approx(min(losses), abs=1e-4)


def test_network_learns_what_a_linear_model_cannot():
    random = np.random.default_rng(0)
    matrix = random.uniform(-1, 1, size=(500, 2)).astype("float32")
    targets = (matrix[:, 0] * matrix[:, 1] > 0).astype("int32")
    fit, stop, new = np.arange(300), np.arange(300, 350), np.arange(350, 500)
    member = Member({**PLAIN, "units": 32}, 0, fit, stop, targets, 1, 60)
    found = train.train(Pack(ARCHITECTURES["mlp"], Views([matrix]), [member], 2, "classification", 20))[0]
    linear = LogisticRegression().fit(matrix[fit], targets[fit]).predict_proba(matrix[new])[:, 1]
    assert roc_auc_score(targets[new], found.predictions[new, 1]) > 0.9
    assert roc_auc_score(targets[new], linear) < 0.65


def test_members_beyond_the_slots_are_all_trained(monkeypatch):
    _, targets = classes()
    wanted = [
        Member(PLAIN, 0, np.arange(70), np.arange(70, 90), targets, seed, epochs)
        for seed, epochs in enumerate([5, 25, 11, 10, 3, 20, 14])
    ]
    finished = []
    free = train.train(pack(wanted))
    monkeypatch.setattr(packed_training, "CPU", replace(packed_training.CPU, slots=3))
    crowded = train.train(pack(wanted), finished.append)
    assert finished == [1, 2, 3, 4, 5, 6, 7]
    for member, one, other in zip(wanted, free, crowded, strict=True):
        assert len(one.history["loss"]) == len(other.history["loss"]) == member.epochs
        assert one.best_epoch == other.best_epoch
        assert np.abs(one.predictions - other.predictions).max() < 2e-3


def test_a_program_is_compiled_by_one_thread_while_others_wait(monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    from tentips.models.networks import kernel

    events = []

    def run(number):
        events.append("begins")
        time.sleep(0.05)
        events.append("ends")
        return number

    monkeypatch.setattr(kernel, "program", lambda shape: run)
    monkeypatch.setattr(packed_training, "_programs", {})
    program = packed_training._program(None)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(program, range(4))) == [0, 1, 2, 3]
    assert events[:2] == ["begins", "ends"]
    assert sorted(events) == ["begins"] * 4 + ["ends"] * 4


def test_diverged_member_leaves_the_others_alone(trained):
    matrix, _ = classes()
    broken = Member(**{**vars(members(MIX)[0]), "settings": {**PLAIN, "learning_rate": 1e30, "optimiser": "sgd"}})
    found = train.train(pack([members(MIX)[0], broken]))
    assert np.abs(found[0].predictions - trained[0].predictions).max() < 2e-3
    assert not np.isfinite(found[1].history["stop_loss"]).all()
    assert len(found[1].predictions) == len(matrix)


@pytest.mark.parametrize("schedule, last", [("constant", 1.0), ("cosine", 0.0), ("exponential", 0.01)])
def test_learning_rates_run_from_the_declared_one_to_the_end_of_their_schedule(schedule, last):
    rates = optimisation.learning_rates({**PLAIN, "schedule": schedule}, 1000)
    assert rates[0] == pytest.approx(1e-2)
    assert rates[-1] == pytest.approx(1e-2 * last, abs=1e-4)
    assert (np.diff(rates) <= 0).all()


def test_initial_kernels_have_the_spread_of_their_initialiser():
    for name, variance in (("he_normal", 2 / 400), ("lecun_normal", 1 / 400), ("glorot_uniform", 2 / (400 + 300))):
        kernels = mlp.initial_kernels({**PLAIN, "units": 300, "initialiser": name}, 400, 2, seed=5)
        assert [kernel.shape for kernel in kernels] == [(400, 300), (300, 2)]
        assert kernels[0].var() == pytest.approx(variance, rel=0.05)
        assert abs(kernels[1]).max() <= np.sqrt(6 / 302)


@pytest.mark.parametrize("name", mlp.INITIALISERS)
def test_initial_kernels_are_distributed_as_those_of_keras(name):
    import keras
    from scipy import stats

    ours = mlp.initial_kernels({**PLAIN, "units": 128, "initialiser": name}, 100, 2, seed=5)[0]
    theirs = keras.initializers.get({"class_name": name, "config": {"seed": 5}})((100, 128))
    assert stats.ks_2samp(ours.ravel(), np.asarray(theirs).ravel()).pvalue > 1e-3
    again = mlp.initial_kernels({**PLAIN, "units": 128, "initialiser": name}, 100, 2, seed=6)[0]
    assert abs(np.corrcoef(ours.ravel(), again.ravel())[0, 1]) < 0.05


def test_untuned_settings_are_the_defaults_of_the_space():
    from tentips.models.networks.search import untuned

    assert untuned(ARCHITECTURES["mlp"]) == {**PLAIN, "units": 64, "learning_rate": 1e-3}


@pytest.mark.slow
@pytest.mark.skipif("BACKEND_OF_TEST" in os.environ, reason="runs these tests itself")
def test_the_same_holds_on_jax():
    """Equality of packed and single members, Keras model, optimisers, bitwise reruns: in a process whose backend is JAX."""
    chosen = "packed or numpy or bitwise or steps or slots or memory or bfloat16"
    files = [__file__, "test_tabular_network.py"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *files, "-k", chosen]
    environment = {**os.environ, "BACKEND_OF_TEST": "jax"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=Path(__file__).parent)
    assert done.returncode == 0, done.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= 16


def test_where_memory_runs_out_fewer_networks_are_trained_at_a_time(monkeypatch, capsys):
    from tentips.models.networks import kernel

    wanted = [Member(PLAIN, 0, np.arange(70), np.arange(70, 90), classes()[1], seed, 12) for seed in range(5)]
    free = train.train(pack(wanted))
    make = kernel.program

    def program(shape):
        def full(*arguments):
            raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 99 bytes")

        return full if shape.slots > 2 else make(shape)

    monkeypatch.setattr(kernel, "program", program)
    monkeypatch.setattr(packed_training, "_programs", {})
    scarce = train.train(pack(wanted))
    assert "going on with 2, 5 are left" in capsys.readouterr().out
    for one, other in zip(free, scarce, strict=True):
        assert np.abs(one.predictions - other.predictions).max() < 2e-3
    monkeypatch.setattr(kernel, "program", lambda shape: lambda *arguments: 1 / 0)
    monkeypatch.setattr(packed_training, "_programs", {})
    with pytest.raises(ZeroDivisionError):
        train.train(pack(wanted))


def test_bfloat16_rounds_products_and_nothing_else(trained):
    exact, rounded = (
        train.train(replace(pack(members(MIX)), precision=precision)) for precision in ("float32", "bfloat16")
    )
    differences = [np.abs(one.predictions - other.predictions).max() for one, other in zip(exact, rounded, strict=True)]
    assert 1e-4 < max(differences) < 0.15
    assert all(array.dtype == "float32" for member in rounded for array in member.weights)


@pytest.mark.slow
@pytest.mark.parametrize("settings", [PLAIN, {**DEEP, "layers": 2, "dropout": 0.2, "optimiser": "adam"}])
def test_scores_over_seeds_are_distributed_as_those_of_stock_keras(settings):
    """Sixteen seeds each of our engine and of `keras.Model.fit`: same mean and same spread, as far as sixteen can tell."""
    import keras
    from scipy.stats import ks_2samp

    random = np.random.default_rng(11)
    matrix = random.normal(size=(400, 8)).astype("float32")
    signal = matrix[:, 0] + matrix[:, 1] * matrix[:, 2] + random.normal(0, 1, 400)
    targets = (signal > 0).astype("int32")
    fit, stop, new = np.arange(150), np.arange(150, 200), np.arange(200, 400)
    seeds = range(16)
    wanted = [Member(settings, 0, fit, stop, targets, seed, 12) for seed in seeds]
    ours = train.train(Pack(ARCHITECTURES["mlp"], Views([matrix]), wanted, 2, "classification", 4))
    ours = [roc_auc_score(targets[new], each.predictions[new, 1]) for each in ours]
    stock = []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        model = mlp.keras_model(settings, (8,), 2, "classification")
        for layer in model.layers[:-1]:
            if isinstance(layer, keras.layers.Dense):
                layer.kernel_initializer = keras.initializers.get(settings["initialiser"])
        for layer in model.layers:
            if isinstance(layer, keras.layers.Dense):
                layer.kernel.assign(layer.kernel_initializer(layer.kernel.shape))
                layer.kernel.regularizer = keras.regularizers.L2(settings["l2"])
        model.compile(keras.optimizers.Adam(settings["learning_rate"]), "sparse_categorical_crossentropy")
        stopping = keras.callbacks.EarlyStopping(patience=4, restore_best_weights=True)
        model.fit(
            matrix[fit],
            targets[fit],
            batch_size=settings["batch_size"],
            epochs=12,
            validation_data=(matrix[stop], targets[stop]),
            callbacks=[stopping],
            verbose=0,
        )
        stock.append(roc_auc_score(targets[new], np.asarray(model(matrix[new], training=False))[:, 1]))
    error = np.sqrt((np.var(ours, ddof=1) + np.var(stock, ddof=1)) / len(stock))
    assert abs(np.mean(ours) - np.mean(stock)) < 3 * error
    assert ks_2samp(ours, stock).pvalue > 0.005
    assert min(np.std(ours), np.std(stock)) > 1e-3
