"""Packs whose members are plain Keras models: compiled once for all that look alike, as many at a time as there are threads.

The rules are those of the packed kernel: batches of rows drawn anew for every epoch, the same optimisers and schedules,
weighted losses, and the weights of the epoch with the lowest loss on the stopping rows. Optimiser, learning rate and L2
penalty are numbers that a compiled program takes; every other setting is part of its structure.
"""

import contextlib
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from functools import partial

import numpy as np

from tentips.models.networks import backend, multitask, optimisation, other_heads
from tentips.models.networks.architecture import NOISE
from tentips.models.networks.convolution import held_in_training, rows_at_once
from tentips.models.networks.in_threads import FirstAlone, in_threads
from tentips.models.networks.pack import Member, Pack, Trained

# Settings that no program is compiled for.
NUMBERS = ("l2", "weight_decay", "optimiser", "learning_rate", "schedule", multitask.WEIGHT)
KEPT = 8  # compiled programs that are kept: a later pack may ask for the same structure again
CHUNK = 256  # rows that are predicted at once
STEP = 32  # rows of a chunk are a multiple of this, so that folds of about one size share a program
LARGE = 500_000_000  # bytes of a batch's layers, from which no two such networks are trained at a time

_programs: OrderedDict[tuple, "Program"] = OrderedDict()
_one_large = threading.Lock()
_making = threading.RLock()  # Keras draws and names what it builds by the state of the whole process


def train_with_keras(pack: Pack) -> Iterator[tuple[int, Trained]]:
    """Train every member of `pack`, those of one structure one after another; yield (number, Trained) as each one finishes."""
    alike = defaultdict(list)
    for number, member in enumerate(pack.members):
        alike[_structure(pack, member)].append(number)
    inputs: dict[int, object] = {}

    def work(part: tuple[tuple, int]) -> Iterator[tuple[int, Trained]]:
        structure, number = part
        member = pack.members[number]
        with _making:
            program = _program(pack, structure, member)
            own = _on_device(pack, member.view, inputs)
        with _one_large if program.large else contextlib.nullcontext():
            trained = _train(pack, member, program, own)
        yield number, trained

    parts = [(structure, number) for structure, numbers in alike.items() for number in numbers]
    yield from in_threads(parts, work, backend.at_once())


