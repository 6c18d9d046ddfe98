"""Networks on disk, as .keras files."""

from pathlib import Path

from tentips.artifacts import whole


def save_keras(model, path: str | Path) -> None:
    """Save a Keras model in the .keras format."""
    with whole(path) as partial:
        model.save(partial)


def load_keras(path: str | Path):
    """Load a Keras model for prediction."""
    import keras

    return keras.saving.load_model(path, compile=False)
