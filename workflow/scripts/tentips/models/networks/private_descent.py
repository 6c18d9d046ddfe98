"""Differentially private stochastic gradient descent (Abadi et al. 2016, arXiv:1607.00133), for any Keras network of a pack.

Each step draws every unit (a group, or a row that is its own) with the same probability, by itself. The gradient of the unit's
mean loss is cut to the clipping norm; the cut ones are added, normal noise is added to the sum, and the sum is divided by the
number of units that were expected. Nothing else of the training rows enters the weights: no row stops the training, and dropout
and batch normalisation are off. The noise follows from the seed: whoever knows the seed can take it away.
"""

from dataclasses import dataclass

import numpy as np

from tentips.errors import StudyError
from tentips.models.networks import backend
from tentips.models.networks.keras_training import CHUNK, predictions_of, trainable_model
from tentips.models.networks.pack import Member, Pack, Trained
from tentips.models.networks.views import Views

AT_ONCE = 256  # units whose gradients are computed at the same time, at most
MEMORY = 2**27  # numbers of gradients that are held at the same time, at most
ROWS_OF_A_UNIT = 16  # of a unit with more rows, a step sees so many, drawn at random
SMALLEST_NORM = 1e-12

_programs: dict[tuple, "_Program"] = {}  # the last one: the next training mostly is of the same network


@dataclass(frozen=True)
class Descent:
    """How the steps are taken.

    `noise` is the standard deviation of the noise in units of `norm`, to which the gradient of each unit is cut; `rate` the probability
    with which a unit is in a step.
    """

    noise: float
    rate: float
    steps: int
    norm: float
    learning_rate: float
    momentum: float = 0.0


def train_privately(pack: Pack, groups: np.ndarray, descent: Descent) -> list[Trained]:
    """Train every member of `pack` from its `fit` rows, whole groups at a time, and return what came of each.

    `groups` has the number of each row's unit. Raises StudyError where the network holds a layer whose result for one row
    depends on others.
    """
    pack.architecture.check_inputs(pack.views.shape)
    found = []
    for member in pack.members:
        model = trainable_model(pack, member)
        refuse_shared(model)
        weights = _descend(_program(pack, member, descent.norm), model, member, pack.views, groups, descent)
        for variable, value in zip(model.trainable_variables, weights, strict=True):
            variable.assign(value)
        outputs = _outputs(model, pack.views.matrix(member.view))
        found.append(Trained({}, descent.steps, model.get_weights(), predictions_of(outputs, pack.task)))
    return found


def private_settings(settings: dict) -> dict:
    """Return a network's settings without what private training leaves out: batch normalisation and dropout."""
    without = {"batch_norm": False, "dropout": 0.0}
    return {**settings, **{name: value for name, value in without.items() if name in settings}}


def refuse_shared(model) -> None:
    """Raise StudyError where a layer learns from a batch as a whole, so that no gradient is of one unit alone."""
    import keras

    for layer in model.layers:
        if hasattr(layer, "layers"):
            refuse_shared(layer)
        if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable:
            raise StudyError(
                f"privacy.epsilon: the layer '{layer.name}' is batch normalisation, which mixes the samples of a batch, so that "
                "this network cannot be trained privately. Use layer or group normalisation, or leave privacy.epsilon out."
            )


