"""The packed multilayer perceptron as one program: one network per slot, its parameters a row of one matrix.

Networks of other widths and depths share a program: units beyond a member's width are masked, and layers beyond its
depth hand their input on. Every member's numbers depend on its own row of each array only.
"""

import numpy as np
from keras import ops

from tentips.models.networks import backend
from tentips.models.networks.layout import Shape, is_kernel, pieces
from tentips.models.networks.mlp import NORM_EPSILON, NORM_MOMENTUM
from tentips.models.networks.optimisation import ADAM_SECOND, MOMENTUM, OPTIMISER_EPSILON, OPTIMISERS, RMSPROP

NEGLIGIBLE = 1e-12


def program(shape: Shape):
    """Compile `run(data, member, state, draws, rates)`, which trains every slot for up to `shape.epochs` epochs.

    data: what `Views.arrays` returns, and targets and row_weights (slots, rows). member: per slot view, first row of the
    view's base, l2, weight decay, dropout, width mask
    (slots, units), depth mask (slots, layers), activation and optimiser one-hot, norm flag, stop rows and their mask,
    patience, last epoch. state: weights, first and second moments, best weights (slots, parameters), statistics and best
    statistics (slots, statistics), counters (slots,). draws: rows (slots, epochs, steps x batch) with -1 for padding,
    dropout keys (slots, epochs, steps), and how many steps have a row at all. rates: (slots, epochs). Returns the new
    state and the losses on fit and stop rows, (slots, epochs) each.
    """
    grad = backend.value_and_gradient(lambda weights, *rest: _loss(shape, weights, *rest))
    decayed = is_kernel(shape)

    def run(data, member, state, draws, rates):
        losses = ops.zeros((shape.slots, shape.epochs))

        def epoch(number, carried):
            state, fit_losses, stop_losses = carried
            rate = _column(rates, number)

            def step(position, carried):
                state, total, seen = carried
                rows = ops.slice(draws["rows"], (0, number, position * shape.batch), (shape.slots, 1, shape.batch))[
                    :, 0
                ]
                present = ops.cast(rows >= 0, "float32")
                rows = ops.maximum(rows, 0)
                x, y, w = _gather(data, member, rows)
                key = ops.slice(draws["keys"], (0, number, position), (shape.slots, 1, 1))[:, 0]
                batch = x, y, w * present, present
                (_, (loss, norms)), gradients = grad(
                    _unpack(shape, state["weights"]), member, state["statistics"], batch, key
                )
                gradient = ops.concatenate([ops.reshape(each, (shape.slots, -1)) for each in gradients], axis=1)
                state = _update(shape, state, member, gradient, norms, rate, present, decayed)
                count = ops.sum(present, axis=1)
                return state, total + loss * count, seen + count

            zero = ops.zeros((shape.slots,))
            state, total, seen = ops.fori_loop(0, draws["steps"], step, (state, zero, zero))
            stop_loss = _stop_loss(shape, data, member, state)
            state = _remember(state, member, stop_loss)
            column = ops.cast(ops.arange(shape.epochs) == number, "float32")[None, :]
            fit_loss = total / ops.maximum(seen, 1.0)
            return state, fit_losses + column * fit_loss[:, None], stop_losses + column * stop_loss[:, None]

        return ops.fori_loop(0, shape.epochs, epoch, (state, losses, losses))

    return backend.compiled(run)


def forward(shape: Shape, weights, member, statistics, x, present=None, key=None):
    """Return the outputs before the softmax, (slots, rows, outputs), and the batch statistics of each hidden layer.

    With `present` (slots, rows) the pass is a training pass: batch statistics are used and units are dropped.
    """
    training = present is not None
    norms, h = [], x
    for layer in range(shape.layers):
        own = weights[shape.per_layer * layer : shape.per_layer * (layer + 1)]
        z = _product(shape, h, own[0]) + own[1][:, None, :]
        if shape.batch_norm:
            if training:
                z, statistics_of_batch = _normalise(member, z, own[2], own[3], present)
                norms += statistics_of_batch
            else:
                begin = 2 * layer * shape.units
                mean, variance = (statistics[:, at : at + shape.units] for at in (begin, begin + shape.units))
                normed = (z - mean[:, None, :]) * ops.rsqrt(variance + NORM_EPSILON)[:, None, :]
                z = ops.where(member["norm"][:, None, None] > 0, normed * own[2][:, None, :] + own[3][:, None, :], z)
        kept = member["width"][:, None, :]
        if training and shape.dropout:
            kept = kept * _kept_units(shape, member["dropout"], key, layer)
        a = _activate(shape, member, z, kept, training)
        h = a if layer == 0 else ops.where(member["depth"][:, layer][:, None, None] > 0, a, h)
    return _product(shape, h, weights[-2]) + weights[-1][:, None, :], norms


