"""The hardest and most confident errors, and where baseline and network disagree and who is right."""

import numpy as np
import pandas as pd

from tentips.probe.slices import losses
from tentips.statistics.comparison import mcnemar

SHOWN = 20  # errors that are listed
NEAREST = 3
MOST_ROWS = 20_000  # training rows that are searched
HARDEST = [
    "sample",
    "truth",
    "predicted",
    "probability",
    "loss",
    "distance",
    "nearest",
    "nearest_distance",
    "nearest_truth",
]
CLOSER = 0.1  # of the label's standard deviation: values that differ by less agree


def hardest(
    ids: np.ndarray,
    truth: np.ndarray,
    predicted: np.ndarray,
    distances: np.ndarray,
    matrix: np.ndarray,
    training: tuple[np.ndarray, np.ndarray, np.ndarray],
    classes: list[str],
) -> pd.DataFrame:
    """Return the test samples with the highest loss, worst first, each with its nearest training samples and their labels.

    `matrix` holds the prepared features of the test rows, `training` is (ids, truth, matrix). Names samples: does not travel.
    """
    from sklearn.neighbors import NearestNeighbors

    loss = losses(truth, predicted)
    worst = np.argsort(-loss, kind="stable")[:SHOWN]
    if classes:
        worst = worst[predicted[worst].argmax(axis=1) != truth[worst]]
    names, labels, rows = (each[:MOST_ROWS] for each in training)
    if not len(worst):
        return pd.DataFrame(columns=HARDEST)
    flat = np.nan_to_num(rows.reshape(len(rows), -1))
    search = NearestNeighbors(n_neighbors=min(NEAREST, len(flat))).fit(flat)
    far, near = search.kneighbors(np.nan_to_num(matrix[worst].reshape(len(worst), -1)))
    spell = np.array(classes, dtype=object) if classes else None
    records = []
    for row, distance, neighbours in zip(worst, far, near, strict=True):
        values = predicted[row]
        records.append(
            {
                "sample": ids[row],
                "truth": spell[truth[row]] if classes else truth[row],
                "predicted": spell[values.argmax()] if classes else values,
                "probability": values.max() if classes else np.nan,
                "loss": loss[row],
                "distance": distances[row],
                "nearest": ", ".join(map(str, names[neighbours])),
                "nearest_distance": distance[0],
                "nearest_truth": ", ".join(f"{spell[labels[n]] if classes else labels[n]}" for n in neighbours),
            }
        )
    return pd.DataFrame(records, columns=HARDEST)


def disagreements(
    truth: np.ndarray, baseline: np.ndarray, network: np.ndarray, names: tuple[str, str], confidence: float
) -> pd.DataFrame:
    """Return how often the two models decide differently and who is right then: one row, with McNemar's exact p-value.

    Values disagree where they lie more than a tenth of the label's standard deviation apart; the closer one is right.
    """
    if baseline.ndim == 2:
        decided = [each.argmax(axis=1) for each in (baseline, network)]
        differ, right = decided[0] != decided[1], [each == truth for each in decided]
    else:
        error = [np.abs(each - truth) for each in (baseline, network)]
        differ = np.abs(baseline - network) > CLOSER * truth.std()
        right = [differ & (error[0] < error[1]), differ & (error[1] < error[0])]
    test = mcnemar(right[1], right[0], confidence)
    record = {"baseline": names[0], "network": names[1], "n": len(truth), "disagree": int(differ.sum())}
    record |= {
        f"{side}_right": int((differ & own).sum()) for side, own in zip(("baseline", "network"), right, strict=True)
    }
    return pd.DataFrame([record | {"p_value": test.p_value}])
