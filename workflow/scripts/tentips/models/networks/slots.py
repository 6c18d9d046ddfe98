"""The arrays that a compiled program works on, and which member sits in which slot; the large ones stay on the device."""

import numpy as np

from tentips.models.networks import layout, mlp, optimisation
from tentips.models.networks.layout import Shape
from tentips.models.networks.pack import Member, Pack, Trained
from tentips.models.networks.prediction import predict_rows

COUNTERS = ("steps", "epoch", "best_epoch", "wait")
VECTORS = ("weights", "first", "second", "best_weights", "statistics", "best_statistics")


class Slots:
    """Places members in slots, advances all of them, and takes the finished ones out.

    Data and state are put on the device once; between calls of the program only counters and losses come back.
    """

    def __init__(self, shape: Shape, pack: Pack, data: dict):
        self.shape, self.pack, self.data = shape, pack, data
        s = shape.slots
        self.number: list[int | None] = [None] * s
        self.members: list[Member | None] = [None] * s
        self.random: list[np.random.Generator | None] = [None] * s
        self.histories: list[dict] = [{} for _ in range(s)]
        self.targets = np.zeros((s, shape.rows), "int32" if pack.task == "classification" else "float32")
        self.row_weights = np.ones((s, shape.rows), "float32")
        self.member = {
            "view": np.zeros(s, "int32"),
            "base": np.zeros(s, "int32"),
            "l2": np.zeros(s, "float32"),
            "weight_decay": np.zeros(s, "float32"),
            "dropout": np.zeros(s, "float32"),
            "norm": np.zeros(s, "float32"),
            "patience": np.full(s, pack.patience, "float32"),
            "last_epoch": np.zeros(s, "float32"),
            "width": np.zeros((s, shape.units), "float32"),
            "depth": np.zeros((s, shape.layers), "float32"),
            "activation": np.zeros((s, len(shape.activations)), "float32"),
            "optimiser": np.zeros((s, len(optimisation.OPTIMISERS)), "float32"),
            "stop_rows": np.zeros((s, shape.stop_rows), "int32"),
            "stop_present": np.zeros((s, shape.stop_rows), "float32"),
        }
        self.counters = {name: np.zeros(s, "float32") for name in COUNTERS}
        self.best_loss = np.full(s, np.inf, "float32")
        self.vectors: dict | None = None
        self.on_device: dict = {}

    @property
    def busy(self) -> bool:
        """Whether any slot holds a member."""
        return any(number is not None for number in self.number)

    def place(self, wanted: list[tuple[int, Member]]) -> None:
        """Put waiting members, the last ones first, into free slots as if nobody had been there before."""
        free = [slot for slot, number in enumerate(self.number) if number is None]
        placed = [(slot, *wanted.pop()) for slot in free[: len(wanted)]]
        fresh = []
        for slot, number, member in placed:
            self._describe(slot, number, member)
            kernels = mlp.initial_kernels(member.settings, self.shape.features, self.shape.outputs, member.seed)
            fresh.append(layout.initial(self.shape, kernels))
        if placed:
            self._set_vectors([slot for slot, _, _ in placed], fresh)
            self.on_device = {}

    def _describe(self, slot: int, number: int, member: Member) -> None:
        settings, shape, m = member.settings, self.shape, self.member
        self.number[slot], self.members[slot] = number, member
        self.random[slot] = np.random.default_rng(member.seed)
        self.histories[slot] = {"loss": [], "stop_loss": []}
        self.targets[slot] = member.targets
        self.row_weights[slot] = 1.0 if member.weights is None else member.weights
        m["view"][slot], m["base"][slot] = member.view, self.pack.views.first_row(member.view)
        m["l2"][slot], m["dropout"][slot] = settings["l2"], settings["dropout"]
        m["weight_decay"][slot] = settings.get("weight_decay", 0.0)
        m["norm"][slot] = settings["batch_norm"]
        m["last_epoch"][slot] = member.epochs
        m["width"][slot] = np.arange(shape.units) < settings["units"]
        m["depth"][slot] = np.arange(shape.layers) < settings["layers"]
        m["activation"][slot] = [name == settings["activation"] for name in shape.activations]
        m["optimiser"][slot] = [name == settings["optimiser"] for name in optimisation.OPTIMISERS]
        m["stop_rows"][slot] = np.resize(member.stop, shape.stop_rows)
        m["stop_present"][slot] = np.arange(shape.stop_rows) < len(member.stop)
        for name in COUNTERS:
            self.counters[name][slot] = 0
        self.best_loss[slot] = np.inf

    def _set_vectors(self, slots: list[int], fresh: list[np.ndarray]) -> None:
        """Lay initial parameters into slots of the state on the device; moments begin at 0."""
        from keras import ops

        # As many rows as the next power of two, by repeating some: JAX compiles an update for each number of rows.
        padded = np.resize(np.arange(len(slots)), 1 << (len(slots) - 1).bit_length())
        index, weights = np.array(slots, "int32")[padded][:, None], np.stack(fresh)[padded]
        running = np.tile(layout.initial_statistics(self.shape), (len(padded), 1))
        made = {"weights": weights, "best_weights": weights, "statistics": running, "best_statistics": running}
        made |= {name: np.zeros_like(weights) for name in ("first", "second")}
        if self.vectors is None:
            self.vectors = {name: ops.zeros((self.shape.slots, rows.shape[1])) for name, rows in made.items()}
        for name, rows in made.items():
            if rows.size:  # without batch normalisation there are no statistics
                self.vectors[name] = ops.scatter_update(self.vectors[name], index, ops.convert_to_tensor(rows))

    def advance(self, run) -> None:
        """Train every slot for as many epochs as one call of the program takes."""
        import keras

        to_device, to_host = keras.ops.convert_to_tensor, keras.ops.convert_to_numpy
        if not self.on_device:
            labels = {"targets": self.targets, "row_weights": self.row_weights}
            labels, described = keras.tree.map_structure(to_device, (labels, self.member))
            self.on_device = {"data": {**self.data, **labels}, "member": described}
        small = keras.tree.map_structure(
            to_device, ({**self.counters, "best_loss": self.best_loss}, self._draws(), self._rates())
        )
        began = self.counters["epoch"].copy()
        state, losses, stop_losses = run(
            self.on_device["data"], self.on_device["member"], {**self.vectors, **small[0]}, *small[1:]
        )
        self.vectors = {name: state[name] for name in VECTORS}
        self.counters = {name: np.array(to_host(state[name])) for name in COUNTERS}
        self.best_loss = np.array(to_host(state["best_loss"]))
        losses, stop_losses = to_host(losses), to_host(stop_losses)
        for slot, history in enumerate(self.histories):
            if self.number[slot] is not None:
                epochs = int(self.counters["epoch"][slot] - began[slot])
                history["loss"] += losses[slot, :epochs].tolist()
                history["stop_loss"] += stop_losses[slot, :epochs].tolist()

    def take_finished(self):
        """Yield (number, Trained) of the slots whose member has run out of patience or epochs, and free them."""
        from keras import ops

        waited, epoch = self.counters["wait"], self.counters["epoch"]
        done = [
            slot
            for slot, member in enumerate(self.members)
            if member is not None and (waited[slot] >= self.pack.patience or epoch[slot] >= member.epochs)
        ]
        if not done:
            return
        chosen = np.array(done, "int32")
        best, statistics = (
            ops.convert_to_numpy(ops.take(self.vectors[name], chosen, axis=0))
            for name in ("best_weights", "best_statistics")
        )
        views: dict[int, np.ndarray] = {}
        for position, slot in enumerate(done):
            member = self.members[slot]
            weights = layout.keras_weights(self.shape, member.settings, best[position], statistics[position])
            if member.view not in views:
                views = {member.view: self.pack.views.matrix(member.view)}
            predictions = predict_rows(member.settings, weights, views[member.view], self.pack.task)
            yield (
                self.number[slot],
                Trained(self.histories[slot], int(self.counters["best_epoch"][slot]), weights, predictions),
            )
            self.number[slot] = self.members[slot] = None
            self.histories[slot] = {}
            self.member["last_epoch"][slot] = 0
            self.on_device = {}

    def _rates(self) -> np.ndarray:
        rates = np.zeros((self.shape.slots, self.shape.epochs), "float32")
        for slot, member in enumerate(self.members):
            if member is not None:
                begin = int(self.counters["epoch"][slot])
                ahead = optimisation.learning_rates(member.settings, member.epochs)[begin : begin + self.shape.epochs]
                rates[slot, : len(ahead)] = ahead
        return rates

    def _draws(self) -> dict:
        shape = self.shape
        rows = np.full((shape.slots, shape.epochs, shape.steps * shape.batch), -1, "int32")
        keys = np.zeros((shape.slots, shape.epochs, shape.steps), "int32")
        most = 0
        for slot, member in enumerate(self.members):
            if member is not None:
                random = self.random[slot]
                own = -(-len(member.fit) // shape.batch)
                most = max(most, own)
                for epoch in range(shape.epochs):
                    rows[slot, epoch, : len(member.fit)] = random.permutation(member.fit)
                    keys[slot, epoch, :own] = random.integers(0, 2**31 - 1, own)
        return {"rows": rows, "keys": keys, "steps": np.int32(most)}
