"""The model of a study that predicts new samples and is given away, with its sheet."""

from pathlib import Path

from tentips.artifacts import read_json, read_parquet
from tentips.data.row_options import RowOptions
from tentips.data.rows import development_rows
from tentips.data.tidy import SAMPLE
from tentips.models.final_models import FinalModel, load
from tentips.models.model_sheet import sheet_of
from tentips.models.selection import best_overall


def chosen_model(config: dict, paths, folder: str = "results") -> tuple[dict, FinalModel]:
    """Return sheet and model: the one that release.model names, else the recommended one, else the best of the development part.

    `paths` has features, samples, split (of the development part of the first repeat), bests, scorecard, and guards where they are.
    """
    rows = development_rows(paths, RowOptions.of(config))
    name = chosen(config, read_json(paths.scorecard), [read_json(path) for path in paths.bests])
    model = load(name, 1, folder=folder)
    guards = Path(folder) / "probe" / "guards.json"
    measured = read_parquet(paths.features).drop(columns=SAMPLE)
    # Guards are of one model: another one is given away without them.
    known = read_json(guards) if guards.exists() else {}
    return sheet_of(name, model.kind, rows, measured, config, known if known.get("model") == name else None), model


def chosen(config: dict, scorecard: dict, bests: list[dict]) -> str:
    """Return the model that is used: named by release.model, else recommended, else the best on the development part."""
    return (
        config["release"]["model"]
        or scorecard.get("recommended")
        or scorecard.get("judged")
        or best_overall(bests)["model"]
    )
