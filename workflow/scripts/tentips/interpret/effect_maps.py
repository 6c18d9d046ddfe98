"""Explain sequences and images place by place: tables of places, words, logos, and how far two kinds of maps agree."""

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.interpret import expected_gradients, grad_cam, map_agreement, motif_words, perturbation
from tentips.interpret.subjects import Subject, outputs_of
from tentips.models.final_models import FinalNetwork

BACKGROUND = 1000  # development rows against which gradients are taken
SHOWN = 6  # samples whose picture is shown with its maps
LOGOS = 2  # leading words of each class whose surroundings are shown
SALIENCY = ["sample", "truth", "decided", "model", "layer", "row", "column", "value"]
COLUMNS = {
    "places": perturbation.PLACES,
    "words": motif_words.WORDS,
    "logos": motif_words.LOGOS,
    "map_agreement": map_agreement.COLUMNS,
    "saliency": SALIENCY,
}
OTHER_FOLDS = "the same of a model of other folds"
SHUFFLED = "the same of a model of shuffled labels"


def effect_maps(found: list[Subject], rows: Rows, test: Rows, confidence: float, seed: int) -> dict[str, pd.DataFrame]:
    """Return the tables places, words, logos, map_agreement and saliency; without rows where features themselves are explained.

    `rows` is the development part, `test` the test part, of which some samples are drawn. `saliency` shows samples: pixels
    and maps of a few, without their names.
    """
    tables = {name: [] for name in COLUMNS}
    if test.modality.perturbed and len(test.ids):
        chosen = test.part(perturbation.drawn(test.modality, test.inputs, seed))
        for number, subject in enumerate(found):
            own = _of_subject(subject, rows, chosen, confidence, seed)
            if number == 0:
                own["saliency"] = [_pictures(chosen), *own["saliency"]]
            for name, parts in own.items():
                tables[name] += parts
    return {name: _joined(parts, COLUMNS[name]) for name, parts in tables.items()}


def nothing() -> dict[str, pd.DataFrame]:
    """Return the tables of a study whose models are not interpreted."""
    return {name: pd.DataFrame(columns=columns) for name, columns in COLUMNS.items()}


def _of_subject(subject: Subject, rows: Rows, chosen: Rows, confidence: float, seed: int) -> dict[str, list]:
    """All tables of one model; `chosen` are the samples that are perturbed."""
    refits = [*subject.refits[:2], subject.shuffled[0]]
    predicts = [subject.final.predict, *(each.predict for each in refits)]
    effects = perturbation.place_effects(predicts, chosen.modality, chosen.inputs, seed)
    final, shuffled = effects[0], effects[-1]
    names = outputs_of(rows)
    tables = {"places": [perturbation.places_table(subject.name, names, final, shuffled)], "words": [], "logos": []}
    letters = chosen.modality.letters(chosen.inputs)
    if letters is not None:
        for output, label in names.items():
            own = _said(list(letters), final[..., output], shuffled[..., output], chosen, confidence)
            for name, table in zip(("words", "logos"), own, strict=True):
                tables[name].append(table.assign(model=subject.name, **{"class": label}))
    decided = _decided(subject, chosen)
    maps = [_of_class(each, decided) for each in effects]
    method = chosen.modality.perturbation
    pairs = [(OTHER_FOLDS, maps[1], maps[2]), (SHUFFLED, maps[1], maps[3])]
    saliency = [_layer(subject.name, method, maps[0], chosen, decided)]
    by_gradient = _by_gradient(subject, rows, chosen, decided, seed)
    if by_gradient is not None:
        pairs.insert(0, (by_gradient[0], maps[0], by_gradient[1]))
        saliency.append(_layer(subject.name, *by_gradient, chosen, decided))
    held = [map_agreement.map_agreement(subject.name, (method, b), *own, seed) for b, *own in pairs]
    return tables | {"map_agreement": [pd.DataFrame(held)], "saliency": saliency}


def _said(letters: list[str], effects: np.ndarray, shuffled: np.ndarray, chosen: Rows, confidence: float):
    """The tables words and logos of one output."""
    table = motif_words.words_table(letters, effects, shuffled, chosen.groups, confidence)
    leading = motif_words.leading_words(table, LOGOS)
    logos = [motif_words.logo_around(word, letters, effects, chosen.groups) for word in leading]
    if chosen.modality.aligned:
        logos.append(motif_words.logo_of_places(letters, effects, chosen.groups))
    return table, pd.concat(logos) if logos else pd.DataFrame()