class _Program:
    """The compiled parts of a step: `clipped` adds up what units contribute, `moved` moves the weights."""

    def __init__(self, pack: Pack, member: Member, norm: float):
        model = trainable_model(pack, member)
        size = sum(int(np.prod(each.shape)) for each in model.trainable_variables)
        self.at_once = int(np.clip(MEMORY // size, 1, AT_ONCE))
        # XLA makes quick programs of dense layers, and slow ones of convolutions.
        compiled = backend.compiled if pack.architecture.packed else backend.traced
        self.clipped, self.moved = compiled(_clipped_sum(model, pack.task, norm)), compiled(_moved)


def _program(pack: Pack, member: Member, norm: float) -> _Program:
    structure = pack.architecture, str(sorted(member.settings.items())), pack.views.shape, pack.outputs, pack.task, norm
    if structure not in _programs:
        _programs.clear()
        _programs[structure] = _Program(pack, member, norm)
    return _programs[structure]


def _moved(weights, speed, totals, noise, numbers):
    """Weights and speed after a step, by gradient descent with momentum."""
    speed = [
        numbers["momentum"] * before + (total + each) / numbers["expected"]
        for before, total, each in zip(speed, totals, noise, strict=True)
    ]
    return [weight - numbers["rate"] * each for weight, each in zip(weights, speed, strict=True)], speed


def _clipped_sum(model, task: str, norm: float):
    """Return `total(trainable, frozen, totals, x, y, w)`: `totals` and the units' cut gradients; arrays are (units, rows of a unit, ...).

    `w` is the weight of each row's loss, 0 where there is no row, already divided by the rows of its unit.
    """
    from keras import ops

    def loss_of(trainable, frozen, x, y, w):
        outputs = ops.cast(model.stateless_call(trainable, frozen, x, training=False)[0], "float32")
        if task == "classification":
            each = -ops.sum(ops.one_hot(y, outputs.shape[-1]) * ops.log_softmax(outputs, axis=-1), axis=-1)
        else:
            each = ops.square(outputs[:, 0] - y)
        return ops.sum(each * w), ()

    gradient = backend.value_and_gradient(loss_of)

    def total(trainable, frozen, totals, x, y, w):
        def of_unit(x, y, w):
            # A gradient that is not a number would pass every limit.
            found = [ops.nan_to_num(each) for each in gradient(trainable, frozen, x, y, w)[1]]
            length = ops.sqrt(sum(ops.sum(ops.square(each)) for each in found))
            return [each * ops.minimum(1.0, norm / ops.maximum(length, SMALLEST_NORM)) for each in found]

        added = backend.for_each(of_unit)(x, y, w)
        return [before + ops.sum(each, axis=0) for before, each in zip(totals, added, strict=True)]

    return total


def _descend(program: _Program, model, member: Member, views: Views, groups: np.ndarray, descent: Descent) -> list:
    """Carry out all steps and return the trainable weights."""
    from keras import ops

    inputs, units = ops.convert_to_tensor(views.matrix(member.view)), _units(member, groups)
    random = np.random.default_rng([member.seed % 2**63, 1])
    weights = [ops.convert_to_tensor(each.value) for each in model.trainable_variables]
    frozen = [ops.convert_to_tensor(each.value) for each in model.non_trainable_variables]
    nothing = [ops.zeros(each.shape) for each in weights]
    speed, spread = nothing, np.float32(descent.noise * descent.norm)
    numbers = {"rate": descent.learning_rate, "momentum": descent.momentum, "expected": descent.rate * len(units)}
    numbers = {name: ops.convert_to_tensor(np.float32(value)) for name, value in numbers.items()}
    for drawn in poisson_samples(len(units), descent, random):
        totals = nothing
        for begin in range(0, len(drawn), program.at_once):
            batch = _batch(member, units, drawn[begin : begin + program.at_once], program.at_once, random)
            x, (y, w) = ops.take(inputs, batch[0], axis=0), map(ops.convert_to_tensor, batch[1:])
            totals = program.clipped(weights, frozen, totals, x, y, w)
        noise = [ops.convert_to_tensor(random.standard_normal(each.shape, "float32") * spread) for each in nothing]
        weights, speed = program.moved(weights, speed, totals, noise, numbers)
    return weights


def poisson_samples(units: int, descent: Descent, random):
    """Yield the units of each step: every one is drawn by itself, with probability `rate`."""
    for _ in range(descent.steps):
        yield np.flatnonzero(random.random(units) < descent.rate)


def _units(member: Member, groups: np.ndarray) -> np.ndarray:
    """The rows of each unit among those that the member learns from, (units, most rows), filled up with -1."""
    codes = np.unique(groups[member.fit], return_inverse=True)[1]
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes)
    place = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    rows = np.full((len(sizes), sizes.max()), -1)
    rows[codes[order], place] = member.fit[order]
    return rows


def _batch(member: Member, units: np.ndarray, drawn: np.ndarray, size: int, random) -> tuple[np.ndarray, ...]:
    """Rows, targets and weights of the drawn units, (size, rows of a unit); units that are not there weigh nothing."""
    rows = np.full((size, min(units.shape[1], ROWS_OF_A_UNIT)), -1)
    rows[: len(drawn)] = _few_of(units[drawn], rows.shape[1], random)
    there = rows >= 0
    weights = there / np.maximum(there.sum(axis=1, keepdims=True), 1)
    rows = np.maximum(rows, 0)
    if member.weights is not None:
        weights = weights * member.weights[rows]
    targets = member.targets[rows]
    kind = "int32" if np.issubdtype(targets.dtype, np.integer) else "float32"
    return rows.astype("int32"), targets.astype(kind), weights.astype("float32")


def _few_of(rows: np.ndarray, most: int, random) -> np.ndarray:
    """At most so many rows of each unit, drawn at random."""
    if rows.shape[1] <= most:
        return rows
    order = np.argsort(np.where(rows >= 0, random.random(rows.shape), 2.0), axis=1)[:, :most]
    return np.take_along_axis(rows, order, axis=1)


def _outputs(model, matrix: np.ndarray) -> np.ndarray:
    """What the model gives for each row, before its last activation."""
    from keras import ops

    chunks = (matrix[begin : begin + CHUNK] for begin in range(0, len(matrix), CHUNK))
    return np.concatenate([ops.convert_to_numpy(model(chunk, training=False)) for chunk in chunks])
