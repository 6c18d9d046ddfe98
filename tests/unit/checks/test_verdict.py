"""The verdict's sentences and what the interval alone may not decide, on small tables."""

import itertools
from types import SimpleNamespace

import pandas as pd
from small import resolved, results_of

from tentips.checks.order import BY_ID, CAPS, EFFECTS, ENTRIES, INVALIDATES, QUALIFIES, effect
from tentips.checks.verdict import comparison, verdict
from tentips.reporting.pages import summary_section

STRONG = {
    "models": {"baselines": ["dummy", "logistic", "random_forest"]},
    "tuning": {"seeds": 2},
    "controls": {"label_shuffles": 19},
}


def study(low, high, **sections):
    """A network against logistic regression on 40 single samples."""
    row = {"a": "mlp", "b": "logistic", "family": "verdict", "metric": "roc_auc", "difference": (low + high) / 2}
    row |= {"low": low, "high": high, "repeats": 1}
    models = (("logistic", "baseline"), ("mlp", "network"))
    values = {"roc_auc": 0.8, "accuracy": 0.75, "neg_log_loss": -0.5, "neg_brier_score": -0.2}
    metrics = [
        {
            "model": name,
            "kind": kind,
            "metric": metric,
            "value": value,
            "low": value - 0.1,
            "high": value + 0.1,
            "n": 40,
        }
        for model, kind in models
        for name in (model, f"{model}_ensemble")
        for metric, value in values.items()
    ]
    cells = [{"truth": "no", "decided": "no", "n": 16}, {"truth": "yes", "decided": "yes", "n": 14}]
    cells += [{"truth": "yes", "decided": "no", "n": 6}, {"truth": "no", "decided": "yes", "n": 4}]
    tables = {
        "combined_metrics": metrics,
        "metrics": metrics,
        "combined_comparisons": [row],
        "confusion": [{"model": name, **cell} for name in ("logistic", "mlp_ensemble") for cell in cells],
    }
    ids = [f"s{n}" for n in range(40)]
    tuned = {
        "1": {
            "tuned": 0.8,
            "fold_scores": {"tuned": [0.8, 0.8]},
            "calibration_error": 0.0,
            "calibration_by_chance": 0.0,
            "classes": ["no", "yes"],
        }
    }
    return results_of(
        resolved(**STRONG | sections),
        samples=pd.DataFrame({"sample": ids, "group": ids, "label": ["no", "yes"] * 20}),
        developed=pd.DataFrame({"label": ["no", "yes"]}),
        split=pd.DataFrame({"sample": ids, "role": "test", "repeat": 1}),
        planned_comparison=pd.Series(row),
        changes_of_judging=[],
        bests={name: {"model": name, "kind": kind, "repeats": tuned} for name, kind in models},
        evaluated={name: pd.DataFrame(table) for name, table in tables.items()}.get,
    )


def checks(**states):
    return [{"id": entry.id, "status": states.get(entry.id.replace("-", "_"), "pass")} for entry in ENTRIES]


def test_better_is_said_where_the_study_was_made_for_that_claim():
    found = verdict(study(0.02, 0.1), checks())
    assert found["status"] == "better" and "A neural network is better here." in found["text"]
    assert "right for 30 of 40 held-out" in found["text"] and "would be right for 20" in found["text"]


def test_a_weak_study_cannot_say_better_and_names_what_it_lacks():
    weak = {"models": {"baselines": ["dummy", "logistic"]}, "tuning": {"seeds": 1}}
    found = verdict(study(0.02, 0.1, **weak), checks())
    assert found["status"] == "cannot_say" and found["parts"] == []
    assert "differs by +0.060 (95% interval +0.020 to +0.100)" in found["text"]
    assert "also needs one that is not linear (models.baselines: random_forest) and 2 seeds or more (tuning.seeds)." in found["text"]  # fmt: skip
    assert verdict(study(-0.1, 0.1, **weak), checks())["status"] == "inconclusive"


def test_a_network_that_was_not_searched_for_is_not_called_worse_or_equivalent():
    for low, high, status, words in ((-0.2, -0.05, "worse", "lies below zero"), (-0.005, 0.005, "equivalent", "lies within ±0.01")):  # fmt: skip
        assert verdict(study(low, high), checks())["status"] == status
        found = verdict(study(low, high), checks(search_adequacy="warn"))
        assert (
            found["status"] == "inconclusive"
            and f"The interval {words}, but the search was not adequate" in found["text"]
        )
        assert "not decided" in found["text"]


