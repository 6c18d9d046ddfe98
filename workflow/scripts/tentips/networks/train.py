"""`train(pack)`: the one function through which every network of a study is trained."""

import itertools
from collections import defaultdict

import numpy as np

from tentips.networks import mlp
from tentips.networks.pack import Member, Pack, Trained

CHUNK = 10  # epochs per call of the compiled program; between calls finished members make room for waiting ones
MOST_SLOTS = 64

_programs: dict = {}


def train(pack: Pack, progress=None) -> list[Trained]:
    """Train every member of `pack` and return what came of each, in their order.

    A member gets the same result whoever else is in the pack, to floating-point tolerance. `progress`, if given, is
    called with the number of members that are finished. Members of one batch size are trained together.
    """
    families = defaultdict(list)
    for number, member in enumerate(pack.members):
        families[member.settings["batch_size"]].append(number)
    results: list[Trained | None] = [None] * len(pack.members)
    finished = 0
    for numbers in families.values():
        for number, trained in _train_family(pack, numbers):
            results[number] = trained
            finished += 1
            if progress is not None:
                progress(finished)
    return results


def predict(settings: dict, weights: list[np.ndarray], matrix: np.ndarray, task: str) -> np.ndarray:
    """Predict with one trained network through its Keras model: probabilities (rows, classes) or values (rows,)."""
    outputs = weights[-1].shape[0]
    model = mlp.keras_model(settings, matrix.shape[1], outputs, task, weights)
    predicted = np.asarray(model.predict(matrix, batch_size=4096, verbose=0))
    return predicted if task == "classification" else predicted[:, 0]


def _train_family(pack: Pack, numbers: list[int]):
    """Train members of one batch size in slots; yield (number, Trained) as each one finishes."""
    from tentips.networks import kernel

    members = [pack.members[number] for number in numbers]
    shape = _shape(pack, members)
    run = _programs.get(shape)
    if run is None:
        run = _programs[shape] = kernel.program(shape)
    slots = _Slots(shape, pack)
    waiting = list(zip(numbers, members, strict=True))[::-1]
    while waiting or slots.busy:
        for slot in range(shape.slots):
            if slots.number[slot] is None and waiting:
                slots.place(slot, *waiting.pop())
        slots.advance(run)
        yield from slots.take_finished()