def row_losses(outputs, y):
    """Return the loss of each row, (..., rows): cross-entropy of several `outputs` (..., rows, outputs), squared error of a single one.

    `y`, (..., rows), are class numbers, or values. Outputs are those before the softmax.
    """
    if outputs.shape[-1] == 1:
        return ops.square(outputs[..., 0] - y)
    chosen = ops.one_hot(ops.cast(y, "int32"), outputs.shape[-1])
    return -ops.sum(chosen * ops.log_softmax(outputs, axis=-1), axis=-1)


def _product(shape, a, b):
    """A matrix product for each slot, its inputs rounded to `precision` and its result kept in float32."""
    if shape.precision == "float32":
        return ops.matmul(a, b)
    return ops.cast(ops.matmul(ops.cast(a, shape.precision), ops.cast(b, shape.precision)), "float32")


def _unpack(shape, vectors):
    return [ops.reshape(vectors[:, begin:end], (shape.slots, *block)) for begin, end, block in pieces(shape)]


def _column(table, number):
    return ops.slice(table, (0, number), (table.shape[0], 1))[:, 0]


def _loss(shape, weights, member, statistics, batch, key):
    x, y, w, present = batch
    outputs, norms = forward(shape, weights, member, statistics, x, present, key)
    losses = ops.sum(row_losses(outputs, y) * w, axis=1) / ops.maximum(ops.sum(present, axis=1), 1.0)
    # A sum over members: each one's gradient is its own.
    return ops.sum(losses), (losses, norms)


def _gather(data, member, rows):
    place = rows + member["base"][:, None]
    x = ops.take(data["base"], place, axis=0)
    if "scale" in data:
        scale, shift = (ops.take(data[name], member["view"], axis=0)[:, None, :] for name in ("scale", "shift"))
        x = x * scale + shift
    if "missing" in data:
        fill = ops.take(data["fill"], member["view"], axis=0)[:, None, :]
        x = ops.where(ops.take(data["missing"], place, axis=0), fill, x)
    y = ops.take_along_axis(data["targets"], rows, axis=1)
    w = ops.take_along_axis(data["row_weights"], rows, axis=1)
    return x, y, w


def _normalise(member, z, scale, shift, present):
    """Batch normalisation over the rows `present`, where a member has it, and the batch's means and variances.

    The gradient is written out (Ioffe and Szegedy 2015, section 3), as it takes two sums where the chain rule takes five.
    """
    present, norm = present[:, :, None], member["norm"][:, None, None] > 0
    count = ops.maximum(ops.sum(present, axis=1, keepdims=True), 1.0)
    mean = ops.stop_gradient(ops.sum(z * present, axis=1, keepdims=True) / count)
    centred = ops.stop_gradient(z) - mean
    variance = ops.sum(ops.square(centred) * present, axis=1, keepdims=True) / count
    inverse = ops.rsqrt(variance + NORM_EPSILON)

    @ops.custom_gradient
    def normalised(z, scale, shift):
        normed = centred * inverse

        def gradient(*upstream, **named):
            up = named["upstream"] if named else upstream[0]
            by_scale, by_shift = ops.sum(up * normed, axis=1), ops.sum(up, axis=1)
            shared = present / count * (by_shift[:, None, :] + normed * by_scale[:, None, :])
            by_z = ops.where(norm, scale[:, None, :] * inverse * (up - shared), up)
            return by_z, by_scale * member["norm"][:, None], by_shift * member["norm"][:, None]

        return ops.where(norm, normed * scale[:, None, :] + shift[:, None, :], z), gradient

    return normalised(z, scale, shift), [mean[:, 0], variance[:, 0]]


def _activate(shape, member, z, kept, training):
    """Return each member's activation of `z` where units are `kept`; in training, scaled up for those that are dropped.

    Slopes are computed along with values. Left to itself XLA computes them anew for every sum that a gradient goes into:
    on a CPU it repeats what comes before, but not a division, and so both end in one.
    """
    if not training:
        return _value_and_slope(shape, member, z)[0] * kept
    share = 1.0 - member["dropout"][:, None, None]

    @ops.custom_gradient
    def activated(z):
        value, slope = (each * kept / share for each in _value_and_slope(shape, member, z))

        def gradient(*upstream, **named):
            return (named["upstream"] if named else upstream[0]) * slope

        return value, gradient

    return activated(z)


def _value_and_slope(shape, member, z):
    """Return each member's own activation of `z` and its derivative."""
    chosen = None
    for number, name in enumerate(shape.activations):
        found = VALUES_AND_SLOPES[name](z)
        own = member["activation"][:, number][:, None, None] > 0
        chosen = found if chosen is None else [ops.where(own, *each) for each in zip(found, chosen, strict=True)]
    return chosen


def _relu(z):
    return ops.relu(z), ops.cast(z > 0, "float32")


def _tanh(z):
    value = ops.tanh(z)
    return value, 1.0 - ops.square(value)