def test_a_failed_check_of_validity_comes_before_everything():
    found = verdict(study(0.02, 0.1), checks(leakage="fail"))
    assert found["status"] == "cannot_say" and "it fails leakage" in found["text"]


def test_of_too_few_sites_the_verdict_holds_for_these_only():
    by_site = {"split": {"strategy": "site", "column": "hospital"}}
    found = study(0.02, 0.1, **by_site)
    found.samples["hospital"] = ["a", "b"] * 20
    card = verdict(found, checks())
    assert card["status"] == "cannot_say" and "only 2 whole sites, so that what was found holds for these sites only" in card["text"]  # fmt: skip
    found.samples["hospital"] = list("abcd") * 10
    assert verdict(found, checks())["status"] == "better"


def test_what_is_not_known_to_be_predicted_is_not_said_to_be():
    found = verdict(study(-0.1, 0.1), checks(beats_trivial="warn"))
    assert found["parts"][0].startswith("Whether label can be predicted here is not known. The logistic regression is right for 30 of 40")  # fmt: skip
    assert verdict(study(-0.1, 0.1), checks())["parts"][0].startswith("Yes, label can be predicted here.")


def test_a_model_that_decides_no_better_than_the_commonest_class_is_said_to_do_so():
    rare = study(-0.1, 0.1)
    confusion = rare.evaluated("confusion")
    rare.evaluated("confusion")["n"] = confusion["n"].where(confusion["truth"] == "no", confusion["n"] / 10).astype(int)
    told = verdict(rare, checks())["parts"][0]
    assert "right for 17 of 21" in told and "would be right for 20." in told
    assert "In counts that is no gain; what it predicts shows in its ROC AUC, 0.800." in told
    assert "no gain" not in verdict(study(-0.1, 0.1), checks())["parts"][0]


def test_a_ceiling_is_said_of_equivalent_models_and_a_difference_of_nothing_has_no_sign():
    found = study(-0.001, 0.0009)
    assert "differs by less than 0.001 (" in verdict(found, checks())["text"]
    assert "ceiling" not in verdict(found, checks())["text"]
    table = found.evaluated("combined_metrics")
    table.loc[table["metric"] == "roc_auc", "value"] = 0.996
    told = verdict(found, checks())
    assert (
        told["status"] == "equivalent" and "the simpler model leaves only 0.004 to a faultless ROC AUC" in told["text"]
    )


def test_a_network_is_called_as_inside_a_sentence():
    for name, words in (("mlp", "the MLP network's"), ("transfer_scratch", "the from-scratch network's")):
        found = study(-0.1, 0.1)
        found.evaluated("combined_comparisons")["a"] = name
        assert words in comparison(found)


def worst(*found):
    """What the worst of some effects makes of the page's answer, and of the verdict."""
    first = min(found, key=[*EFFECTS, None].index)
    return {INVALIDATES: "No.", CAPS: "The comparison cannot.", QUALIFIES: "With reservations."}.get(first, "As far as it was checked, yes.")  # fmt: skip


def test_whether_it_can_be_believed_follows_from_the_table_for_every_pair_of_findings():
    """The verdict and the answer beside it are both made from the one table: whatever two checks say, they agree."""
    judged = study(0.02, 0.1)
    for (one, first), (other, second) in itertools.combinations_with_replacement(
        itertools.product(BY_ID, ("pass", "warn", "fail", "skip")), 2
    ):
        if one == other and first != second:
            continue
        named = {one: first, other: second}
        checks = [{"id": name, "status": named.get(name, "pass")} for name in BY_ID]
        answer = worst(*(effect({"id": name, "status": status}) for name, status in named.items()))
        if answer in ("No.", "The comparison cannot."):
            assert verdict(judged, checks)["status"] == "cannot_say", named
        results = SimpleNamespace(scorecard={"checks": checks, "verdict": {"status": "inconclusive"}})
        assert f"<strong>{answer}</strong>" in summary_section._believed(results), named
