"""Private training: what a unit can add, what noise is added, how units are drawn, and that without both it is plain descent."""

import os
import re
import subprocess
import sys
from pathlib import Path

import keras_tuner
import numpy as np
import pytest
from small import PLAIN, recipe, rows

from tentips.errors import StudyError
from tentips.models.networks import backend, members, private_descent
from tentips.models.networks.architecture import architecture
from tentips.models.networks.keras_training import trainable_model
from tentips.models.networks.private_descent import Descent, poisson_samples, private_settings, train_privately
from tentips.models.networks.views import Views

backend.choose(os.environ.get("BACKEND_OF_TEST", "tensorflow"), 0, True, 1)

RANDOM = np.random.default_rng(0)
FEATURES, TRUTH = RANDOM.normal(size=(60, 4)).astype("float32"), RANDOM.integers(0, 2, 60)
STILL = Descent(noise=0.0, rate=1.0, steps=1, norm=1e9, learning_rate=0.1)
INPUTS = {
    "mlp": FEATURES,
    "cnn1d": RANDOM.normal(size=(60, 12, 4)).astype("float32"),
    "cnn2d": RANDOM.normal(size=(60, 10, 10, 2)).astype("float32"),
}


def untuned(name):
    return {**private_settings(architecture(name).declare(keras_tuner.HyperParameters())), "units": 8, "filters": 4}


def packed(own, settings=PLAIN, matrix=FEATURES, seed=3, name="mlp"):
    member = members.unstopped(own, settings, np.arange(len(own.ids)), seed, recipe())
    return members.pack(architecture(name), own, Views([matrix]), [member], recipe())


def moved(own, descent, **named):
    """The weights before and after private training."""
    pack = packed(own, **named)
    before = [each.numpy() for each in trainable_model(pack, pack.members[0]).trainable_variables]
    return before, train_privately(pack, own.groups, descent)[0].weights


def length(before, after):
    return np.sqrt(sum(np.square(new - old).sum() for old, new in zip(before, after, strict=True)))


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("name", INPUTS)
def test_without_noise_and_limit_it_is_plain_gradient_descent(name, task):
    import keras

    inputs = INPUTS[name]
    truth = TRUTH if task == "classification" else FEATURES[:, 0] * 3 + 5
    own = rows(FEATURES, truth, task)
    pack = packed(own, PLAIN if name == "mlp" else untuned(name), inputs, name=name)
    found = train_privately(pack, own.groups, Descent(0.0, 1.0, 20, 1e9, 0.1, 0.9))[0]
    model, member = trainable_model(pack, pack.members[0]), pack.members[0]
    crossed = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), crossed if task == "classification" else "mse")
    model.fit(inputs, member.targets, batch_size=60, epochs=20, shuffle=False, verbose=0)
    for ours, theirs in zip(found.weights, model.get_weights(), strict=True):
        assert ours == pytest.approx(theirs, abs=2e-5)
    outputs = model.predict(inputs, verbose=0)
    if task == "classification":
        assert found.predictions.sum(axis=1) == pytest.approx(1)
        assert (found.predictions.argmax(axis=1) == outputs.argmax(axis=1)).all()
    else:
        assert found.predictions == pytest.approx(outputs[:, 0], abs=1e-4)


def test_a_unit_moves_the_weights_by_no_more_than_the_norm():
    """Removing one unit changes the sum by at most the clipping norm, however far out the unit lies."""
    wild = FEATURES.copy()
    wild[0] *= 1e4
    alone = rows(wild[:1], TRUTH[:1] * 0 + 1)
    for norm in (0.5, 2.0):
        before, after = moved(alone, Descent(0.0, 1.0, 1, norm, 1.0), matrix=wild[:1])
        assert length(before, after) <= norm * (1 + 1e-5)
        assert length(before, after) == pytest.approx(norm, rel=1e-3)


