"""Networks of convolutions: what they find, what they do not care about, and that training them is training with Keras."""

import time
from dataclasses import replace

import keras_tuner
import numpy as np
import pytest

from tentips.models.networks import backend, cnn1d, cnn2d, convolution, keras_training, optimisation
from tentips.models.networks.architecture import ARCHITECTURES, architecture
from tentips.models.networks.keras_files import load_keras, save_keras
from tentips.models.networks.pack import Member, Pack
from tentips.models.networks.train import train
from tentips.models.networks.views import Views
from tentips.models.recipe import Recipe

backend.choose("tensorflow", 0, True, 1)

SHAPES = {"cnn1d": (20, 4), "cnn2d": (12, 12, 2)}
MOTIF = np.array([0, 2, 3, 1, 2])


def untuned(name, **others):
    return {**ARCHITECTURES[name].declare(keras_tuner.HyperParameters()), **others}


def drawn(name, number):
    """Settings drawn from the space of an architecture."""
    space, random = keras_tuner.HyperParameters(), np.random.default_rng(number)
    ARCHITECTURES[name].declare(space)
    for each in space.space:
        space.values[each.name] = each.random_sample(int(random.integers(2**31)))
    return ARCHITECTURES[name].declare(space)


def packed(name, inputs, targets, settings, task="classification", seeds=(1,), epochs=15, fit=None):
    outputs = int(targets.max()) + 1 if task == "classification" else 1
    n = len(inputs)
    fit = np.arange(int(0.6 * n)) if fit is None else fit
    members = [
        Member(settings, 0, fit, np.arange(int(0.6 * n), int(0.75 * n)), targets, seed, epochs) for seed in seeds
    ]
    return Pack(ARCHITECTURES[name], Views([inputs]), members, outputs, task, epochs)


def motifs(n=240, length=20, reverse=False):
    """Random DNA, one-hot; half of it with a motif anywhere, on either strand where `reverse` says so."""
    random = np.random.default_rng(4)
    letters, targets = random.integers(0, 4, (n, length)), np.arange(n) % 2
    for row in np.flatnonzero(targets):
        motif = 3 - MOTIF[::-1] if reverse and row % 4 == 1 else MOTIF
        begin = random.integers(0, length - len(motif))
        letters[row, begin : begin + len(motif)] = motif
    return np.eye(4, dtype="float32")[letters], targets


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("number", range(6))
def test_every_network_of_the_space_is_built_saved_and_loaded(tmp_path, name, number):
    kind, settings, shape = ARCHITECTURES[name], drawn(name, number), SHAPES[name]
    model = kind.keras_model(settings, shape, 3, "classification")
    inputs = np.random.default_rng(0).normal(size=(4, *shape)).astype("float32")
    save_keras(model, tmp_path / "model.keras")
    loaded = load_keras(tmp_path / "model.keras")
    expected = np.asarray(model(inputs, training=False))
    assert np.abs(np.asarray(loaded(inputs, training=False)) - expected).max() < 1e-6
    assert expected.sum(axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert kind.parameters(settings, shape, 3) == sum(np.prod(each.shape) for each in model.trainable_weights)
    again = kind.keras_model(settings, shape, 3, "classification", model.get_weights())
    assert np.abs(np.asarray(again(inputs, training=False)) - expected).max() < 1e-6


def test_a_motif_is_found_wherever_it_stands():
    inputs, targets = motifs()
    settings = untuned("cnn1d", learning_rate=1e-2, layers=1, batch_size=32)
    found = train(packed("cnn1d", inputs, targets, settings, epochs=25))[0]
    new = slice(180, 240)
    assert ((found.predictions[new, 1] > 0.5) == targets[new]).mean() > 0.85
    random = np.random.default_rng(0)
    disordered = np.stack([each[random.permutation(20)] for each in inputs])
    blind = train(packed("cnn1d", disordered, targets, settings, epochs=25))[0]
    assert ((blind.predictions[new, 1] > 0.5) == targets[new]).mean() < 0.75
    again = train(packed("cnn1d", inputs, targets, settings, epochs=25))[0]
    assert (again.predictions == found.predictions).all() and again.history == found.history


def test_both_strands_get_the_same_prediction_where_that_is_declared():
    inputs, targets = motifs(reverse=True)
    both = architecture("cnn1d", Recipe({}, {}, both_strands=True))
    settings = {**both.declare(keras_tuner.HyperParameters()), "learning_rate": 1e-2, "summary": "flatten"}
    assert settings["both_strands"] and not untuned("cnn1d")["both_strands"]
    other_strand = inputs[:, ::-1, ::-1]
    differences = {}
    for strands in (True, False):
        pack = packed("cnn1d", inputs, targets, {**settings, "both_strands": strands}, epochs=3)
        model = both.keras_model(pack.members[0].settings, (20, 4), 2, "classification", train(pack)[0].weights)
        one, other = (model.predict(each, verbose=0) for each in (inputs, other_strand))
        differences[strands] = np.abs(one - other).max()
    assert differences[True] < 1e-5 < 0.01 < differences[False]


@pytest.mark.parametrize("optimiser", optimisation.OPTIMISERS)
def test_it_is_trained_as_keras_trains_it(optimiser):
    """With all rows in one batch order does not matter: the weights are those of `keras.Model.fit`."""
    import keras

    random = np.random.default_rng(2)
    inputs, targets = random.normal(size=(30, 12, 12, 2)).astype("float32"), np.arange(30) % 3
    settings = untuned("cnn2d", optimiser=optimiser, l2=1e-3, learning_rate=5e-3, batch_size=128, batch_norm=True)
    pack = packed("cnn2d", inputs, targets, settings, epochs=4, fit=np.arange(30))
    ours = train(replace(pack, patience=9))[0]
    keras.utils.set_random_seed(1)
    model = ARCHITECTURES["cnn2d"].keras_model(settings, (12, 12, 2), 3, "classification")
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            layer.kernel.regularizer = keras.regularizers.L2(1e-3)
    made = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}[optimiser]
    model.compile(made(5e-3, **({"momentum": 0.9} if optimiser == "sgd" else {})), "sparse_categorical_crossentropy")
    losses = model.fit(inputs, targets, batch_size=30, epochs=ours.best_epoch, verbose=0).history["loss"]
    assert len(ours.history["loss"]) == 4 and losses[-1] < losses[0]
    weights = model.get_weights()
    assert [each.shape for each in weights] == [each.shape for each in ours.weights]
    for one, other in zip(ours.weights, weights, strict=True):
        np.testing.assert_allclose(one, other, atol=2e-3)