def _shape(pack: Pack, members: list[Member]):
    from tentips.networks.kernel import Shape

    batch = members[0].settings["batch_size"]
    rows = max(len(member.fit) for member in members)
    batch = min(batch, rows)
    settings = [member.settings for member in members]
    return Shape(
        slots=min(MOST_SLOTS, len(members)),
        features=pack.views[0].shape[1],
        layers=max(s["layers"] for s in settings),
        units=max(s["units"] for s in settings),
        outputs=pack.outputs,
        batch=batch,
        steps=-(-rows // batch),
        epochs=CHUNK,
        stop_rows=max(len(member.stop) for member in members),
        task=pack.task,
        dropout=any(s["dropout"] > 0 for s in settings),
        batch_norm=any(s["batch_norm"] for s in settings),
        activations=tuple(name for name in mlp.ACTIVATIONS if any(s["activation"] == name for s in settings)),
    )


class _Slots:
    """The arrays that the compiled program works on, and which member sits in which slot."""

    def __init__(self, shape, pack: Pack):
        self.shape, self.pack = shape, pack
        self.features = np.stack(pack.views).astype("float32")
        rows = self.features.shape[1]
        s = shape.slots
        self.number: list[int | None] = [None] * s
        self.members: list[Member | None] = [None] * s
        self.random: list[np.random.Generator | None] = [None] * s
        self.histories: list[dict] = [{} for _ in range(s)]
        self.targets = np.zeros((s, rows), "int32" if pack.task == "classification" else "float32")
        self.row_weights = np.ones((s, rows), "float32")
        self.member = {
            "view": np.zeros(s, "int32"),
            "l2": np.zeros(s, "float32"),
            "dropout": np.zeros(s, "float32"),
            "norm": np.zeros(s, "float32"),
            "patience": np.full(s, pack.patience, "float32"),
            "last_epoch": np.zeros(s, "float32"),
            "width": np.zeros((s, shape.units), "float32"),
            "depth": np.zeros((s, shape.layers), "float32"),
            "activation": np.zeros((s, len(mlp.ACTIVATIONS)), "float32"),
            "optimiser": np.zeros((s, len(mlp.OPTIMISERS)), "float32"),
            "stop_rows": np.zeros((s, shape.stop_rows), "int32"),
            "stop_present": np.zeros((s, shape.stop_rows), "float32"),
        }
        self.state = self._empty_state()

    @property
    def busy(self) -> bool:
        return any(number is not None for number in self.number)

    def _weight_shapes(self):
        shape, s = self.shape, self.shape.slots
        widths = [shape.features] + [shape.units] * shape.layers
        for inputs, units in itertools.pairwise(widths):
            yield from ((s, inputs, units), (s, units), (s, units), (s, units))
        yield from ((s, shape.units, shape.outputs), (s, shape.outputs))

    def _empty_state(self) -> dict:
        s, units = self.shape.slots, self.shape.units

        def zeros():
            return [np.zeros(wide, "float32") for wide in self._weight_shapes()]

        def statistics():
            if not self.shape.batch_norm:
                return []
            return [np.full((s, units), value, "float32") for _ in range(self.shape.layers) for value in (0.0, 1.0)]

        counters = {name: np.zeros(s, "float32") for name in ("steps", "epoch", "best_epoch", "wait")}
        return {
            "weights": zeros(),
            "first": zeros(),
            "second": zeros(),
            "running": statistics(),
            "best_weights": zeros(),
            "best_running": statistics(),
            "best_loss": np.full(s, np.inf, "float32"),
            **counters,
        }

    def place(self, slot: int, number: int, member: Member) -> None:
        """Put a waiting member into a free slot, as if nobody had been there before."""
        settings, shape = member.settings, self.shape
        self.number[slot], self.members[slot] = number, member
        self.random[slot] = np.random.default_rng(member.seed)
        self.histories[slot] = {"loss": [], "stop_loss": []}
        self.targets[slot] = member.targets
        self.row_weights[slot] = 1.0 if member.weights is None else member.weights
        m = self.member
        m["view"][slot] = member.view
        m["l2"][slot], m["dropout"][slot] = settings["l2"], settings["dropout"]
        m["norm"][slot] = settings["batch_norm"]
        m["last_epoch"][slot] = member.epochs
        m["width"][slot] = np.arange(shape.units) < settings["units"]
        m["depth"][slot] = np.arange(shape.layers) < settings["layers"]
        m["activation"][slot] = [name == settings["activation"] for name in mlp.ACTIVATIONS]
        m["optimiser"][slot] = [name == settings["optimiser"] for name in mlp.OPTIMISERS]
        m["stop_rows"][slot] = np.resize(member.stop, shape.stop_rows)
        m["stop_present"][slot] = np.arange(shape.stop_rows) < len(member.stop)
        state = self.state
        for name in ("steps", "epoch", "best_epoch", "wait"):
            state[name][slot] = 0
        state["best_loss"][slot] = np.inf
        for name in ("first", "second"):
            for array in state[name]:
                array[slot] = 0
        for position, array in enumerate(state["running"]):
            array[slot] = position % 2
        kernels = mlp.initial_kernels(settings, shape.features, shape.outputs, member.seed)
        for array in state["weights"]:
            array[slot] = 0
        for layer in range(shape.layers):
            state["weights"][4 * layer + 2][slot] = 1.0  # the scale of batch normalisation
        for layer, drawn in enumerate(kernels):
            place = -2 if layer == settings["layers"] else 4 * layer
            state["weights"][place][slot, : drawn.shape[0], : drawn.shape[1]] = drawn
        for name in ("weights", "running"):
            for array, best in zip(state[name], state[f"best_{name}"], strict=True):
                best[slot] = array[slot]

    def advance(self, run) -> None:
        """Train every slot for `CHUNK` epochs."""
        import keras

        data = {"features": self.features, "targets": self.targets, "row_weights": self.row_weights}
        member = {**self.member, "rates": self._rates()}
        draws = self._draws()
        began = self.state["epoch"].copy()
        to_tensor = keras.tree.map_structure(keras.ops.convert_to_tensor, (data, member, self.state, draws))
        state, losses, stop_losses = run(*to_tensor)
        self.state = keras.tree.map_structure(lambda value: np.array(keras.ops.convert_to_numpy(value)), state)
        losses, stop_losses = keras.ops.convert_to_numpy(losses), keras.ops.convert_to_numpy(stop_losses)
        for slot, history in enumerate(self.histories):
            if self.number[slot] is not None:
                epochs = int(self.state["epoch"][slot] - began[slot])
                history["loss"] += losses[slot, :epochs].tolist()
                history["stop_loss"] += stop_losses[slot, :epochs].tolist()

    def take_finished(self):
        """Yield (number, Trained) of the slots whose member has run out of patience or epochs, and free them."""
        for slot, member in enumerate(self.members):
            done = member is not None and (
                self.state["wait"][slot] >= self.pack.patience or self.state["epoch"][slot] >= member.epochs
            )
            if not done:
                continue
            weights = self._keras_weights(slot, member.settings)
            predictions = predict_rows(member.settings, weights, self.features[member.view], self.pack.task)
            yield (
                self.number[slot],
                Trained(self.histories[slot], int(self.state["best_epoch"][slot]), weights, predictions),
            )
            self.number[slot] = self.members[slot] = None
            self.histories[slot] = {}
            self.member["last_epoch"][slot] = 0

    def _keras_weights(self, slot: int, settings: dict) -> list[np.ndarray]:
        best, running = self.state["best_weights"], self.state["best_running"]
        units, weights = settings["units"], []
        for layer in range(settings["layers"]):
            kernel, bias, scale, shift = (array[slot] for array in best[4 * layer : 4 * layer + 4])
            inputs = self.shape.features if layer == 0 else units
            weights += [kernel[:inputs, :units], bias[:units]]
            if settings["batch_norm"]:
                mean, variance = running[2 * layer][slot], running[2 * layer + 1][slot]
                weights += [scale[:units], shift[:units], mean[:units], variance[:units]]
        weights += [best[-2][slot, :units], best[-1][slot]]
        return [array.copy() for array in weights]

    def _rates(self) -> np.ndarray:
        rates = np.zeros((self.shape.slots, self.shape.epochs), "float32")
        for slot, member in enumerate(self.members):
            if member is not None:
                begin = int(self.state["epoch"][slot])
                ahead = mlp.learning_rates(member.settings, member.epochs)[begin : begin + CHUNK]
                rates[slot, : len(ahead)] = ahead
        return rates

    def _draws(self) -> dict:
        shape = self.shape
        rows = np.full((shape.slots, shape.epochs, shape.steps * shape.batch), -1, "int32")
        keys = np.zeros((shape.slots, shape.epochs, shape.steps), "int32")
        for slot, member in enumerate(self.members):
            if member is not None:
                random = self.random[slot]
                own = -(-len(member.fit) // shape.batch)
                for epoch in range(shape.epochs):
                    rows[slot, epoch, : len(member.fit)] = random.permutation(member.fit)
                    keys[slot, epoch, :own] = random.integers(0, 2**31 - 1, own)
        return {"rows": rows, "keys": keys}


def predict_rows(settings: dict, weights: list[np.ndarray], matrix: np.ndarray, task: str) -> np.ndarray:
    """Predict with one trained network in numpy, as its Keras model would: (rows, classes) or (rows,)."""
    from scipy.special import erf, softmax

    activations = {
        "relu": lambda z: np.maximum(z, 0),
        "tanh": np.tanh,
        "gelu": lambda z: 0.5 * z * (1 + erf(z / np.sqrt(2.0))),
    }
    h, position = matrix, 0
    for _ in range(settings["layers"]):
        h = h @ weights[position] + weights[position + 1]
        position += 2
        if settings["batch_norm"]:
            scale, shift, mean, variance = weights[position : position + 4]
            h = (h - mean) / np.sqrt(variance + mlp.NORM_EPSILON) * scale + shift
            position += 4
        h = activations[settings["activation"]](h)
    outputs = h @ weights[-2] + weights[-1]
    return softmax(outputs, axis=1) if task == "classification" else outputs[:, 0]
