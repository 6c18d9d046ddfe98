"""Measure false alarms of probing, coverage of conformal sets, which true features are found, and the cost of many features.

    .venv/bin/python benchmarks/interpretation.py alarms|coverage|features|wide [studies]

All studies are simulated arrays; the functions are those that the rules `interpret` and `probe` call.
alarms: subgroups that do not differ, and losses that depend on nothing. Prints the share of studies with any alarm.
coverage: the mean share of test samples whose set held the truth, over studies.
features: 12 blocks of 5 features, correlated at 0.9 within. Four blocks act on the label; four others act on nothing but are
correlated with one of these at 0.6. Prints how many of the leading four groups act (precision and recall are equal then), by
permutation importance and by the univariate rank, and how many blocks the leading four single features reach.
wide: seconds, processor seconds and peak memory of the rule `interpret` for a linear model of 20,000 features x 1,000 samples in five folds.
"""

import itertools
import os
import resource
import sys
import time
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from tentips.data.modality import modality
from tentips.data.rows import Rows
from tentips.interpret import interpretation, panel_study, refits
from tentips.interpret.feature_groups import feature_groups, relevance
from tentips.interpret.permutation_importance import importance_table, permutation_importance, score_fall
from tentips.interpret.subjects import Subject
from tentips.models.baseline_search import refit
from tentips.models.final_models import FinalBaseline
from tentips.models.recipe import Recipe
from tentips.probe.conformal import calibrate, coverage
from tentips.probe.slices import slices
from tentips.probe.subgroups import subgroups
from tentips.study.resolution import resolve

OPTIONS = {"confidence": 0.95, "bootstrap": 1000}
METRIC = "roc_auc"


def clean(random, n):
    """Features of which three act, a label, and covariates that act on nothing."""
    table = pd.DataFrame(random.normal(size=(n, 12)), columns=[f"x{i}" for i in range(12)])
    truth = (random.random(n) < 1 / (1 + np.exp(-table[["x0", "x1", "x2"]].sum(axis=1)))).to_numpy().astype(int)
    named = pd.DataFrame({"sex": random.choice(["f", "m"], n), "site": random.choice(["a", "b", "c"], n)})
    return table, truth, named


def alarms(studies):
    """Print how many clean studies have a subgroup or slice that is pointed out."""
    found = {"subgroups, any": 0, "subgroups, worse": 0, "slices": 0}
    for seed in range(studies):
        random = np.random.default_rng(seed)
        table, truth, named = clean(random, 600)
        predicted = cross_val_predict(LogisticRegression(), table, truth, method="predict_proba")
        judged = subgroups(truth, predicted, np.arange(600), named, METRIC, 2, OPTIONS)
        low = judged["p_adjusted"] < 0.05
        found["subgroups, any"] += low.any()
        found["subgroups, worse"] += (low & (judged["difference"] < 0)).any()
        # Losses of a model do depend on features (near its boundary they are high): only losses by themselves are clean.
        loss = random.beta(1, 3, 600)
        parts = table.join(named)
        tried = slices(parts[:400], loss[:400], parts[400:], loss[400:], np.arange(200), OPTIONS)
        found["slices"] += tried["confirmed"].astype(bool).any()
    for name, number in found.items():
        print(f"{name}: {number} of {studies}")


def covered(studies):
    """Print the mean coverage of conformal sets and its standard error, by level."""
    records = []
    for seed in range(studies):
        table, truth, _ = clean(np.random.default_rng(seed), 400)
        train, held = slice(0, 300), slice(300, None)
        model = LogisticRegression()
        out_of_fold = cross_val_predict(model, table[train], truth[train], method="predict_proba")
        guard = calibrate(truth[train], out_of_fold, np.arange(300), ["no", "yes"])
        predicted = model.fit(table[train], truth[train]).predict_proba(table[held])
        of_all = coverage(guard, truth[held], predicted, np.arange(100), pd.DataFrame(index=range(100)), OPTIONS)
        records.append(of_all[of_all["column"] == "all"].set_index("level")["coverage"])
    means = pd.DataFrame(records).agg(["mean", "sem"])
    print(means.T.to_string(float_format="%.4f"))


def blocks(random, n):
    """Return features in correlated blocks, and a label on which the first four blocks act."""
    latent = random.normal(size=(n, 12))
    for number in range(4):
        latent[:, 4 + number] = 0.6 * latent[:, number] + 0.8 * latent[:, 4 + number]
    noise = random.normal(size=(n, 12, 5))
    table = pd.DataFrame((np.sqrt(0.9) * latent[:, :, None] + np.sqrt(0.1) * noise).reshape(n, 60))
    table.columns = [f"b{block}_{member}" for block in range(12) for member in range(5)]
    signal = latent[:, :4] @ np.array([1.6, 1.2, 0.8, 0.5])
    return table, (random.random(n) < 1 / (1 + np.exp(-signal))).astype(int)


