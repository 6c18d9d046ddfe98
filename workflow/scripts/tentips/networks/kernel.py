"""The packed multilayer perceptron as one program: weights carry a leading axis of slots, one network per slot.

Networks of other widths and depths share a program: units beyond a member's width are masked, and layers beyond its
depth hand their input on. Every member's numbers depend on its own row of each array only.
"""

from dataclasses import dataclass

from keras import ops

from tentips.networks import backend
from tentips.networks.mlp import ACTIVATIONS, NORM_EPSILON, NORM_MOMENTUM

MOMENTUM = 0.9  # of SGD, and the decay of Adam's first moment (Kingma and Ba 2015)
ADAM_SECOND = 0.999
RMSPROP = 0.9
OPTIMISER_EPSILON = 1e-7
NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class Shape:
    """What a compiled program is made for."""

    slots: int
    features: int
    layers: int
    units: int
    outputs: int
    batch: int
    steps: int
    epochs: int
    stop_rows: int
    task: str
    dropout: bool
    batch_norm: bool
    activations: tuple[str, ...]


def program(shape: Shape):
    """Compile `run(data, member, state, draws)`, which trains every slot for `shape.epochs` epochs.

    data: features (views, rows, features), targets (slots, rows), row_weights (slots, rows).
    member: per slot view, rates (slots, epochs), l2, dropout, width mask (slots, units), depth mask (slots, layers),
    activation one-hot (slots, activations), optimiser one-hot (slots, 3), norm flag, stop rows and their mask, patience,
    and last epoch. state: weights, moments, running statistics, best of each, counters. draws: rows (slots, epochs,
    steps x batch) with -1 for padding, and dropout keys (slots, epochs, steps). Returns the new state and the losses on
    fit and stop rows, (slots, epochs) each.
    """
    grad = backend.value_and_gradient(lambda weights, *rest: _loss(shape, weights, *rest))

    def run(data, member, state, draws):
        fit_losses = ops.zeros((shape.slots, shape.epochs))
        stop_losses = ops.zeros((shape.slots, shape.epochs))

        def epoch(number, carried):
            state, fit_losses, stop_losses = carried

            def step(position, carried):
                state, total, seen = carried
                start = position * shape.batch
                rows = ops.slice(draws["rows"], (0, number, start), (shape.slots, 1, shape.batch))[:, 0]
                present = ops.cast(rows >= 0, "float32")
                rows = ops.maximum(rows, 0)
                x, y, w = _gather(data, member["view"], rows)
                key = ops.slice(draws["keys"], (0, number, position), (shape.slots, 1, 1))[:, 0]
                (_, (losses, norms)), gradients = grad(
                    state["weights"], member, state["running"], x, y, w * present, present, key
                )
                state = _update(state, member, gradients, norms, member_rate(member, number), present)
                count = ops.sum(present, axis=1)
                return state, total + losses * count, seen + count

            zero = ops.zeros((shape.slots,))
            state, total, seen = ops.fori_loop(0, shape.steps, step, (state, zero, zero))
            fit_loss = total / ops.maximum(seen, 1.0)
            stop_loss = _stop_loss(shape, data, member, state)
            state = _remember(state, member, stop_loss)
            column = ops.cast(ops.arange(shape.epochs) == number, "float32")[None, :]
            return state, fit_losses + column * fit_loss[:, None], stop_losses + column * stop_loss[:, None]

        return ops.fori_loop(0, shape.epochs, epoch, (state, fit_losses, stop_losses))

    def member_rate(member, number):
        return ops.slice(member["rates"], (0, number), (shape.slots, 1))[:, 0]

    return backend.compiled(run)


def forward(shape: Shape, weights, member, running, x, present=None, key=None):
    """Return the outputs before the softmax, (slots, rows, outputs), and the batch statistics of each hidden layer.

    With `present` (slots, rows) the pass is a training pass: batch statistics are used and units are dropped.
    """
    training = present is not None
    norms = []
    h = x
    for layer in range(shape.layers):
        kernel, bias, scale, shift = weights[4 * layer : 4 * layer + 4]
        z = ops.matmul(h, kernel) + bias[:, None, :]
        if shape.batch_norm:
            if training:
                count = ops.maximum(ops.sum(present, axis=1), 1.0)[:, None]
                mean = ops.sum(z * present[:, :, None], axis=1) / count
                variance = ops.sum(ops.square(z - mean[:, None, :]) * present[:, :, None], axis=1) / count
            else:
                mean, variance = running[2 * layer], running[2 * layer + 1]
            norms += [mean, variance]
            normed = (z - mean[:, None, :]) * ops.rsqrt(variance + NORM_EPSILON)[:, None, :]
            normed = normed * scale[:, None, :] + shift[:, None, :]
            z = ops.where(member["norm"][:, None, None] > 0, normed, z)
        a = _activate(shape, member, z)
        if training and shape.dropout:
            a = a * _dropout(shape, member["dropout"], key, layer)
        a = a * member["width"][:, None, :]
        h = a if layer == 0 else ops.where(member["depth"][:, layer][:, None, None] > 0, a, h)
    kernel, bias = weights[-2:]
    return ops.matmul(h, kernel) + bias[:, None, :], norms


def row_losses(shape: Shape, outputs, y):
    """Return the loss of each row: cross-entropy, or squared error. (slots, rows)."""
    if shape.task == "classification":
        chosen = ops.one_hot(ops.cast(y, "int32"), shape.outputs)
        return -ops.sum(chosen * ops.log_softmax(outputs, axis=-1), axis=-1)
    return ops.square(outputs[:, :, 0] - y)