def test_members_of_one_structure_share_a_program(monkeypatch):
    made, kept = [], keras_training.Program

    def counted(pack, member):
        made.append(member.settings)
        return kept(pack, member)

    monkeypatch.setattr(keras_training, "Program", counted)
    monkeypatch.setattr(keras_training, "_programs", type(keras_training._programs)())
    inputs, targets = motifs(60)
    pack = packed("cnn1d", inputs, targets, untuned("cnn1d"), seeds=(1, 2, 3), epochs=1)
    others = [
        replace(pack.members[0], settings=untuned("cnn1d", **each))
        for each in ({"learning_rate": 0.05, "optimiser": "sgd"}, {"l2": 1e-2}, {"filters": 16})
    ]
    train(replace(pack, members=[*pack.members, *others]))
    assert [each["filters"] for each in made] == [32, 16]


def test_only_training_images_are_augmented(monkeypatch):
    inputs = np.random.default_rng(1).normal(size=(40, 12, 12, 2)).astype("float32")
    targets = (inputs.mean(axis=(1, 2, 3)) > 0).astype(int)
    seen = []
    spy = replace(ARCHITECTURES["cnn2d"], augment=lambda settings, x, noise: seen.append(tuple(x.shape)) or x)
    pack = packed("cnn2d", inputs, targets, untuned("cnn2d", layers=1, batch_size=32), epochs=2)
    spied, plain = train(replace(pack, architecture=spy))[0], train(pack)[0]
    assert seen and set(seen) == {(24, 12, 12, 2)}, "batches of rows that are fitted, and nothing else"
    assert np.abs(spied.predictions - plain.predictions).max() < 1e-6


def test_augmentation_leaves_training_repeatable():
    inputs = np.random.default_rng(1).normal(size=(40, 8, 8, 1)).astype("float32")
    targets = (inputs.mean(axis=(1, 2, 3)) > 0).astype(int)
    settings = untuned("cnn2d", flip=True, rotation=True, shift=0.1, contrast=0.2, dropout=0.4, layers=1)
    runs = [train(packed("cnn2d", inputs, targets, settings, epochs=3))[0] for _ in range(2)]
    assert (runs[0].predictions == runs[1].predictions).all()
    plain = train(packed("cnn2d", inputs, targets, {**settings, "flip": False}, epochs=3))[0]
    assert np.abs(plain.predictions - runs[0].predictions).max() > 1e-5


def test_a_deep_network_predicts_fewer_rows_at_once():
    def rows(side):
        model = cnn2d.keras_model(untuned("cnn2d"), (side, side, 3), 2, "classification")
        return convolution.rows_at_once(model, 4096)

    assert rows(8) == 4096
    assert rows(256) == 64_000_000 // (256 * 256 * 32)


def test_a_sequence_network_refuses_a_table():
    with pytest.raises(
        Exception, match="'cnn1d', which reads sequences; the inputs of this study are features of a table"
    ):
        train(packed("cnn1d", np.zeros((40, 5), "float32"), np.arange(40) % 2, untuned("cnn1d")))
    assert cnn1d.NAME in ARCHITECTURES


def test_what_a_batch_holds_while_it_is_trained_is_that_of_all_layers():
    import keras

    inputs = keras.Input((10, 4))
    x = keras.layers.Conv1D(8, 3, padding="same")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Flatten()(x)))
    assert convolution.held_in_training(model, 32) == 4 * 32 * (40 + 80 + 80 + 3)


@pytest.mark.parametrize(("large", "most"), [(1e12, 2), (0, 1)])
def test_two_networks_are_trained_at_a_time_unless_they_are_large(monkeypatch, large, most):
    now, seen, train_one = [], [], keras_training._train

    def watched(*arguments):
        now.append(1)
        seen.append(len(now))
        time.sleep(0.2)
        found = train_one(*arguments)
        now.pop()
        return found

    monkeypatch.setattr(keras_training, "_train", watched)
    monkeypatch.setattr(keras_training, "LARGE", large)
    monkeypatch.setattr(keras_training, "_programs", type(keras_training._programs)())
    monkeypatch.setattr(backend, "at_once", lambda: 2)
    inputs, targets = motifs(60)
    train(packed("cnn1d", inputs, targets, untuned("cnn1d"), seeds=(1, 2, 3, 4), epochs=1))
    assert max(seen) == most
