"""What each place of a sample adds to its prediction: in-silico mutagenesis of sequences, occlusion of images, for any model."""

import numpy as np
import pandas as pd

from tentips.data.modality import Modality, Perturbations
from tentips.interpret.permutation_importance import Predict

SAMPLES = 10, 100  # that are perturbed, fewest and most, whatever `Modality.most_perturbed` allows
AT_ONCE = 1000  # changed samples that are predicted in one call
PLACES = ["model", "class", "place", "place_row", "place_column", "n", "effect", "size", "size_shuffled"]


def drawn(modality: Modality, inputs: pd.DataFrame, seed: int) -> np.ndarray:
    """Return the numbers of the rows that are perturbed, in order: as many as `Modality.most_perturbed` allows, drawn at random."""
    random = np.random.default_rng(seed)
    each = max(len(modality.perturb(inputs.iloc[[0]], random).place), 1)
    wanted = int(np.clip(modality.most_perturbed // each, *SAMPLES))
    return np.sort(random.permutation(len(inputs))[:wanted])


def place_effects(predicts: list[Predict], modality: Modality, inputs: pd.DataFrame, seed: int) -> list[np.ndarray]:
    """Return the effect of each place of each sample on the prediction of each model, (samples, *places, outputs).

    The prediction less the mean prediction of the sample with this place changed: above zero where the place raises the prediction
    (Zeiler and Fergus 2014; Zhou and Troyanskaya 2015, doi:10.1038/nmeth.3547). NaN where a place cannot be changed.
    """
    random = np.random.default_rng(seed)
    found, waiting = [[] for _ in predicts], []
    for number in range(len(inputs)):
        waiting.append(modality.perturb(inputs.iloc[[number]], random))
        if sum(len(each.place) for each in waiting) >= AT_ONCE or number == len(inputs) - 1:
            own = inputs.iloc[number + 1 - len(waiting) : number + 1]
            for model, predict in enumerate(predicts):
                found[model] += _effects(predict, own, waiting)
            waiting = []
    return [np.stack(each) for each in found]


def places_table(model: str, names: list[str], effects: np.ndarray, shuffled: np.ndarray) -> pd.DataFrame:
    """Return one row for each place of each output: the mean `effect` over samples, and its mean `size` whatever its sign.

    `effects` and `shuffled` are (samples, *places, outputs) of the model and of one trained on shuffled labels, `names` the outputs
    {number: class} that are tabled. `place_row` and `place_column` count from 1; a place of a sequence has no row.
    """
    shape, tables = effects.shape[1:-1], []
    known = np.isfinite(effects[..., 0]).sum(axis=0).ravel()
    where = np.unravel_index(np.arange(known.size), shape)
    row = where[0] + 1 if len(shape) == 2 else np.nan
    for output, label in names.items():
        own, other = (each[..., output].reshape(len(each), -1) for each in (effects, shuffled))
        table = {"model": model, "class": label, "place_row": row, "place_column": where[-1] + 1, "n": known}
        table |= {"effect": _mean(own), "size": _mean(np.abs(own)), "size_shuffled": _mean(np.abs(other))}
        tables.append(pd.DataFrame(table).assign(place=[_name(place, shape) for place in zip(*where, strict=True)]))
    joined = pd.concat(tables, ignore_index=True)
    return joined[joined["n"] > 0].sort_values(["class", "size"], ascending=[True, False], ignore_index=True)[PLACES]


def _effects(predict: Predict, inputs: pd.DataFrame, changed: list[Perturbations]) -> list[np.ndarray]:
    predicted = predict(pd.concat([inputs, *(each.inputs for each in changed)], ignore_index=True))
    predicted = predicted if predicted.ndim == 2 else predicted[:, None]
    whole, rest, found = predicted[: len(inputs)], predicted[len(inputs) :], []
    for own, each in zip(whole, changed, strict=True):
        part, rest = rest[: len(each.place)], rest[len(each.place) :]
        places = int(np.prod(each.shape))
        times = np.bincount(each.place, minlength=places)[:, None]
        total = np.stack([np.bincount(each.place, values, places) for values in part.T], axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            found.append(np.where(times > 0, own - total / times, np.nan).reshape(*each.shape, -1))
    return found


def _mean(values: np.ndarray) -> np.ndarray:
    """The mean over samples, NaN where a place is changed in none."""
    known = np.isfinite(values)
    total = np.where(known, values, 0).sum(axis=0)
    return np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan)


def _name(place: tuple[int, ...], shape: tuple[int, ...]) -> str:
    if len(shape) == 2:
        return f"row {place[0] + 1} column {place[1] + 1}"
    return f"place {place[0] + 1}"