def _decided(subject: Subject, chosen: Rows) -> np.ndarray:
    """The number of the class that the final model decides for each sample; of values the only output."""
    if not chosen.classes:
        return np.zeros(len(chosen.ids), dtype=int)
    return subject.final.predict(chosen.inputs).argmax(axis=1)


def _of_class(effects: np.ndarray, decided: np.ndarray) -> np.ndarray:
    """The effects (samples, *places) on the class that was decided for each sample."""
    return np.stack([each[..., output] for each, output in zip(effects, decided, strict=True)])


def _by_gradient(subject: Subject, rows: Rows, chosen: Rows, decided: np.ndarray, seed: int):
    """The name of a method that reads a network's gradients and its maps, the mean over seeds; None of other models."""
    final = subject.final
    if not isinstance(final, FinalNetwork):
        return None
    matrix = final.prepare(chosen.inputs)
    if matrix.ndim < 3:
        return None
    planes = matrix.ndim == 4 and grad_cam.last_places(next(iter(final.networks.values()))) is not None
    drawn = np.random.default_rng(seed).permutation(len(rows.ids))[:BACKGROUND]
    background = None if planes else final.prepare(rows.inputs.iloc[drawn])
    maps = None
    for output in np.unique(decided):
        own, by_seed = decided == output, []
        for network in final.networks.values():
            if planes:
                by_seed.append(grad_cam.grad_cam(network, matrix[own], output, bool(rows.classes)))
            else:
                gradient = expected_gradients.gradient_of(network, output)
                of_inputs = expected_gradients.expected_gradients(gradient, matrix[own], background, seed=seed)
                by_seed.append(of_inputs.sum(axis=-1))
        at_places = chosen.modality.at_places(np.mean(by_seed, axis=0))
        maps = np.zeros((len(matrix), *at_places.shape[1:])) if maps is None else maps
        maps[own] = at_places
    return "Grad-CAM" if planes else "expected gradients", maps


def _shown(chosen: Rows) -> np.ndarray:
    """The few samples whose picture is shown: the first of each class, which were drawn at random."""
    if not chosen.classes:
        return np.arange(min(SHOWN, len(chosen.ids)))
    each = max(SHOWN // len(chosen.classes), 1)
    return np.concatenate([np.flatnonzero(chosen.truth == number)[:each] for number in range(len(chosen.classes))])[
        :SHOWN
    ]


def _pictures(chosen: Rows) -> pd.DataFrame:
    """The pixels of the samples that are shown, as layers red, green and blue."""
    shown = _shown(chosen)
    pixels = chosen.modality.pictures(chosen.inputs.iloc[shown])
    if pixels is None:
        return pd.DataFrame(columns=SALIENCY)
    names = chosen.labels[shown]
    layers = [
        _grid(number, names[number], "", "", colour, pixels[number, ..., channel])
        for number in range(len(shown))
        for channel, colour in enumerate(("red", "green", "blue"))
    ]
    return pd.concat(layers, ignore_index=True)


def _layer(model: str, method: str, maps: np.ndarray, chosen: Rows, decided: np.ndarray) -> pd.DataFrame:
    """The maps of the samples that are shown, where samples are pictures."""
    if maps.ndim != 3 or not len(_shown(chosen)):
        return pd.DataFrame(columns=SALIENCY)
    words_of = np.array(chosen.classes or [""], dtype=object)[decided]
    layers = [
        _grid(number, chosen.labels[row], words_of[row], model, method, maps[row])
        for number, row in enumerate(_shown(chosen))
    ]
    return pd.concat(layers, ignore_index=True)


def _grid(sample: int, truth, decided: str, model: str, layer: str, values: np.ndarray) -> pd.DataFrame:
    row, column = np.indices(values.shape)
    table = {"sample": sample + 1, "truth": str(truth), "decided": decided, "model": model, "layer": layer}
    return pd.DataFrame(table | {"row": row.ravel(), "column": column.ravel(), "value": values.ravel()})


def _joined(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    tables = [table for table in tables if len(table)]
    return pd.concat(tables, ignore_index=True).reindex(columns=columns) if tables else pd.DataFrame(columns=columns)