def _gelu(z):
    below = 0.5 * (1.0 + ops.erf(z / np.sqrt(2.0)))
    return z * below, below + z * ops.exp(-0.5 * ops.square(z)) / np.sqrt(2.0 * np.pi)


VALUES_AND_SLOPES = {"relu": _relu, "tanh": _tanh, "gelu": _gelu}


def _kept_units(shape, rate, key, layer):
    """Return 1 where a unit is kept and 0 where it is dropped, from a counter hashed by murmur3's finaliser; unit and row, not the pack's width, give the counter."""
    row = ops.cast(ops.arange(shape.batch), "uint32")[:, None] * 65536
    unit = ops.cast(ops.arange(shape.units), "uint32")[None, :]
    counter = (row + unit + layer * 16777216) * ops.cast(0x9E3779B9, "uint32")
    x = counter[None] ^ ops.cast(key, "uint32")[:, :, None]
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, None)):
        x = ops.bitwise_xor(x, ops.right_shift(x, ops.cast(shift, "uint32")))
        if factor is not None:
            x = x * ops.cast(factor, "uint32")
    uniform = ops.cast(ops.right_shift(x, ops.cast(8, "uint32")), "float32") * (1.0 / 16777216.0)
    return ops.cast(uniform >= rate[:, None, None], "float32")


def _update(shape, state, member, gradient, norms, rate, present, decayed):
    """One step of Keras's Adam, RMSprop or SGD for the slots that have rows in this batch.

    All three are: average gradients, average their squares, weights -= step x first / (sqrt(second + inner) + outer).
    """
    adam, rmsprop = (member["optimiser"][:, OPTIMISERS.index(name)] for name in ("adam", "rmsprop"))
    sgd = 1.0 - adam - rmsprop  # so that an empty slot is one, too, and divides by one
    moves = ops.cast(ops.sum(present, axis=1) > 0, "float32")
    steps = state["steps"] + moves
    power = ops.maximum(steps, 1.0)
    bias = ops.sqrt(1.0 - ops.power(ADAM_SECOND, power)) / (1.0 - ops.power(MOMENTUM, power))

    def by_slot(moving, resting=0.0):
        return (moving * moves + resting * (1.0 - moves))[:, None]

    weights = state["weights"]
    g = ops.where(moves[:, None] > 0, gradient + 2.0 * member["l2"][:, None] * (decayed[None, :] * weights), 0.0)
    if shape.weight_decay:  # apart from the gradient (Loshchilov and Hutter 2019), before the step, as Keras does it
        weights = weights * (1.0 - by_slot(rate * member["weight_decay"]) * decayed[None, :])
    # Adam averages gradients, SGD adds up those times its rate, RMSprop takes them as they are.
    first = (
        by_slot(MOMENTUM * (adam + sgd), 1.0) * state["first"]
        + by_slot((1.0 - MOMENTUM) * adam + rmsprop + rate * sgd) * g
    )
    second = by_slot(ADAM_SECOND * adam + RMSPROP * rmsprop, 1.0) * state["second"] + by_slot(
        (1.0 - ADAM_SECOND) * adam + (1.0 - RMSPROP) * rmsprop
    ) * ops.square(g)
    root = ops.sqrt(second + (OPTIMISER_EPSILON * rmsprop + sgd)[:, None]) + (OPTIMISER_EPSILON * adam)[:, None]
    statistics = state["statistics"]
    if norms:
        kept = by_slot(NORM_MOMENTUM, 1.0)
        statistics = statistics * kept + ops.concatenate(norms, axis=1) * (1.0 - kept)
    return {
        **state,
        "weights": weights - by_slot(rate * (bias * adam + rmsprop) + sgd) * first / root,
        "first": first,
        "second": second,
        "statistics": statistics,
        "steps": steps,
    }


def _stop_loss(shape, data, member, state):
    x, y, w = _gather(data, member, member["stop_rows"])
    outputs, _ = forward(shape, _unpack(shape, state["weights"]), member, state["statistics"], x)
    w = w * member["stop_present"]
    return ops.sum(row_losses(outputs, y) * w, axis=1) / ops.maximum(ops.sum(w, axis=1), NEGLIGIBLE)


def _remember(state, member, stop_loss):
    """Keep the weights of the best epoch; a member that has run out of patience or epochs changes no more."""
    running = (state["wait"] < member["patience"]) & (state["epoch"] < member["last_epoch"])
    better = running & (stop_loss < state["best_loss"])
    epoch = state["epoch"] + ops.cast(running, "float32")
    return {
        **state,
        "epoch": epoch,
        "best_loss": ops.where(better, stop_loss, state["best_loss"]),
        "best_epoch": ops.where(better, epoch, state["best_epoch"]),
        "wait": ops.where(better, 0.0, state["wait"] + ops.cast(running, "float32")),
        "best_weights": ops.where(better[:, None], state["weights"], state["best_weights"]),
        "best_statistics": ops.where(better[:, None], state["statistics"], state["best_statistics"]),
    }
