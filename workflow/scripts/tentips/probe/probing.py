"""Probe the recommended model of a study: all tables of the rule `probe`, and the guards of new samples."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tentips.artifacts import read_parquet
from tentips.data.levels import levels
from tentips.data.preparation import unclipped
from tentips.data.rows import Rows
from tentips.data.tidy import SAMPLE
from tentips.models.guards import distance, guard_of
from tentips.models.pipeline_files import load_pipeline
from tentips.models.predictions import read_oof
from tentips.models.selection import best_model
from tentips.probe import conformal, errors_of_models
from tentips.probe.directions import directions
from tentips.probe.out_of_distribution import out_of_distribution
from tentips.probe.slices import losses, slices
from tentips.probe.subgroups import subgroups


@dataclass(frozen=True)
class Asked:
    """What is asked of a model: by which metric, in which columns of the sample sheet by role, against which expected directions.

    `options` has confidence and bootstrap.
    """

    metric: str
    roles: dict[str, list[str]]
    expected: dict[str, str]
    options: dict


def prepared(best: dict, rows: Rows, folder: str = "results") -> np.ndarray:
    """Return the rows as the final model of the first repeat sees them, (rows, prepared features), without loading a network.

    Numbers that a network bends are taken before: distances between samples are measured in them.
    """
    own = f"{folder}/{'network' if best['kind'] == 'network' else 'baseline'}/{best['model']}"
    if best["kind"] == "network":
        return np.asarray(unclipped(load_pipeline(f"{own}/prepare_1.skops")).transform(rows.inputs), dtype=float)
    return np.asarray(load_pipeline(f"{own}/model_1.skops").named_steps["prepare"].transform(rows.inputs), dtype=float)


def predicted_of_test(model: str, rows: Rows, file: str) -> np.ndarray:
    """Return what a model predicted of the test rows of the first repeat, the mean over its seeds, in the order of `rows`."""
    table = read_parquet(file)
    table = table[(table["model"] == model) & (table["repeat"] == 1)]
    columns = [f"score_{name}" for name in rows.classes] or ["score"]
    values = table.groupby(SAMPLE)[columns].mean().loc[rows.ids].to_numpy()
    return values if rows.classes else values[:, 0]


def probe(
    bests: list[dict],
    model: str,
    rows: Rows,
    test: Rows,
    sheets: tuple[pd.DataFrame, pd.DataFrame],
    effects: pd.DataFrame,
    predictions: str,
    asked: Asked,
) -> tuple[dict[str, pd.DataFrame], dict]:
    """Probe `model`: return the tables of the stage probe (`tentips.result_tables`) and the guards, {"model", "out_of_distribution", "conformal"}.

    `rows` and `test` are both parts of the first repeat, `sheets` their sample sheets in the same order; `effects` is what `interpret`
    found, `predictions` the file of the evaluation. Subgroups are judged on both parts together: out-of-fold predictions of the
    development part and the final model's of the test part.
    """
    best = next(best for best in bests if best["model"] == model)
    options, metric, roles, classes = asked.options, asked.metric, asked.roles, rows.classes
    oof, predicted = read_oof(best, rows, 1), predicted_of_test(model, test, predictions)
    covariates, grouping = roles["covariates"], ("covariates", "site", "batch")
    sheet = pd.concat(sheets, ignore_index=True)
    columns = list(dict.fromkeys(name for role in grouping for name in roles[role]))
    named, units = levels(sheet, columns), pd.factorize(sheet["group"])[0]
    n = len(rows.ids)
    truth = np.concatenate([rows.truth, test.truth])
    tables = {
        "subgroups": subgroups(truth, np.concatenate([oof, predicted]), units, named, metric, len(classes), options)
    }
    matrices = [prepared(best, part) for part in (rows, test)]
    guard, held = guard_of(matrices[0], rows.fold, rows.groups)
    distances = distance(guard, matrices[1])
    calibrated = conformal.calibrate(rows.truth, oof, rows.groups, classes)
    beside = [_beside(part.table, own[covariates]) for part, own in zip((rows, test), sheets, strict=True)]
    tables["slices"] = slices(
        beside[0], losses(rows.truth, oof), beside[1], losses(test.truth, predicted), units[n:], options
    )
    pair = best_model(bests, "baseline"), best_model(bests, "network")
    both = [predicted_of_test(name, test, predictions) for name in pair]
    tables["disagreements"] = errors_of_models.disagreements(test.truth, *both, pair, options["confidence"])
    tables["directions"] = directions(
        asked.expected,
        effects[effects["model"] == model],
        model,
        pd.concat([rows.table, test.table], ignore_index=True),
        truth,
        units,
        named[[name for name in covariates if name in named]],
        options["confidence"],
    )
    tables["out_of_distribution"] = out_of_distribution(guard, held, distances, test.truth, predicted, units[n:])
    tables["conformal"] = conformal.coverage(
        calibrated, test.truth, predicted, units[n:], named.iloc[n:].reset_index(drop=True), options
    )
    tables["abstention"] = conformal.abstention(test.truth, predicted, units[n:], options)
    training = rows.ids, rows.truth, matrices[0]
    tables["hardest_samples"] = errors_of_models.hardest(
        test.ids, test.truth, predicted, distances, matrices[1], training, classes
    )
    return tables, {"model": model, "out_of_distribution": guard, "conformal": calibrated}


def _beside(table: pd.DataFrame, covariates: pd.DataFrame) -> pd.DataFrame:
    own = covariates.reset_index(drop=True).add_prefix("")
    return pd.concat([table.reset_index(drop=True), own.drop(columns=[c for c in own if c in table])], axis=1)
