"""The kinds of networks, registered as baselines are: what each one is called, searches, and looks like in Keras."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from tentips.data.preparation import as_measured, clipped
from tentips.data.rows import Rows
from tentips.errors import StudyError, listed
from tentips.models.networks import augmentation, cnn1d, cnn2d, mlp, multitask, optimisation, tabular_network
from tentips.models.recipe import Recipe
from tentips.study.config import MULTITASK, TRANSFER

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
    `search_space()` describes the space for the methods section. `packed` is what its search may propose
    where the packed kernel trains it: its settings are then those of a perceptron (`mlp`), and `weight_decay` where it has any.
    `clipped` says that it reads numbers scaled by their quartiles and bent (`SmoothClip`), `as_measured` that it brings pixels into its
    own scale itself and reads them as they are. `other_labels` says that it learns the study's other
    labels, too. `augment(settings, inputs, noise)` changes a batch of training rows, and those
    alone, by `noise` (rows, NOISE) that is uniform between 0 and 1.
    """

    name: str
    title: str
    words: str
    axes: int | None
    declare: Callable[..., dict]
    keras_model: Callable
    parameters: Callable[[dict, Shape, int], int]
    search_space: Callable[[], str]
    other_labels: bool = False
    augment: Callable | None = None
    packed: mlp.Perceptrons | None = None
    clipped: bool = False
    as_measured: bool = False

    def preparation(self, rows: Rows, options: dict):
        """Return the unfitted preparation of its inputs; `options` is the resolved `preprocess` section."""
        prepare = rows.preparation(options, self.axes)
        if self.as_measured:
            return as_measured(prepare)
        return clipped(prepare) if self.clipped else prepare

    def check_inputs(self, shape: Shape) -> None:
        """Raise StudyError where the network cannot read inputs of this shape (without the rows)."""
        if self.axes not in (None, len(shape)):
            raise StudyError(
                f"models.networks holds '{self.name}', which reads {READS[self.axes]}; the inputs of this study are "
                f"{READS[len(shape)]}."
            )


NOISE = 8  # random numbers for one row that is augmented
READS = {1: "features of a table", 2: "sequences", 3: "images"}


def _not_read(*arguments):
    raise ValueError("this network is known by a file of the study alone: ask for it with the study's recipe")


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
            packed=mlp.SEARCHED,
        ),
        Architecture(
            "tabular",
            "Tabular",
            "a multilayer perceptron for tables",
            1,
            tabular_network.declare,
            tabular_network.keras_model,
            mlp.parameters,
            tabular_network.search_space,
            packed=tabular_network.SEARCHED,
            clipped=True,
        ),
        Architecture(
            MULTITASK,
            "Multi-task MLP",
            "a multilayer perceptron that also learns other labels",
            1,
            multitask.declare,
            multitask.keras_model,
            mlp.parameters,
            multitask.search_space,
            other_labels=True,
        ),
        Architecture(
            "cnn1d",
            "1D CNN",
            "a convolutional network along the sequence",
            2,
            cnn1d.declare,
            cnn1d.keras_model,
            cnn1d.parameters,
            cnn1d.search_space,
        ),
        Architecture(
            "cnn2d",
            "2D CNN",
            "a convolutional network over the image",
            3,
            cnn2d.declare,
            cnn2d.keras_model,
            cnn2d.parameters,
            cnn2d.search_space,
            augment=augmentation.augment,
        ),
        # What it declares and builds is in the study's file: see `architecture`.
        Architecture(
            "custom",
            "Custom",
            "a network of the study's own",
            None,
            _not_read,
            _not_read,
            _not_read,
            lambda: f"as its file declares it; {optimisation.search_space()}",
        ),
        # What they read, sequences or images, is declared beside the pretrained network: see `architecture`.
        *(
            Architecture(name, title, words, None, _not_read, _not_read, _not_read, _not_read)
            for name, title, words in (
                ("transfer_scratch", "From-scratch", "a network built as the pretrained one, with weights of its own"),
                (
                    "transfer_frozen",
                    "Frozen pretrained",
                    "a network on top of the pretrained one, whose weights it keeps",
                ),
                (
                    "transfer_finetuned",
                    "Fine-tuned pretrained",
                    "a network that begins with pretrained weights and trains them",
                ),
            )
        ),
    )
}


def architecture(name: str, recipe: Recipe | None = None) -> Architecture:
    """Return the architecture of that name; with the `recipe` of a study, as that study declares it.

    What to call it is known without. Raises StudyError where there is none of that name.
    """
    if name not in ARCHITECTURES:
        raise StudyError(f"models.networks holds '{name}'; allowed: {listed(ARCHITECTURES)}.")
    found = ARCHITECTURES[name]
    if recipe is None:
        return found
    if name == "custom":
        from tentips.models.networks.custom import from_file

        return from_file(found, recipe.custom)
    if name in TRANSFER:
        from tentips.models.networks.transfer import of_pretrained

        return of_pretrained(found, recipe.pretrained, recipe.both_strands)
    if recipe.both_strands and found.axes == 2:
        return replace(found, declare=partial(found.declare, both_strands=True))
    return found
