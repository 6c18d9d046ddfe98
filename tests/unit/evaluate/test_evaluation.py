"""The tables of the locked evaluation, from predictions made by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from small import resolved, rows

from tentips.evaluate.evaluation import (
    average,
    combined_comparisons,
    combined_metrics,
    corrected_for_number,
    evaluate,
    wilson,
)
from tentips.models.final_models import Final
from tentips.statistics.comparison import corrected_resampled_t, holm
from tentips.statistics.metric_names import METRICS
from tentips.statistics.scores import score

OPTIONS = resolved()["evaluation"] | {"bootstrap": 300}
PAIRS = [
    ("mlp", "svm", "verdict"),
    ("mlp_ensemble", "svm", "rivals"),
    ("knn", "svm", "rivals"),
    ("svm", "dummy", "trivial"),
]
SHARE = 40 / 100


def predicted(truth, strength, random):
    case = 1 / (1 + np.exp(-(strength * (truth - 0.5) + random.normal(size=len(truth)))))
    return np.stack([1 - case, case], axis=1)


def finals_of(parts):
    random, finals = np.random.default_rng(0), []
    for repeat, part in parts.items():
        seeds = {seed: predicted(part.truth, 3.0, random) for seed in (1, 2, 3)}
        finals += [
            Final("dummy", "trivial", repeat, {0: np.full((len(part.truth), 2), 0.5)}),
            Final("svm", "baseline", repeat, {0: predicted(part.truth, 2.0, random)}),
            Final("knn", "baseline", repeat, {0: predicted(part.truth, 1.0, random)}),
            Final("mlp", "network", repeat, seeds),
            Final("mlp_ensemble", "ensemble", repeat, {0: np.mean(list(seeds.values()), axis=0)}),
        ]
    return finals


def evaluated(repeats, metric="roc_auc"):
    parts = {repeat: rows(np.zeros((40, 1)), np.arange(40) % 2) for repeat in range(1, repeats + 1)}
    finals = finals_of(parts)
    return (
        evaluate(
            parts, dict.fromkeys(parts, 100), finals, PAIRS, dict.fromkeys(parts, ("mlp", "svm")), OPTIONS, metric
        ),
        parts,
        finals,
    )


@pytest.fixture(scope="module")
def two():
    return evaluated(2)


@pytest.fixture(scope="module")
def one():
    return evaluated(1)


def row(table, **wanted):
    for column, value in wanted.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_columns_and_rows_of_all_tables(two):
    tables, _, _ = two
    interval = ["low", "high"]
    assert {name: list(table.columns) for name, table in tables.items()} == {
        "predictions": ["sample", "model", "repeat", "seed", "truth", "score_class 0", "score_class 1"],
        "metrics": ["model", "kind", "repeat", "metric", "value", *interval, "n"],
        "seeds": ["model", "kind", "repeat", "seed", "metric", "value"],
        "comparisons": ["a", "b", "family", "repeat", "metric", "difference", *interval, "p_value", "method", "p_adjusted"],
        "combined_metrics": ["model", "kind", "metric", "repeats", "n", "value", *interval, "method"],
        "combined_comparisons": ["a", "b", "family", "metric", "repeats", "others", "difference", *interval, "p_value", "method", "p_adjusted"],
        "calibration": ["model", "kind", "repeat", "bin", "predicted", "observed", *interval, "n", "error_by_chance"],
        "confusion": ["model", "kind", "repeat", "truth", "decided", "n"],
    }  # fmt: skip
    metrics = len(METRICS["classification"])
    assert {name: len(table) for name, table in tables.items()} == {
        "predictions": 2 * 7 * 40,
        "metrics": 2 * 5 * metrics,
        "seeds": 2 * 3 * metrics,
        "comparisons": 2 * 4,
        "combined_metrics": 5 * metrics,
        "combined_comparisons": 4,
        "calibration": 2 * 5 * 2,
        "confusion": 2 * 5 * 4,
    }


def test_a_network_scores_the_mean_over_its_seeds(two):
    tables, parts, finals = two
    for repeat, part in parts.items():
        members = next(each for each in finals if (each.model, each.repeat) == ("mlp", repeat)).members
        for name in ("roc_auc", "accuracy", "neg_log_loss"):
            own = [score(name, part.truth, values) for values in members.values()]
            found = row(tables["metrics"], model="mlp", repeat=repeat, metric=name)
            assert found["value"] == pytest.approx(np.mean(own)) and found["low"] < found["value"] < found["high"]
            seeds = tables["seeds"]
            seeds = seeds[(seeds["repeat"] == repeat) & (seeds["metric"] == name)]
            assert seeds["value"].tolist() == pytest.approx(own) and seeds["seed"].tolist() == [1, 2, 3]
    assert set(tables["seeds"]["model"]) == {"mlp"}


def test_one_repeat_stands_as_it_is(one):
    tables, _, _ = one
    for _, combined in tables["combined_metrics"].iterrows():
        own = row(tables["metrics"], model=combined["model"], metric=combined["metric"])
        assert (combined["repeats"], combined["n"]) == (1, 40)
        assert combined[["value", "low", "high"]].tolist() == pytest.approx(own[["value", "low", "high"]].tolist(), nan_ok=True)  # fmt: skip
    keys = ["difference", "low", "high", "p_value", "method", "p_adjusted"]
    for a, b, family in PAIRS:
        combined, own = (row(tables[name], a=a, b=b, family=family) for name in ("combined_comparisons", "comparisons"))
        assert combined[keys].tolist() == own[keys].tolist() and combined["repeats"] == 1
        assert "resampled" not in combined["method"]


def test_two_repeats_are_combined_by_the_corrected_t_test(two):
    tables, _, _ = two
    for a, b, family in PAIRS:
        own = tables["comparisons"]
        own = own[(own["a"] == a) & (own["b"] == b)]["difference"].to_numpy()
        error = np.sqrt((1 / 2 + SHARE) * own.var(ddof=1))
        found = row(tables["combined_comparisons"], a=a, b=b, family=family)
        assert found["difference"] == pytest.approx(own.mean()) and found["repeats"] == 2
        # A trivial predictor scores 0.5 in every repeat: no model can be better than it by more than 0.5.
        most = 0.5 if b == "dummy" else 1.0
        assert found["high"] == pytest.approx(min(own.mean() + stats.t.ppf(0.975, 1) * error, most))
        assert found["p_value"] == pytest.approx(2 * stats.t.sf(abs(own.mean()) / error, 1))
        assert found["method"] == "corrected resampled t-test"
    values = tables["metrics"]
    values = values[(values["model"] == "svm") & (values["metric"] == "roc_auc")]["value"].to_numpy()
    found = row(tables["combined_metrics"], model="svm", metric="roc_auc")
    expected = corrected_resampled_t(values, SHARE, 0.95, (0, 1))
    assert found[["value", "low", "high"]].tolist() == pytest.approx([values.mean(), expected.low, expected.high])
    assert found["low"] >= 0 and found["high"] <= 1


def test_p_values_are_adjusted_within_their_family(two):
    tables, _, _ = two
    for name in ("comparisons", "combined_comparisons"):
        table = tables[name]
        keys = ["repeat", "family"] if name == "comparisons" else ["family"]
        for _, part in table.groupby(keys):
            assert part["p_adjusted"].tolist() == pytest.approx(holm(part["p_value"]).tolist())
        assert (
            table[table["family"] == "verdict"]["p_adjusted"] == table[table["family"] == "verdict"]["p_value"]
        ).all()
    rivals = tables["comparisons"][tables["comparisons"]["family"] == "rivals"]
    smallest = rivals.groupby("repeat")["p_value"].idxmin()
    assert rivals.loc[smallest, "p_adjusted"].tolist() == pytest.approx((2 * rivals.loc[smallest, "p_value"]).clip(upper=1).tolist())  # fmt: skip


def test_corrected_for_number_by_hand():
    table = pd.DataFrame({"family": ["a", "b", "a", "a", "b"], "p_value": [0.01, 0.04, 0.03, np.nan, 0.5]})
    found = corrected_for_number(table, ["family"])
    assert found["p_adjusted"].tolist() == pytest.approx([0.02, 0.08, 0.03, np.nan, 0.5], nan_ok=True)
    assert "p_adjusted" not in table


def test_a_repeat_without_a_value_is_left_out_of_the_mean():
    table = pd.DataFrame({"model": "svm", "kind": "baseline", "metric": "roc_auc", "value": [0.8, np.nan, 0.6], "n": [10, 10, 11]})  # fmt: skip
    found = combined_metrics(table, 0.25, 0.95).iloc[0]
    assert (found["value"], found["n"]) == (pytest.approx(0.7), 10)


def test_no_difference_over_repeats_leaves_what_is_possible():
    scores = {"svm": [0.99, 0.85, 0.999], "dummy": [0.5, 0.5, 0.5], "mlp": [1.0, 1.0, 1.0]}
    metrics = pd.DataFrame([{"model": name, "metric": "roc_auc", "value": value} for name, each in scores.items() for value in each])  # fmt: skip
    pairs = pd.DataFrame([{"a": a, "b": b, "family": "trivial", "metric": "roc_auc", "difference": x - y} for a, b in (("svm", "dummy"), ("mlp", "svm")) for x, y in zip(scores[a], scores[b], strict=True)])  # fmt: skip
    against, faultless = combined_comparisons(pairs, metrics, [("svm", "dummy", "trivial"), ("mlp", "svm", "trivial")], 0.25, 0.95).to_dict("records")  # fmt: skip
    assert against["high"] == 0.5 and 0.1 < against["low"] < against["difference"]
    # A faultless score in three repeats does not show that the model cannot be worse than the other.
    assert faultless["low"] < 0


def test_confusion_and_calibration_count_every_row(two):
    tables, parts, finals = two
    for final in finals:
        truth, values = parts[final.repeat].truth, average(final)
        own = tables["confusion"]
        own = own[(own["model"] == final.model) & (own["repeat"] == final.repeat)]
        cases = row(own, truth="class 1", decided="class 0")["n"]
        assert own["n"].sum() == 40 and cases == ((truth == 1) & (values.argmax(axis=1) == 0)).sum()
        curve = tables["calibration"]
        curve = curve[(curve["model"] == final.model) & (curve["repeat"] == final.repeat)]
        assert curve["n"].tolist() == [20, 20] and curve["bin"].tolist() == [1, 2]
        assert (curve["observed"] * curve["n"]).sum() == 20
        if final.model == "svm":
            low = np.argsort(values[:, 1])[:20]
            assert curve["predicted"].iloc[0] == pytest.approx(values[low, 1].mean())
            assert curve["observed"].iloc[0] == pytest.approx(truth[low].mean())
            low, high = stats.binomtest(int(truth[low].sum()), 20).proportion_ci(0.95, "wilson")
            assert curve[["low", "high"]].iloc[0].tolist() == pytest.approx([low, high])


def test_wilsons_interval_agrees_with_scipy():
    low, high = wilson(np.array([0, 3, 20]), np.array([20, 20, 20]), 0.9)
    expected = [stats.binomtest(k, 20).proportion_ci(0.9, "wilson") for k in (0, 3, 20)]
    assert np.stack([low, high], axis=1) == pytest.approx(np.array(expected))


def test_values_have_no_confusion_and_one_score_column():
    truth = np.random.default_rng(0).normal(size=40)
    part = rows(np.zeros((40, 1)), truth, "regression")
    finals = [Final("svm", "baseline", 1, {0: truth}), Final("dummy", "trivial", 1, {0: np.full(40, truth.mean())})]
    tables = evaluate({1: part}, {1: 120}, finals, [("svm", "dummy", "trivial")], {}, OPTIONS, "r2")
    assert len(tables["confusion"]) == 0 and len(tables["seeds"]) == 0
    assert tables["predictions"]["truth"].tolist() == tables["predictions"]["score"].tolist()[:40] + truth.tolist()
    assert row(tables["comparisons"], a="svm")["difference"] == pytest.approx(1.0)
    curve = tables["calibration"].query("model == 'svm'")
    assert curve["predicted"].tolist() == pytest.approx(curve["observed"].tolist())


def test_the_verdict_combines_the_pair_that_each_repeat_chose():
    parts = {repeat: rows(np.zeros((40, 1)), np.arange(40) % 2) for repeat in (1, 2, 3)}
    finals = finals_of(parts)
    chosen = {1: ("mlp", "svm"), 2: ("mlp", "knn"), 3: ("mlp", "svm")}
    tables = evaluate(parts, dict.fromkeys(parts, 100), finals, PAIRS, chosen, OPTIONS, "roc_auc")
    own = tables["comparisons"][tables["comparisons"]["family"] == "verdict"]
    assert own["b"].tolist() == ["svm", "knn", "svm"]
    value = {(final.model, final.repeat): np.mean([score("roc_auc", parts[final.repeat].truth, each) for each in final.members.values()]) for final in finals}  # fmt: skip
    differences = [value["mlp", repeat] - value[chosen[repeat][1], repeat] for repeat in (1, 2, 3)]
    assert own["difference"].tolist() == pytest.approx(differences)
    combined = row(tables["combined_comparisons"], family="verdict")
    assert (combined["a"], combined["b"], combined["others"], combined["repeats"]) == ("mlp", "svm", 1, 3)
    assert combined["difference"] == pytest.approx(np.mean(differences))
