"""Ask how good the networks for tables are: `tabular` and each of its parts against `mlp`, and both against simpler models.

    python benchmarks/tabular.py DATA ablation|tuned [--tables NAME ...] [--repeats 5] [--trials 12]

DATA is a folder with one folder per data set, each with features.parquet and metadata.tsv. `ablation` trains untuned networks in
five folds, divided anew in each repeat; simulated tables are drawn anew, too. `tuned` sets a third of the rows aside in each repeat
and tunes every model in three folds of the others, with the same trials; networks are the mean of three seeds. Groups are never
divided. Differences are of the mean over folds, or on the rows set aside, with standard errors over repeats.
"""

import argparse
import os
import sys
import tempfile
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

for name in ("OPENBLAS", "OMP", "MKL", "NUMBA"):
    os.environ.setdefault(f"{name}_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

MEASURED = {
    "penguins_raw": {"label": "sex", "group": "nest_pair"},
    "hcs_cells": {},
    "wdbc": {},
    "parkinsons_voice": {"group": "subject"},
    "breast_6cohorts_7genes": {},
    "khan_srbct": {},
    "liver_toxicity": {"task": "regression", "group": "treatment_group"},
    "anaerobic_digestion": {"group": "bioreactor", "preprocess": {"transform": "clr"}},
}
SIMULATED = {
    "linear": {"samples": 300, "features": 50},
    "interaction": {"samples": 600, "features": 10, "signal": 0.8, "interaction": 1.2},
    "counts, no logarithm": {"samples": 300, "features": 30, "scale": "counts"},
    "values": {"samples": 400, "features": 30, "task": "regression"},
}
FRIEDMAN = "Friedman's first function"
TABLES = [*MEASURED, *SIMULATED, FRIEDMAN]
SIMPLER = ("logistic", "random_forest", "gradient_boosting")
SEEDS = [1, 2, 3]  # of a network that is compared; of the ablation the first two
PREPARED = {"": "tabular", "unbent": "numbers as they are", "bins": "quantile bins beside them"}
CHANGED = {
    "no weight decay": {"weight_decay": 0.0},
    "no dropout": {"dropout": 0.0},
    "1 layer": {"layers": 1},
    "3 layers": {"layers": 3},
    "cosine schedule": {"schedule": "cosine"},
    "batch normalisation": {"batch_norm": True},
}
BINS, MOST_COLUMNS = 8, 1000


def rows_of(features, label, task: str, group, seed: int, folds: int):
    """Return the rows with a label as `Rows`, in folds that hold groups whole."""
    from tentips.data import split
    from tentips.data.preparation import numbers_and_text
    from tentips.data.rows import Rows

    known = label.notna().to_numpy()
    label = label[known].reset_index(drop=True)
    groups = np.arange(len(label)) if group is None else pd.factorize(group[known])[0]
    classes = sorted(label.astype(str).unique()) if task == "classification" else []
    truth = label.astype(str).map({name: at for at, name in enumerate(classes)}) if classes else label.astype(float)
    strata = truth.to_numpy() if classes else split.strata_of(truth, task)
    fold = split.folds(strata, groups, folds, seed)
    ids = np.array([f"s{number}" for number in range(len(label))], dtype=object)
    table = numbers_and_text(features[known].reset_index(drop=True))
    return Rows(ids, table, truth.to_numpy(), strata, groups, fold, classes, task)


def table(name: str, data: Path, seed: int, folds: int):
    """Return a table's rows; a simulated one is drawn by `seed`, of a measured one the folds are."""
    if name == FRIEDMAN:
        from sklearn.datasets import make_friedman1

        matrix, values = make_friedman1(500, 10, noise=1.0, random_state=seed)
        return rows_of(pd.DataFrame(matrix).add_prefix("x"), pd.Series(values), "regression", None, seed, folds)
    if name in SIMULATED:
        from tentips.simulate.simulation import study

        made, task = study(seed=seed, **SIMULATED[name]), SIMULATED[name].get("task", "classification")
        return rows_of(made.features.drop(columns="sample"), made.samples["label"], task, None, seed, folds)
    options, features = MEASURED[name], pd.read_parquet(data / name / "features.parquet")
    sheet = pd.read_csv(data / name / "metadata.tsv", sep="\t").set_index("sample_id").loc[features["sample_id"]]
    sheet = sheet.reset_index(drop=True)
    group = sheet[options["group"]] if "group" in options else None
    label, task = sheet[options.get("label", "label")], options.get("task", "classification")
    return rows_of(features.drop(columns="sample_id"), label, task, group, seed, folds)


def recipe_of(name: str, seed: int, trials: int):
    """Return the defaults of a study with this table's preparation."""
    from tentips.models.recipe import Recipe
    from tentips.study.resolution import resolve

    roles = {"features": "f", "samples": "s", "id": "sample", "label": "label"}
    own = {"tuning": {"trials": trials, "seed": seed}, "preprocess": MEASURED.get(name, {}).get("preprocess", {})}
    return Recipe.of(resolve({"study": {"title": "t", "question": "q"}, "data": roles, **own}))


class QuantileBins(TransformerMixin, BaseEstimator):
    """The piecewise linear encoding of Gorishniy et al. (2022, arXiv:2203.05556): how far a value is through each bin, centred."""

    def __init__(self, bins: int):
        self.bins = bins

    def fit(self, X, y=None):
        """Learn the edges."""
        self.edges_ = np.quantile(X, np.linspace(0, 1, self.bins + 1), axis=0)
        self.mean_ = self._through(np.asarray(X)).mean(axis=0)
        return self

    def transform(self, X):
        """Return (rows, columns x bins)."""
        return self._through(X) - self.mean_

    def _through(self, X):
        width = np.diff(self.edges_, axis=0)
        found = np.clip((X[:, None, :] - self.edges_[:-1]) / np.where(width > 0, width, np.inf), 0, 1)
        return found.reshape(len(X), -1)


def ablation(name: str, data: Path, seed: int) -> dict[str, float]:
    """Return the untuned score of `mlp`, of `tabular`, and of `tabular` with each part changed; mean over five folds."""
    from tentips.models.networks.architecture import ARCHITECTURES
    from tentips.models.networks.search import untuned
    from tentips.models.networks.workbench import Workbench

    rows, recipe, found = table(name, data, seed, 5), recipe_of(name, seed, 1), {}
    metric, own = "roc_auc" if rows.classes else "r2", untuned(ARCHITECTURES["tabular"])
    bent, plain = ARCHITECTURES["tabular"], ARCHITECTURES["mlp"]
    ways = {"": bent, "unbent": replace(bent, clipped=False)}
    if rows.table.shape[1] * BINS <= MOST_COLUMNS:
        ways["bins"] = with_bins(bent)
    changed = {part: {**own, **settings} for part, settings in CHANGED.items()}
    wanted = {way: (kind, {PREPARED[way]: own} | ({} if way else changed)) for way, kind in ways.items()}
    for kind, parts in [*wanted.values(), (plain, {"mlp": untuned(plain)})]:
        tried = [
            (settings, recipe.tuning["epochs"], 1000 * seed + each) for settings in parts.values() for each in SEEDS[:2]
        ]
        trials = Workbench(kind, rows, recipe, metric).try_all(tried)
        for at, part in enumerate(parts):
            found[part] = float(np.mean([trial.score for trial in trials[2 * at : 2 * at + 2]]))
    return found


def with_bins(kind):
    """Return the architecture with quantile bins beside the columns that it reads."""
    from sklearn.pipeline import FeatureUnion, Pipeline
    from sklearn.preprocessing import FunctionTransformer

    from tentips.models.networks.architecture import Architecture

    class Binned(Architecture):
        """The same network, whose preparation ends with the bins."""

        def preparation(self, rows, options: dict):
            prepare = super().preparation(rows, options)
            beside = FeatureUnion([("bent", FunctionTransformer()), ("bins", QuantileBins(BINS))])
            return Pipeline([*prepare.steps, ("beside", beside)])

    return Binned(**{each.name: getattr(kind, each.name) for each in fields(kind)})


def tuned(name: str, data: Path, seed: int, trials: int) -> dict[str, float]:
    """Return the score of each model, untuned and tuned, on a third of the rows that was set aside."""
    from tentips.data import split
    from tentips.models import baseline_search
    from tentips.models.folds import prepare_folds
    from tentips.models.journal import Journal
    from tentips.statistics.scores import score

    whole, recipe, found = table(name, data, seed, 3), recipe_of(name, seed, trials), {}
    metric = "roc_auc" if whole.classes else "r2"
    part, test = whole.part(whole.fold > 0), whole.part(whole.fold == 0)
    part = replace(part, fold=split.folds(part.strata, part.groups, 3, seed))
    prepared = prepare_folds(part, recipe.preprocess)
    for model in SIMPLER:
        with tempfile.TemporaryDirectory() as folder:
            journal = Journal(f"{folder}/1.jsonl", "mark")
            tried, best = baseline_search.search(model, part, prepared, recipe, metric, journal, lambda text: None)
        for way, number in (("untuned", 0), ("tuned", best)):
            pipeline = baseline_search.refit(model, part, tried[number].settings, recipe)
            predicted = baseline_search.predict(pipeline, test.inputs, part.classes)
            found[f"{model}, {way}"] = score(metric, test.truth, predicted)
    for model in ("mlp", "tabular"):
        for way, predicted in of_network(model, part, test, recipe, metric).items():
            found[f"{model}, {way}"] = score(metric, test.truth, predicted)
    return found


def of_network(model: str, part, test, recipe, metric: str) -> dict[str, np.ndarray]:
    """Return what the network predicts of the test rows, untuned and tuned."""
    from tentips.models.journal import Journal
    from tentips.models.networks.architecture import ARCHITECTURES
    from tentips.models.networks.prediction import predict_rows
    from tentips.models.networks.refit import refit
    from tentips.models.networks.search import search
    from tentips.models.networks.workbench import Workbench

    kind, found = ARCHITECTURES[model], {}
    with tempfile.TemporaryDirectory() as folder:
        bench, journal = Workbench(kind, part, recipe, metric), Journal(f"{folder}/1.jsonl", "mark")
        tried, best = search(bench, journal, folder, lambda text: None)
    for way, number in (("untuned", 0), ("tuned", best)):
        settings = tried[number].settings
        prepare, trained = refit(kind, part, settings, recipe, SEEDS)
        matrix = prepare.transform(test.inputs).astype("float32")
        seeds = [predict_rows(settings, each.weights, matrix, part.task) for each in trained]
        found[way] = np.mean(seeds, axis=0)
    return found


def differences(scores: pd.DataFrame, against: str) -> str:
    """Return what is printed of one table: the score of `against`, and the difference of every other column with its standard error."""
    parts = [f"{against} {scores[against].mean():.3f}"]
    for name in scores.columns.drop(against):
        own = scores[name] - scores[against]
        parts.append(f"{name} {own.mean():+.3f} ({own.sem():.3f})")
    return "; ".join(parts)


def main() -> None:
    """Print each table's differences as they come, and their mean over tables at the end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("what", choices=["ablation", "tuned"])
    parser.add_argument("--tables", nargs="*", default=TABLES)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--trials", type=int, default=12)
    options = parser.parse_args()
    from tentips.models.networks import backend

    backend.choose("tensorflow", 0, True, 1)
    way = ablation if options.what == "ablation" else partial(tuned, trials=options.trials)
    against = "tabular" if options.what == "ablation" else "mlp, tuned"
    means = []
    for name in options.tables:
        scores = pd.DataFrame([way(name, options.data, seed) for seed in range(1, options.repeats + 1)])
        print(f"\n{name}: {differences(scores, against)}", flush=True)
        means.append(scores.sub(scores[against], axis=0).mean())
    for name, own in pd.DataFrame(means).items():
        print(
            f"all tables: {name} {own.mean():+.4f} ({own.sem():.4f}), higher in {int((own > 0).sum())} of {own.count()}"
        )


if __name__ == "__main__":
    main()