def _loss(shape, weights, member, running, x, y, w, present, key):
    outputs, norms = forward(shape, weights, member, running, x, present, key)
    losses = ops.sum(row_losses(shape, outputs, y) * w, axis=1) / ops.maximum(ops.sum(present, axis=1), 1.0)
    # A sum over members: each one's gradient is its own.
    return ops.sum(losses), (losses, norms)


def _gather(data, view, rows):
    features = data["features"]
    total = features.shape[1]
    flat = ops.reshape(features, (-1, features.shape[2]))
    x = ops.take(flat, rows + view[:, None] * total, axis=0)
    y = ops.take_along_axis(data["targets"], rows, axis=1)
    w = ops.take_along_axis(data["row_weights"], rows, axis=1)
    return x, y, w


def _activate(shape, member, z):
    functions = {"relu": ops.relu, "tanh": ops.tanh, "gelu": lambda value: ops.gelu(value, approximate=False)}
    result = None
    for name in shape.activations:
        a = functions[name](z)
        flag = member["activation"][:, ACTIVATIONS.index(name)][:, None, None]
        result = a if result is None else ops.where(flag > 0, a, result)
    return result


def _dropout(shape, rate, key, layer):
    """Scaled keep mask from a counter hashed by murmur3's finaliser; unit and row, not the pack's width, give the counter."""
    row = ops.cast(ops.arange(shape.batch), "uint32")[:, None] * 65536
    unit = ops.cast(ops.arange(shape.units), "uint32")[None, :]
    counter = (row + unit + layer * 16777216) * ops.cast(0x9E3779B9, "uint32")
    x = counter[None] ^ ops.cast(key, "uint32")[:, :, None]
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, None)):
        x = ops.bitwise_xor(x, ops.right_shift(x, ops.cast(shift, "uint32")))
        if factor is not None:
            x = x * ops.cast(factor, "uint32")
    uniform = ops.cast(ops.right_shift(x, ops.cast(8, "uint32")), "float32") * (1.0 / 16777216.0)
    rate = rate[:, None, None]
    return ops.cast(uniform >= rate, "float32") / (1.0 - rate)


def _update(state, member, gradients, norms, rate, present):
    """One optimiser step for the slots that have rows in this batch."""
    moves = ops.cast(ops.sum(present, axis=1) > 0, "float32")
    adam, rmsprop, _ = (member["optimiser"][:, number] for number in range(3))
    steps = state["steps"] + moves
    power = ops.maximum(steps, 1.0)
    first_share = 1.0 - adam * MOMENTUM  # Adam averages gradients, SGD adds them up
    first_decay = MOMENTUM * (1.0 - rmsprop)
    second_decay = adam * ADAM_SECOND + rmsprop * RMSPROP
    first_bias = 1.0 - adam * ops.power(MOMENTUM, power)
    second_bias = 1.0 - adam * ops.power(ADAM_SECOND, power)
    scaled = adam + rmsprop
    weights, first, second = [], [], []
    for _number, (value, gradient, m, v) in enumerate(
        zip(state["weights"], gradients, state["first"], state["second"], strict=True)
    ):
        wide = [-1] + [1] * (len(value.shape) - 1)

        def by_slot(vector, wide=wide):
            return ops.reshape(vector, wide)

        kernel = len(value.shape) == 3
        g = gradient + 2.0 * by_slot(member["l2"]) * value if kernel else gradient
        m_new = by_slot(first_decay) * m + by_slot(first_share) * g
        v_new = by_slot(second_decay) * v + by_slot(1.0 - second_decay) * ops.square(g)
        root = ops.sqrt(v_new / by_slot(second_bias)) + OPTIMISER_EPSILON
        divisor = by_slot(scaled) * root + by_slot(1.0 - scaled)
        change = by_slot(rate) * (m_new / by_slot(first_bias)) / divisor
        go = by_slot(moves) > 0
        weights.append(ops.where(go, value - change, value))
        first.append(ops.where(go, m_new, m))
        second.append(ops.where(go, v_new, v))
    keep = 1.0 - (1.0 - NORM_MOMENTUM) * moves
    running = (
        [old * keep[:, None] + new * (1.0 - keep[:, None]) for old, new in zip(state["running"], norms, strict=True)]
        if norms
        else state["running"]
    )
    return {**state, "weights": weights, "first": first, "second": second, "running": running, "steps": steps}


def _stop_loss(shape, data, member, state):
    x, y, w = _gather(data, member["view"], member["stop_rows"])
    outputs, _ = forward(shape, state["weights"], member, state["running"], x)
    w = w * member["stop_present"]
    return ops.sum(row_losses(shape, outputs, y) * w, axis=1) / ops.maximum(ops.sum(w, axis=1), NEGLIGIBLE)


def _remember(state, member, stop_loss):
    """Keep the weights of the best epoch; a member that has run out of patience or epochs changes no more."""
    running = (state["wait"] < member["patience"]) & (state["epoch"] < member["last_epoch"])
    better = running & (stop_loss < state["best_loss"])
    epoch = state["epoch"] + ops.cast(running, "float32")

    def keep(new, old):
        return ops.where(ops.reshape(better, [-1] + [1] * (len(old.shape) - 1)), new, old)

    return {
        **state,
        "epoch": epoch,
        "best_loss": ops.where(better, stop_loss, state["best_loss"]),
        "best_epoch": ops.where(better, epoch, state["best_epoch"]),
        "wait": ops.where(better, 0.0, state["wait"] + ops.cast(running, "float32")),
        "best_weights": [keep(new, old) for new, old in zip(state["weights"], state["best_weights"], strict=True)],
        "best_running": [keep(new, old) for new, old in zip(state["running"], state["best_running"], strict=True)],
    }
