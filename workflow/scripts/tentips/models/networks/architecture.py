"""The kinds of networks, registered as baselines are: what each one is called, searches, and looks like in Keras."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tentips.errors import StudyError, listed
from tentips.models.networks import mlp, optimisation

Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Architecture:
    """One kind of network. Everything else of a search, a refit, a control or a report asks it, and no network by name.

    `title` is its name in a heading ("MLP"), `words` in a sentence ("a multilayer perceptron"). `axes` is the number of
    axes of one row's input, as `Rows.preparation` takes it: 1 for features, 2 for a sequence (positions, letters), 3 for an image (height, width,
    channels); None where any will do. `declare(hp)` declares the search space on Keras Tuner's `HyperParameters` and
    returns the settings that it holds, those of `optimisation.declare` among them; its defaults are the untuned network.
    `keras_model(settings, shape, outputs, task, weights=None)` builds the plain Keras model for inputs of `shape` (without
    the rows): its last layer has an activation, softmax or linear, and its last two weights are kernel and bias of a
    linear map to the outputs. `parameters(settings, shape, outputs)` is the number of trainable parameters.
    `search_space()` describes the space for the methods section. `ranges` holds (low, high, logarithmic) of the
    continuous hyperparameters whose lowest value is not simply "off". `packed` says that the packed kernel trains it:
    its settings are then those of `mlp`.
    """

    name: str
    title: str
    words: str
    axes: int | None
    declare: Callable[..., dict]
    keras_model: Callable
    parameters: Callable[[dict, Shape, int], int]
    search_space: Callable[[], str]
    ranges: dict[str, tuple[float, float, bool]] = field(default_factory=lambda: dict(optimisation.RANGES))
    packed: bool = False

    def check_inputs(self, shape: Shape) -> None:
        """Raise StudyError where the network cannot read inputs of this shape (without the rows)."""
        if self.axes not in (None, len(shape)):
            raise StudyError(
                f"models.networks holds '{self.name}', which reads {READS[self.axes]}; the inputs of this study are "
                f"{READS[len(shape)]}."
            )


READS = {1: "features of a table", 2: "sequences", 3: "images"}

ARCHITECTURES = {
    each.name: each
    for each in (
        Architecture(
            "mlp",
            "MLP",
            "a multilayer perceptron",
            1,
            mlp.declare,
            mlp.keras_model,
            mlp.parameters,
            mlp.search_space,
            packed=True,
        ),
    )
}


def architecture(name: str) -> Architecture:
    """Return the architecture of that name. Raises StudyError where there is none."""
    if name not in ARCHITECTURES:
        raise StudyError(f"models.networks holds '{name}'; allowed: {listed(ARCHITECTURES)}.")
    return ARCHITECTURES[name]
