"""Expected gradients of a network: what each prepared feature adds to a prediction, against the background of other samples."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

DRAWS = 64  # backgrounds for each explained row
EXPLAINED = 300  # rows at most
AT_ONCE = 4096  # points whose gradients are taken in one call
METHOD = "expected gradients"
COLUMNS = [
    "model",
    "class",
    "method",
    "scale",
    "feature",
    "mean_absolute",
    "mean",
    "direction",
    "seeds",
    "low",
    "high",
    "gap",
]
Gradient = Callable[[np.ndarray], np.ndarray]


def expected_gradients(
    gradient: Gradient, matrix: np.ndarray, background: np.ndarray, draws: int = DRAWS, seed: int = 0
) -> np.ndarray:
    """Return attributions like `matrix`, (rows, features...): E[(x - x') df(x' + a (x - x'))] over x' and a.

    Erion et al. 2021 (doi:10.1038/s42256-021-00343-w): integrated gradients averaged over backgrounds x' of `background`. a is
    stratified over 0 to 1. Attributions of a row add up to f(x) - E[f(x')], to sampling error; of a linear model they are exactly
    its coefficient times (x - mean of the drawn backgrounds).
    """
    random = np.random.default_rng(seed)
    # Every background is drawn as often as any other, so that their mean is as near as can be to that of all.
    wanted = draws * len(matrix)
    rounds = [random.permutation(len(background)) for _ in range(-(-wanted // len(background)))]
    drawn = np.concatenate(rounds)[:wanted].reshape(draws, len(matrix))
    steps = (np.argsort(random.random((draws, len(matrix))), axis=0) + random.random((draws, len(matrix)))) / draws
    total = np.zeros(matrix.shape, dtype=float)
    several = max(AT_ONCE // len(matrix), 1)
    for start in range(0, draws, several):
        each, step = drawn[start : start + several], steps[start : start + several]
        difference = matrix - background[each]
        weight = step.reshape(*step.shape, *[1] * (matrix.ndim - 1)).astype(matrix.dtype)
        points = (background[each] + weight * difference).reshape(-1, *matrix.shape[1:])
        total += (difference * gradient(points).reshape(difference.shape)).sum(axis=0)
    return total / draws


def gradient_of(network, output: int) -> Gradient:
    """Return the function that gives the gradient of one output of a Keras model by its inputs, on either backend."""
    import keras

    from tentips.models.networks.backend import value_and_gradient

    def summed(inputs):
        return keras.ops.sum(network(inputs[0], training=False)[:, output]), 0.0

    differentiated = value_and_gradient(summed)

    def gradient(matrix: np.ndarray) -> np.ndarray:
        _, (found,) = differentiated([keras.ops.convert_to_tensor(np.asarray(matrix, dtype="float32"))])
        return keras.ops.convert_to_numpy(found)

    return gradient


def features_of(names: list[str], features: list[str]) -> list[str]:
    """Return the feature that each prepared column belongs to: itself, or the category whose level it stands for (`colour_red`)."""
    known = sorted(map(str, features), key=len, reverse=True)
    whole = set(known)
    return [
        name if name in whole else next((feature for feature in known if name.startswith(f"{feature}_")), name)
        for name in map(str, names)
    ]


def attribution_table(
    model: str,
    names: list[str],
    matrix: np.ndarray,
    by_seed: dict[int, np.ndarray],
    label: str,
    gaps: dict[int, float],
    method: tuple[str, str],
) -> pd.DataFrame:
    """Return the attributions of one output over all explained rows, one row per feature, largest first.

    `method` is what the attributions are called and the scale on which they are told. `names` has the feature of each prepared column; those of one
    category, a column for each level, are added up, so that no level is
    named, and have no direction. `by_seed` maps a seed to (rows, prepared columns). `mean_absolute` is the mean over seeds with its lowest and highest seed (low, high; not known of a single one);
    `direction` the rank correlation of a feature's value with its attribution: positive where more of it raises the prediction.
    `gap` is the mean absolute distance of the attributions' sum from what they should add up to.
    """
    features = list(dict.fromkeys(names))
    number = {feature: number for number, feature in enumerate(features)}
    owner = np.array([number[name] for name in names])
    belongs = csr_array((np.ones(len(names)), owner, np.arange(len(names) + 1)), shape=(len(names), len(features)))
    matrix, by_seed = matrix @ belongs, {seed: each @ belongs for seed, each in by_seed.items()}
    single = np.bincount(owner) == 1
    sizes = np.stack([np.abs(each).mean(axis=0) for each in by_seed.values()])
    mean = np.mean(list(by_seed.values()), axis=0)
    ranks, own = (pd.DataFrame(each).rank().to_numpy() for each in (matrix, mean))
    table = pd.DataFrame(
        {
            "model": model,
            "class": label,
            "method": method[0],
            "scale": method[1],
            "feature": features,
            "mean_absolute": sizes.mean(axis=0),
            "mean": mean.mean(axis=0),
            "direction": [
                _correlation(a, b) if alone else np.nan for a, b, alone in zip(ranks.T, own.T, single, strict=True)
            ],
            "seeds": len(by_seed),
            "low": sizes.min(axis=0) if len(by_seed) > 1 else np.nan,
            "high": sizes.max(axis=0) if len(by_seed) > 1 else np.nan,
            "gap": float(np.mean(list(gaps.values()))),
        },
        columns=COLUMNS,
    )
    return table.sort_values("mean_absolute", ascending=False, kind="stable", ignore_index=True)


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if a.std() > 0 and b.std() > 0 else 0.0
