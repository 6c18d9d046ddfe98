"""Pipelines on disk, through skops, never pickle."""

from pathlib import Path

from tentips.artifacts import undamaged, whole
from tentips.errors import StudyError

# Exactly the types that our pipelines hold and skops does not trust by itself. A whole package would be too much: numpy
# alone has functions that run any code.
TRUSTED = (
    "numpy.dtype",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.feature_selection._univariate_selection.f_classif",
    "sklearn.feature_selection._univariate_selection.f_regression",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.metrics._dist_metrics.ManhattanDistance64",
    "sklearn.neighbors._ball_tree.BallTree",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.tree._tree.Tree",
    "tentips.data.combat.ComBat",
    "tentips.data.image_features.ImagePlanes",
    "tentips.data.image_features.ImageTable",
    "tentips.data.preparation.CentredLogRatio",
    "tentips.data.sequence_features.KmerTable",
    "tentips.data.sequence_features.LetterPlanes",
    "tentips.data.smooth_clip.SmoothClip",
    "tentips.data.tuned_transform.TunedTransform",
)


def save_pipeline(pipeline, path: str | Path) -> None:
    """Save a scikit-learn pipeline or transformer with skops."""
    import skops.io

    with whole(path) as partial:
        skops.io.dump(pipeline, partial)


def load_pipeline(path: str | Path):
    """Load what `save_pipeline` saved. Raises StudyError where the file holds types that we did not write."""
    import skops.io

    with undamaged(path):
        unknown = skops.io.get_untrusted_types(file=path)
    foreign = [name for name in unknown if name not in TRUSTED]
    if foreign:
        raise StudyError(
            f"{path} holds types that no model of this study has ({', '.join(foreign)}); it was not written here. Delete it and run again."
        )
    with undamaged(path):
        return skops.io.load(path, trusted=unknown)