@pytest.mark.parametrize("name", INPUTS)
def test_of_many_units_each_adds_no_more_than_the_norm(name):
    """Whatever network: far from the least loss every gradient is longer, so that the mean of 60 is no longer than the norm."""
    own = rows(FEATURES, np.ones(60, int))
    settings = PLAIN if name == "mlp" else untuned(name)
    before, after = moved(own, Descent(0.0, 1.0, 1, 0.01, 1.0), settings=settings, matrix=INPUTS[name], name=name)
    assert 0.001 < length(before, after) <= 0.01 * (1 + 1e-5)


@pytest.mark.slow
@pytest.mark.skipif("BACKEND_OF_TEST" in os.environ, reason="runs these tests itself")
def test_the_same_holds_on_jax():
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        __file__,
        "-k",
        "(plain and classification) or many_units",
    ]
    environment = {**os.environ, "BACKEND_OF_TEST": "jax"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=Path(__file__).parent)
    assert done.returncode == 0, done.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) == 6


def test_a_group_moves_the_weights_no_further_than_a_row():
    group = rows(FEATURES, np.ones(60, int), groups=np.zeros(60, int))
    before, after = moved(group, Descent(0.0, 1.0, 1, 0.01, 1.0))
    assert length(before, after) == pytest.approx(0.01, rel=1e-3)  # one unit is expected, and there is one
    each = rows(FEATURES, np.ones(60, int))
    before, after = moved(each, Descent(0.0, 1.0, 1, 0.01, 1.0))
    assert length(before, after) < 0.01  # the mean of 60 cut gradients that do not all point one way


def test_the_gradient_of_a_group_is_that_of_its_mean_loss():
    halves = np.arange(60) // 10
    grouped = moved(rows(FEATURES, TRUTH, groups=halves), STILL)[1]
    single = moved(rows(FEATURES, TRUTH), STILL)[1]
    for one, other in zip(grouped, single, strict=True):  # groups of one size: both are the mean of all rows
        assert one == pytest.approx(other, abs=1e-6)


def test_noise_has_the_spread_that_it_says():
    own = rows(FEATURES, TRUTH)
    quiet, loud = moved(own, Descent(0.0, 1.0, 1, 1.0, 1.0))[1], moved(own, Descent(5.0, 1.0, 1, 1.0, 1.0))[1]
    added = np.concatenate([(one - other).ravel() for one, other in zip(loud, quiet, strict=True)])
    assert added.std() == pytest.approx(5 / 60, rel=0.2)
    assert abs(added.mean()) < 4 * added.std() / np.sqrt(len(added))


def test_units_are_drawn_each_by_itself_at_the_rate():
    drawn = list(poisson_samples(1000, Descent(1.0, 0.2, 400, 1.0, 1.0), np.random.default_rng(1)))
    sizes = np.array([len(each) for each in drawn])
    assert sizes.mean() == pytest.approx(200, abs=3)
    assert sizes.var() == pytest.approx(1000 * 0.2 * 0.8, rel=0.25)  # batches of one size would have none
    times = np.bincount(np.concatenate(drawn), minlength=1000)
    assert times.var() == pytest.approx(400 * 0.2 * 0.8, rel=0.2)  # an epoch's shuffle would have none


def test_a_step_that_draws_nobody_is_noise_alone():
    own = rows(FEATURES, TRUTH)
    before, after = moved(own, Descent(0.0, 1e-9, 3, 1.0, 1.0))
    assert length(before, after) == 0


def test_batch_normalisation_is_left_out_or_refused():
    assert private_settings({**PLAIN, "batch_norm": True, "dropout": 0.3}) == PLAIN
    assert private_settings({"units": 3}) == {"units": 3}
    own = rows(FEATURES, TRUTH)
    with pytest.raises(StudyError, match=r"norm_1.*batch normalisation"):
        train_privately(packed(own, {**PLAIN, "batch_norm": True}), own.groups, STILL)


def test_of_a_large_group_a_step_sees_some_rows():
    units = np.array([[*range(40)], [40, 41, *[-1] * 38]])
    few = private_descent._few_of(units, 16, np.random.default_rng(0))
    assert len(set(few[0])) == 16 and set(few[0]) <= set(range(40))
    assert set(few[1]) == {40, 41, -1}
