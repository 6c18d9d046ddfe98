"""The stacked model: baselines and networks combined, with weights learned from their out-of-fold predictions."""

import numpy as np
from scipy.optimize import nnls

from tentips.data.rows import Rows
from tentips.models.trials import mean_score
from tentips.statistics.scores import score

NAME = "stacked"


def weights(predictions: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the weights of the models: not negative, adding up to 1, with the least squared error.

    `predictions` has the shape (models, samples, outputs), `targets` (samples, outputs). This is the super learner of van
    der Laan, Polley and Hubbard (2007) with non-negative least squares.
    """
    found, _ = nnls(predictions.reshape(len(predictions), -1).T, targets.ravel())
    return found / found.sum() if found.sum() > 0 else np.full(len(predictions), 1 / len(predictions))


def stack(rows: Rows, oof: dict[str, np.ndarray], metric: str) -> tuple[dict, np.ndarray]:
    """Learn the weights of the models in `oof` (out-of-fold predictions by model) and score the stacked model.

    In each fold the stacked model is scored with weights learned on the other folds alone; so are the out-of-fold predictions
    that are returned beside {"weights", "untuned", "tuned", "fold_scores"}, where untuned is the plain average.
    """
    names = list(oof)
    predictions = np.stack([oof[name].reshape(len(rows.ids), -1) for name in names])
    targets = np.eye(len(rows.classes))[rows.truth] if rows.classes else rows.truth[:, None]
    combined, equal, scores = np.zeros_like(predictions[0]), [], []
    for _, train, tune in rows.folds:
        learned = weights(predictions[:, train], targets[train])
        combined[tune] = np.tensordot(learned, predictions[:, tune], axes=1)
        equal.append(score(metric, rows.truth[tune], _shaped(predictions[:, tune].mean(axis=0), rows)))
        scores.append(score(metric, rows.truth[tune], _shaped(combined[tune], rows)))
    final = weights(predictions, targets)
    found = {
        "weights": dict(zip(names, final.tolist(), strict=True)),
        "untuned": mean_score(equal),
        "tuned": mean_score(scores),
        "fold_scores": {"untuned": equal, "tuned": scores},
    }
    return found, _shaped(combined, rows)


def combine(by_model: dict[str, float], predictions: dict[str, np.ndarray]) -> np.ndarray:
    """Return the weighted mean of predictions by model, weights as `stack` learned them."""
    return sum(weight * predictions[name] for name, weight in by_model.items())


def _shaped(values: np.ndarray, rows: Rows) -> np.ndarray:
    return values if rows.classes else values[:, 0]
