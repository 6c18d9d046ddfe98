"""How one network's parameters lie in one vector, so that a pack of any depth is one matrix: (slots, parameters)."""

from dataclasses import dataclass
from math import prod

import numpy as np


@dataclass(frozen=True)
class Shape:
    """What a compiled program is made for: sizes, and which parts members may use.

    `rows` are the rows of the data, `steps` the most batches of an epoch, `epochs` how many epochs one call trains.
    """

    slots: int
    views: int
    rows: int
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
    optimisers: tuple[str, ...]
    precision: str = "float32"
    weight_decay: bool = False

    @property
    def blocks(self) -> list[tuple[int, ...]]:
        """The shapes of one network's parameters in order: per hidden layer kernel, bias [, scale, shift]; kernel, bias."""
        found, inputs = [], self.features
        for _ in range(self.layers):
            found += [(inputs, self.units), (self.units,)] + [(self.units,)] * (2 * self.batch_norm)
            inputs = self.units
        return [*found, (inputs, self.outputs), (self.outputs,)]

    @property
    def per_layer(self) -> int:
        """How many blocks a hidden layer has."""
        return 4 if self.batch_norm else 2

    @property
    def parameters(self) -> int:
        """The length of a network's vector."""
        return sum(prod(block) for block in self.blocks)

    @property
    def statistics(self) -> int:
        """The length of the vector of running means and variances of batch normalisation."""
        return 2 * self.layers * self.units if self.batch_norm else 0


def pieces(shape: Shape) -> list[tuple[int, int, tuple[int, ...]]]:
    """Return (begin, end, shape) of each block in a network's vector."""
    begin, found = 0, []
    for block in shape.blocks:
        found.append((begin, begin + prod(block), block))
        begin += prod(block)
    return found


def is_kernel(shape: Shape) -> np.ndarray:
    """Return 1 where a parameter is a weight of a kernel, which L2 holds down, and 0 elsewhere. (parameters,)."""
    return np.concatenate([np.full(prod(block), len(block) == 2, "float32") for block in shape.blocks])


def initial(shape: Shape, kernels: list[np.ndarray]) -> np.ndarray:
    """Lay a network's initial `kernels` into a vector; biases and shifts begin at 0, scales at 1. (parameters,)."""
    blocks = [np.zeros(block, "float32") for block in shape.blocks]
    for layer in range(shape.layers * shape.batch_norm):
        blocks[4 * layer + 2][:] = 1.0
    for layer, drawn in enumerate(kernels):
        # The output layer comes last, however deep the network is.
        place = -2 if layer == len(kernels) - 1 else shape.per_layer * layer
        blocks[place][: drawn.shape[0], : drawn.shape[1]] = drawn
    return np.concatenate([block.ravel() for block in blocks])


def initial_statistics(shape: Shape) -> np.ndarray:
    """Return running means of 0 and variances of 1. (statistics,)."""
    return np.tile(np.repeat(np.float32([0, 1]), shape.units), shape.layers)[: shape.statistics]


def keras_weights(shape: Shape, settings: dict, vector: np.ndarray, statistics: np.ndarray) -> list[np.ndarray]:
    """Cut a network's own weights out of its vector, in the order of the layers of its Keras model."""
    blocks = [vector[begin:end].reshape(block) for begin, end, block in pieces(shape)]
    running = statistics.reshape(shape.layers, 2, shape.units) if shape.statistics else None
    units, weights = settings["units"], []
    for layer in range(settings["layers"]):
        own = blocks[shape.per_layer * layer : shape.per_layer * (layer + 1)]
        weights += [own[0][: shape.features if layer == 0 else units, :units], own[1][:units]]
        if settings["batch_norm"]:
            weights += [own[2][:units], own[3][:units], running[layer, 0, :units], running[layer, 1, :units]]
    weights += [blocks[-2][:units], blocks[-1]]
    return [array.copy() for array in weights]
