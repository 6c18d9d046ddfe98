"""The model of a study that predicts new samples and is given away, with its sheet."""

from pathlib import Path

from tentips.artifacts import read_json, read_parquet
from tentips.data.row_options import RowOptions
from tentips.data.rows import development_rows
from tentips.data.tidy import SAMPLE
from tentips.models.final_models import FinalModel, load
from tentips.models.model_sheet import sheet_of
from tentips.models.selection import best_overall
from tentips.models.sheet_options import SheetOptions


def chosen_model(
    named: str | None, rows: RowOptions, options: SheetOptions, paths, folder: str = "results"
) -> tuple[dict, FinalModel]:
    """Return sheet and model: the one that is `named` (release.model), else the recommended one, else the best of the development part.

    `paths` has features, samples, split (of the development part of the first repeat), bests, scorecard, and guards where they are.
    """
    developed = development_rows(paths, rows)
    name = chosen(named, read_json(paths.scorecard), [read_json(path) for path in paths.bests])
    model = load(name, 1, folder=folder)
    guards = Path(folder) / "probe" / "guards.json"
    measured = read_parquet(paths.features).drop(columns=SAMPLE)
    # Guards are of one model: another one is given away without them.
    known = read_json(guards) if guards.exists() else {}
    return sheet_of(
        name, model.kind, developed, measured, options, known if known.get("model") == name else None
    ), model


def chosen(named: str | None, scorecard: dict, bests: list[dict]) -> str:
    """Return the model that is used: `named`, else recommended, else the best on the development part."""
    return named or scorecard.get("recommended") or scorecard.get("judged") or best_overall(bests)["model"]