class Program:
    """The compiled training of one structure: `epoch` trains for one epoch, `outputs` predicts a chunk of rows."""

    def __init__(self, pack: Pack, member: Member):
        own = trainable_model(pack, member)
        self.batch, self.chunk = _batch(member), rows_at_once(own, _chunk(member))
        self.steps = -(-pack.views.rows // self.batch)
        self.large = held_in_training(own, self.batch) > LARGE
        model = other_heads.with_heads(own, pack.others) if pack.others else own
        augment = pack.architecture.augment
        self.augment = None if augment is None else partial(augment, member.settings)
        self.epoch = FirstAlone(backend.traced(_epoch(model, self.batch, pack, self.augment)), _making)
        self.outputs = FirstAlone(
            backend.traced(
                lambda trainable, frozen, x: _float32(model.stateless_call(trainable, frozen, x, training=False)[0])[
                    :, : pack.outputs
                ]
            ),
            _making,
        )


def _train(pack: Pack, member: Member, program: Program, inputs) -> Trained:
    from keras import ops

    with _making:
        own = trainable_model(pack, member)
        model = other_heads.with_heads(own, pack.others) if pack.others else own
    place = {
        id(variable): at for at, variable in enumerate([*model.trainable_variables, *model.non_trainable_variables])
    }
    in_order = [place[id(variable)] for variable in own.weights]
    state = {
        "trainable": [ops.convert_to_tensor(each.value) for each in model.trainable_variables],
        "frozen": [ops.convert_to_tensor(each.value) for each in model.non_trainable_variables],
        "steps": ops.zeros(()),
    }
    state |= {moment: [ops.zeros(each.shape) for each in state["trainable"]] for moment in ("first", "second")}
    targets = ops.convert_to_tensor(member.targets.astype("int32" if pack.task == "classification" else "float32"))
    given = np.ones(pack.views.rows) if member.weights is None else member.weights
    labels = {"own": targets, "weight": ops.convert_to_tensor(given.astype("float32"))}
    if pack.others:
        found = other_heads.others_of(pack, member)
        labels |= {name: ops.convert_to_tensor(each) for name, each in found.items()}
    optimiser = [member.settings["optimiser"] == name for name in optimisation.OPTIMISERS[:2]]
    decay = member.settings.get("weight_decay", 0.0)
    numbers = {"l2": member.settings["l2"], "weight_decay": decay, "adam": optimiser[0], "rmsprop": optimiser[1]}
    if pack.others:
        numbers[multitask.WEIGHT] = member.settings[multitask.WEIGHT]
    rates = optimisation.learning_rates(member.settings, member.epochs)
    random = np.random.default_rng(member.seed)
    stop_inputs = list(_chunks(inputs, member.stop, program.chunk))
    history, best, best_loss, best_epoch, waited = {"loss": [], "stop_loss": []}, state, np.inf, 0, 0
    for epoch in range(member.epochs):
        draws = {name: ops.convert_to_tensor(each) for name, each in _draws(member, program, random).items()}
        at_rate = {**numbers, "rate": rates[epoch]}
        at_rate = {name: ops.convert_to_tensor(np.float32(value)) for name, value in at_rate.items()}
        state, loss = program.epoch(state, inputs, labels, draws, at_rate)
        outputs = _outputs(program, state, stop_inputs, len(member.stop))
        stop_loss = np.average(_losses(outputs, member.targets[member.stop], pack.task), weights=given[member.stop])
        history["loss"].append(float(loss))
        history["stop_loss"].append(float(stop_loss))
        waited += 1
        if stop_loss < best_loss:
            best, best_loss, best_epoch, waited = state, stop_loss, epoch + 1, 0
        if waited >= pack.patience:
            break
    everything = np.arange(pack.views.rows)
    outputs = _outputs(program, best, _chunks(inputs, everything, program.chunk), len(everything))
    weights = [np.array(ops.convert_to_numpy((best["trainable"] + best["frozen"])[at])) for at in in_order]
    return Trained(history, best_epoch, weights, predictions_of(outputs, pack.task))


def _epoch(model, batch: int, pack: Pack, augment):
    """Return `epoch(state, inputs, labels, draws, numbers)`, giving the state and the loss of the own label."""
    from keras import ops

    from tentips.models.networks.kernel import row_losses

    decayed = [len(each.shape) >= 2 for each in model.trainable_variables]

    def loss_of(trainable, frozen, x, y, present, weight):
        outputs, frozen, penalties = model.stateless_call(trainable, frozen, x, training=True, return_losses=True)
        outputs = _float32(outputs)
        each = row_losses(outputs[:, : pack.outputs], y["own"])
        loss = ops.sum(each * y["weight"] * present) / ops.maximum(ops.sum(present), 1.0)
        whole = loss + sum(penalties)
        if pack.others:
            beside = outputs[:, pack.outputs :]
            whole += weight * other_heads.loss_of_others(beside, y["others"], y["known"], present, pack.others)
        return whole, (loss, frozen)

    gradient = backend.value_and_gradient(loss_of)

    def epoch(state, inputs, labels, draws, numbers):
        def step(position, carried):
            state, total, seen = carried
            chosen, there = (ops.slice(draws[name], (position, 0), (1, batch))[0] for name in ("rows", "present"))
            x = ops.take(inputs, chosen, axis=0)
            y = {name: ops.take(each, chosen, axis=0) for name, each in labels.items()}
            if augment is not None:
                x = augment(x, ops.slice(draws["noise"], (position, 0, 0), (1, batch, NOISE))[0])
            (_, (loss, frozen)), gradients = gradient(
                state["trainable"], state["frozen"], x, y, there, numbers.get(multitask.WEIGHT, 0.0)
            )
            state = {**_update(state, gradients, decayed, numbers), "frozen": list(frozen)}
            count = ops.sum(there)
            return state, total + loss * count, seen + count

        zero = ops.zeros(())
        state, total, seen = ops.fori_loop(0, draws["steps"], step, (state, zero, zero))
        return state, total / ops.maximum(seen, 1.0)

    return epoch


def _update(state: dict, gradients: list, decayed: list[bool], numbers: dict) -> dict:
    """One step of Keras's Adam, RMSprop or SGD, as in the packed kernel: which one is a number, not another program."""
    from keras import ops

    adam, rmsprop, rate = numbers["adam"], numbers["rmsprop"], numbers["rate"]
    sgd = 1.0 - adam - rmsprop
    steps = state["steps"] + 1.0
    momentum, second_decay = optimisation.MOMENTUM, optimisation.ADAM_SECOND
    bias = ops.sqrt(1.0 - ops.power(second_decay, steps)) / (1.0 - ops.power(momentum, steps))
    kept = second_decay * adam + optimisation.RMSPROP * rmsprop
    added = (1.0 - second_decay) * adam + (1.0 - optimisation.RMSPROP) * rmsprop
    inner, outer = optimisation.OPTIMISER_EPSILON * rmsprop + sgd, optimisation.OPTIMISER_EPSILON * adam
    found = {"trainable": [], "first": [], "second": [], "steps": steps}
    for weight, gradient, first, second, decays in zip(
        state["trainable"], gradients, state["first"], state["second"], decayed, strict=True
    ):
        g = gradient + 2.0 * numbers["l2"] * weight if decays else gradient
        weight = weight * (1.0 - rate * numbers["weight_decay"]) if decays else weight
        first = momentum * (adam + sgd) * first + ((1.0 - momentum) * adam + rmsprop + rate * sgd) * g
        second = kept * second + added * ops.square(g)
        move = (rate * (bias * adam + rmsprop) + sgd) * first / (ops.sqrt(second + inner) + outer)
        for name, value in (("trainable", weight - move), ("first", first), ("second", second)):
            found[name].append(value)
    return {**state, **found}


def trainable_model(pack: Pack, member: Member):
    """The Keras model as its seed begins it, in the pack's precision and without its last activation."""
    import keras

    keras.utils.set_random_seed(member.seed % 2**32)
    with _precision(pack.precision):
        model = pack.architecture.keras_model(member.settings, pack.views.shape, pack.outputs, pack.task)
    model.layers[-1].activation = keras.activations.linear
    return model


@contextlib.contextmanager
def _precision(name: str):
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name if name == "float32" else f"mixed_{name}")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _structure(pack: Pack, member: Member) -> tuple:
    """What a program is compiled for; members with the same one share it."""
    settings = tuple(sorted((key, str(value)) for key, value in member.settings.items() if key not in NUMBERS))
    sizes = (
        pack.views.shape,
        pack.views.rows,
        pack.outputs,
        pack.others,
        pack.task,
        pack.precision,
        _batch(member),
        _chunk(member),
    )
    return pack.architecture, settings, sizes


