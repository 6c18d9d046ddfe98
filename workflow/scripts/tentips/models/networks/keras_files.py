"""Networks on disk, as .keras files."""

from collections.abc import Iterator
from pathlib import Path

from tentips.artifacts import undamaged, whole

# Where Keras finds what a network's configuration names. Its other modules have functions that fetch or run something.
MODULES = tuple(
    f"keras.{name}" for name in ("layers", "models", "initializers", "regularizers", "constraints", "activations")
)
OPERATIONS = ("keras.src.ops.numpy", "keras.src.ops.nn")  # sums and the like of layers' outputs, which are no layers
OF_KERAS = ("Sequential", "Functional", "Model", "DTypePolicy")
MARKS = ("__keras_tensor__", "__tuple__")  # values, not classes
CARRY_CODE = ("Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer")


def save_keras(model, path: str | Path) -> None:
    """Save a Keras model in the .keras format."""
    with whole(path) as partial:
        model.save(partial)


def load_keras(path: str | Path):
    """Load a Keras model for prediction."""
    import keras

    with undamaged(path):
        return keras.saving.load_model(path, compile=False)


def foreign_classes(described, of_old_files: bool = False) -> Iterator[str]:
    """Yield names of classes in a Keras configuration that are not Keras's own, or that carry code.

    Old files (.h5 of Keras 2) name no module: Keras looks their classes up among its own ones, and nowhere else.
    """
    if isinstance(described, dict):
        name, module = described.get("class_name"), str(described.get("module"))
        own = module in MODULES + OPERATIONS or module.startswith(("keras.src.models.", "tentips."))
        own |= module == "keras" and name in OF_KERAS
        own |= of_old_files and described.get("module") is None
        if name is not None and name not in MARKS and (name in CARRY_CODE or not own):
            yield str(name)
        for value in described.values():
            yield from foreign_classes(value, of_old_files)
    elif isinstance(described, list):
        for value in described:
            yield from foreign_classes(value, of_old_files)