def acts(feature):
    """Whether the block of a feature acts on the label."""
    return int(feature[1:].split("_")[0]) < 4


def importances(table, truth, groups, seed):
    """Return the table of importances of a logistic regression over five folds."""
    folds = []
    for train, tune in StratifiedKFold(5, shuffle=True, random_state=seed).split(table, truth):
        model = LogisticRegression(C=0.1, max_iter=500).fit(table.iloc[train], truth[train])
        held, fall = table.iloc[tune], score_fall(METRIC, truth[tune])
        folds.append(permutation_importance(model.predict_proba, modality("tabular"), held, groups, fall, 3, seed))
    return importance_table(groups, np.stack(folds), np.zeros(len(groups)), 0.95)


def features(studies):
    """Print how many of the leading groups and features act on the label."""
    for n in (150, 500):
        found = []
        for seed in range(studies):
            table, truth = blocks(np.random.default_rng(seed), n)
            groups = feature_groups(table, truth, 2, seed)
            ranked = importances(table, truth, groups, seed)["group"]
            strength = pd.Series(relevance(table, truth, 2), index=table.columns).sort_values(ascending=False)
            by_group = {name: strength[members].max() for name, members in groups.items()}
            univariate = sorted(by_group, key=by_group.get, reverse=True)
            single = {name.split("_")[0] for name in strength.index[:4] if acts(name)}
            found.append(
                (np.mean([*map(acts, ranked[:4])]), np.mean([*map(acts, univariate[:4])]), len(single) / 4, len(groups))
            )
        means, errors = np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(studies)
        print(
            f"n {n}: permutation {means[0]:.3f} ({errors[0]:.3f}), univariate {means[1]:.3f} ({errors[1]:.3f}), "
            f"univariate alone, recall {means[2]:.3f} ({errors[2]:.3f}); {means[3]:.1f} groups",
            flush=True,
        )


def so_far():
    """Seconds, processor seconds, and the most memory that the process has held, in GiB."""
    return time.perf_counter(), time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def wide(_):
    """Print seconds and memory of all that the rule does with a linear model of 20,000 features."""
    random = np.random.default_rng(0)
    truth, numbers = random.integers(0, 2, 1200), np.arange(1200)
    values = random.normal(size=(1200, 20_000))
    values[:, :50] += truth[:, None]
    table = pd.DataFrame(values, columns=[f"g{i}" for i in range(20_000)])
    names = numbers.astype(str).astype(object)
    rows = Rows(names, table, truth, truth, numbers, numbers % 5, ["no", "yes"], "classification")
    rows, test = rows.part(numbers[:1000]), rows.part(numbers[1000:])
    config = {
        "study": {"title": "Wide", "question": "How long?"},
        "data": {"features": "f", "samples": "s", "id": "i", "label": "l"},
    }
    recipe, settings, spent = Recipe.of(resolve(config)), {"C": 0.01}, [("begin", *so_far())]
    real, other = (
        refits.of_baseline("logistic", settings, each, recipe, 2) for each in (rows, refits.shuffled(rows, 0))
    )
    final = FinalBaseline("logistic", "baseline", 1, rows.classes, refit("logistic", rows, settings, recipe, 2))
    spent.append(("trainings", *so_far()))
    found = [Subject("logistic", "baseline", final, real, other)]
    tables = interpretation.interpret(found, rows, test, pd.DataFrame(index=range(1000)), {}, METRIC, 0.95, 0)
    spent.append(("importance, agreement, faithfulness, attributions, responses, rules", *so_far()))
    fitting = panel_study.fitting_of("logistic", settings, recipe, 2)
    tables |= panel_study.small_panel(rows, test, "logistic", fitting, 0.02, METRIC, 0.95, 0)
    spent.append(("panel", *so_far()))
    whole = [spent[0], ("in all", *spent[-1][1:])]
    for before, (name, wall, processor, peak) in [*itertools.pairwise(spent), whole]:
        print(
            f"{name}: {wall - before[1]:.0f} s, processor {processor - before[2]:.0f} s, peak until then {peak:.2f} GiB"
        )
    print(tables["importance"].head(3)[["group", "size", "importance"]].to_string())


if __name__ == "__main__":
    measure = {"alarms": alarms, "coverage": covered, "features": features, "wide": wide}[sys.argv[1]]
    measure(int(sys.argv[2]) if len(sys.argv) > 2 else 50)