def _program(pack: Pack, structure: tuple, member: Member) -> Program:
    if structure not in _programs:
        _programs[structure] = Program(pack, member)
    _programs.move_to_end(structure)
    while len(_programs) > KEPT:
        _programs.popitem(last=False)
    return _programs[structure]


def _on_device(pack: Pack, view: int, held: dict[int, object]):
    """The inputs of a view on the device, one view at a time; views with the same numbers are one."""
    from keras import ops

    first = pack.views.same_as(view)
    if first not in held:
        held.clear()
        held[first] = ops.convert_to_tensor(pack.views.matrix(first))
    return held[first]


def _chunk(member: Member) -> int:
    return min(CHUNK, -(-len(member.stop) // STEP) * STEP)


def _batch(member: Member) -> int:
    return min(member.settings["batch_size"], len(member.fit))


def _draws(member: Member, program: Program, random) -> dict[str, np.ndarray]:
    """What an epoch draws: rows of its batches and which of them are present, (steps, batch), and noise where it augments.

    The last batch is filled up with rows of the first, which count nothing but are seen by batch normalisation.
    """
    drawn, size = random.permutation(member.fit), program.steps * program.batch
    steps = -(-len(drawn) // program.batch)
    random.integers(0, 2**31 - 1, steps)  # the packed kernel draws as many keys for its dropout
    rows = np.resize(drawn, size).reshape(program.steps, program.batch)
    present = (np.arange(size) < len(drawn)).reshape(rows.shape)
    draws = {"rows": rows.astype("int32"), "present": present.astype("float32"), "steps": np.int32(steps)}
    if program.augment is not None:
        draws["noise"] = random.random((*rows.shape, NOISE), dtype="float32")
    return draws


def _chunks(inputs, rows: np.ndarray, size: int):
    """The inputs of these rows in chunks of one size, the last one filled up."""
    from keras import ops

    for begin in range(0, len(rows), size):
        yield ops.take(inputs, np.resize(rows[begin : begin + size], size).astype("int32"), axis=0)


def _outputs(program: Program, state: dict, chunks, rows: int) -> np.ndarray:
    from keras import ops

    found = [ops.convert_to_numpy(program.outputs(state["trainable"], state["frozen"], each)) for each in chunks]
    return np.concatenate(found)[:rows]


def _losses(outputs: np.ndarray, targets: np.ndarray, task: str) -> np.ndarray:
    """The loss of each row: cross-entropy, or squared error."""
    from scipy.special import log_softmax

    if task == "classification":
        return -log_softmax(outputs, axis=1)[np.arange(len(targets)), targets]
    return np.square(outputs[:, 0] - targets)


def predictions_of(outputs: np.ndarray, task: str) -> np.ndarray:
    """Return class probabilities, (rows, classes), or values, (rows,), of what a network gives before its last activation."""
    from scipy.special import softmax

    return softmax(outputs, axis=1) if task == "classification" else outputs[:, 0]


def _float32(outputs):
    from keras import ops

    return ops.cast(outputs, "float32")
