"""Whether a model really uses what its explanation ranks first: deletion and insertion curves against random orders."""

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.interpret.changed_inputs import Predict, predicted_exchanged
from tentips.statistics.scores import score

STEPS = 8  # of a curve
RANDOM_ORDERS = 10
COLUMNS = ["model", "curve", "order", "share", "score", "low", "high", "area", "area_p"]


def faithfulness(
    model: str,
    predict: Predict,
    test: Rows,
    groups: dict[str, list[str]],
    importance: np.ndarray,
    metric: str,
    seed: int,
) -> pd.DataFrame:
    """Return deletion and insertion curves of `test` rows in the order of `importance`, (groups,), and of random orders.

    Deletion takes the leading groups from other samples, most important first: a faithful order lets the score fall early, so that the
    area below is small. Insertion gives them back to samples whose groups all come from others: large area. `area_p` is the share of
    random orders that do as well (Petsiuk et al. 2018, arXiv:1806.07421). Of the random orders `score` is the mean, `low` and `high`
    the ends.
    """
    names = list(groups)
    if len(names) < 2:
        return pd.DataFrame(columns=COLUMNS)
    inputs, random = test.inputs, np.random.default_rng(seed)
    exchange = random.permutation(len(inputs))
    by_importance = np.argsort(-np.nan_to_num(importance), kind="stable")
    orders = [by_importance, *(random.permutation(len(names)) for _ in range(RANDOM_ORDERS))]
    counts = np.unique(np.linspace(0, len(names), min(STEPS, len(names)) + 1).round().astype(int))

    def exchanges():
        for order in orders:
            for count in counts:
                for chosen in (order[:count], order[count:]):
                    yield [part for number in chosen for part in groups[names[number]]], exchange

    predicted = predicted_exchanged(predict, test.modality, inputs, exchanges())
    scores = np.array([score(metric, test.truth, each) for each in predicted]).reshape(len(orders), len(counts), 2)
    share = counts / len(names)
    areas = np.trapezoid(scores, share, axis=1)
    tables = []
    for number, (curve, sign) in enumerate((("deletion", -1), ("insertion", 1))):
        own, others = scores[0, :, number], scores[1:, :, number]
        as_good = sign * areas[1:, number] >= sign * areas[0, number]
        p_value = (1 + as_good.sum()) / (1 + RANDOM_ORDERS)
        shape = {"model": model, "curve": curve, "share": share}
        tables.append(
            pd.DataFrame(shape | {"order": "importance", "score": own, "area": areas[0, number], "area_p": p_value})
        )
        low, high, mean = others.min(axis=0), others.max(axis=0), others.mean(axis=0)
        tables.append(
            pd.DataFrame(
                shape | {"order": "random", "score": mean, "low": low, "high": high, "area": areas[1:, number].mean()}
            )
        )
    return pd.concat(tables, ignore_index=True)[COLUMNS]
