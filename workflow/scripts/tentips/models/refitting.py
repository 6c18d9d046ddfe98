"""A final model trained anew on other rows, with the settings of its search; and its files."""

import dataclasses
from pathlib import Path

import numpy as np

from tentips.artifacts import read_json, write_json
from tentips.data.rows import Rows
from tentips.models import baseline_search, stacking
from tentips.models.final_models import FinalBaseline, FinalModel, FinalNetwork, FinalStacked
from tentips.models.pipeline_files import save_pipeline
from tentips.models.recipe import Recipe
from tentips.models.selection import ENSEMBLE

REPEAT = 1


def bests_of(files: list[str]) -> dict[str, dict]:
    """Return what each best.json of `files` says of the first repeat, by model."""
    return {each["model"]: each["repeats"][str(REPEAT)] for each in map(read_json, files)}


def refitted(model: FinalModel, bests: dict[str, dict], rows: Rows, recipe: Recipe, threads: int) -> FinalModel:
    """Return the model trained from nothing on all `rows`, with the same settings, seeds and weights of its parts."""
    if isinstance(model, FinalStacked):
        parts = {name: refitted(part, bests, rows, recipe, threads) for name, part in model.parts.items()}
        return dataclasses.replace(model, parts=parts)
    if isinstance(model, FinalNetwork):
        return _network(model, bests[_single(model)]["settings"], rows, recipe)
    pipeline = baseline_search.refit(model.model, rows, bests[model.model]["settings"], recipe, threads)
    return dataclasses.replace(model, pipeline=pipeline)


def _network(model: FinalNetwork, settings: dict, rows: Rows, recipe: Recipe) -> FinalNetwork:
    from tentips.models.networks.architecture import architecture
    from tentips.models.networks.refit import refit

    kind = architecture(_single(model), recipe)
    seeds = list(model.networks)
    prepare, trained = refit(kind, rows, settings, recipe, seeds)
    shape = np.asarray(prepare.transform(rows.inputs.iloc[:1])).shape[1:]
    networks = {
        seed: kind.keras_model(settings, shape, rows.outputs, rows.task, each.weights)
        for seed, each in zip(seeds, trained, strict=True)
    }
    return dataclasses.replace(model, preparation=prepare, networks=networks)


def save(model: FinalModel, bests: dict[str, dict], folder: str | Path) -> None:
    """Save the model under `folder`, laid out as results are, so that `final_models.load(NAME, 1, folder=...)` reads it."""
    folder = Path(folder)
    if isinstance(model, FinalStacked):
        for part in model.parts.values():
            save(part, bests, folder)
        entry = {"classes": model.classes, "weights": model.weights}
        _write_best(stacking.NAME, model.kind, entry, folder / "stack")
        return
    name = _single(model)
    entry = {key: bests[name][key] for key in ("classes", "seeds", "settings")}
    if isinstance(model, FinalBaseline):
        save_pipeline(model.pipeline, folder / "baseline" / name / f"model_{REPEAT}.skops")
        _write_best(name, model.kind, entry, folder / "baseline" / name)
        return
    from tentips.models.networks.keras_files import save_keras

    own = folder / "network" / name
    save_pipeline(model.preparation, own / f"prepare_{REPEAT}.skops")
    for seed, network in model.networks.items():
        save_keras(network, own / "seeds" / f"{REPEAT}_{seed}.keras")
    _write_best(name, "network", entry, own)


def _single(model: FinalModel) -> str:
    """The name of a network without that of its ensemble."""
    return model.model.removesuffix(ENSEMBLE) if isinstance(model, FinalNetwork) else model.model


def _write_best(name: str, kind: str, entry: dict, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_json({"model": name, "kind": kind, "repeats": {str(REPEAT): entry}}, folder / "best.json")
