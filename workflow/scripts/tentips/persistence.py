"""Models on disk: scikit-learn's through skops, never pickle; networks as .keras."""

from pathlib import Path

from tentips.artifacts import whole
from tentips.errors import StudyError

# What a file may hold besides scikit-learn's own types: our transformer, and numpy functions that preprocessing names.
TRUSTED = ("tentips.preparation.CentredLogRatio", "numpy.log1p", "numpy.dtype", "numpy.ufunc")
TRUSTED_PREFIXES = ("sklearn.", "scipy.", "numpy.")


def save_pipeline(pipeline, path: str | Path) -> None:
    """Save a scikit-learn pipeline or transformer with skops."""
    import skops.io

    with whole(path) as partial:
        skops.io.dump(pipeline, partial)


def load_pipeline(path: str | Path):
    """Load what `save_pipeline` saved. Raises StudyError where the file holds types that we did not write."""
    import skops.io

    unknown = skops.io.get_untrusted_types(file=path)
    foreign = [name for name in unknown if name not in TRUSTED and not name.startswith(TRUSTED_PREFIXES)]
    if foreign:
        raise StudyError(
            f"{path} holds types that no model of this study has ({', '.join(foreign)}); it was not written here. Delete it and run again."
        )
    return skops.io.load(path, trusted=unknown)


def save_keras(model, path: str | Path) -> None:
    """Save a Keras model in the .keras format."""
    with whole(path) as partial:
        model.save(partial)


def load_keras(path: str | Path):
    """Load a Keras model for prediction."""
    import keras

    return keras.saving.load_model(path, compile=False)
