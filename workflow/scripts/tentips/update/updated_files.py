"""The files of an updated model."""

from pathlib import Path

from tentips.artifacts import read_json, write_json
from tentips.models.final_models import FinalBaseline, FinalModel
from tentips.models.pipeline_files import save_pipeline

ENSEMBLE = "_ensemble"


def save(model: FinalModel, best: dict, folder: str | Path, unchanged: bool) -> None:
    """Save the model under `folder`, laid out as results are, so that `final_models.load(NAME, 1, folder=...)` reads it.

    `best` is best.json's entry of the repeat: classes, seeds and settings of the model. An `unchanged` model is the study's own: the
    folder stays empty.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    if unchanged:
        return
    kept = {key: best[key] for key in ("classes", "seeds", "settings")}
    if isinstance(model, FinalBaseline):
        own = Path(folder) / "baseline" / model.model
        name = model.model
        save_pipeline(model.pipeline, own / "model_1.skops")
    else:
        from tentips.models.networks.keras_files import save_keras

        name = model.model.removesuffix(ENSEMBLE)
        own = Path(folder) / "network" / name
        save_pipeline(model.preparation, own / "prepare_1.skops")
        for seed, network in model.networks.items():
            save_keras(network, own / "seeds" / f"1_{seed}.keras")
    write_json({"model": name, "kind": model.kind, "repeats": {"1": kept}}, own / "best.json")


def best_of(model: str, bests: list[str]) -> dict:
    """Return what best.json says of the first repeat of a final model; empty where it is no single model. `bests` are the files."""
    found = {each["model"]: each["repeats"]["1"] for each in map(read_json, bests)}
    return found.get(model.removesuffix(ENSEMBLE), {})
