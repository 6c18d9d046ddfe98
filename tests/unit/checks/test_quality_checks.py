"""Each check of the data's quality on small tables: its status in every branch, and the numbers that it tells."""

from types import SimpleNamespace

import pandas as pd
import pytest
from small import resolved

from tentips.artifacts import write_table
from tentips.checks import quality_checks
from tentips.data.modality import modality
from tentips.quality.quality_tables import duplicate_pairs
from tentips.result_tables import names
from tentips.results import Results


def results(tables=None, lacking=0.02, looking=(), **sections):
    explored = pd.DataFrame({"feature": ["f1", "f2"], "missing": [0, 1], "share": [0.0, lacking], "n": 100})
    return SimpleNamespace(
        config=resolved(**sections),
        quality={"neighbourhoods": pd.DataFrame()}
        | {name: pd.DataFrame(table) for name, table in (tables or {}).items()},
        exploration={"missingness": explored},
        provenance={"missing": {"look_alikes": list(looking)}},
    )


# Missingness


def pattern(target="label", role="label", value=0.8, low=0.7, p=0.005):
    ends = {"value": value, "low": low, "high": 0.9}
    return {"target": target, "role": role, **ends, "p_value": p, "p_adjusted": p, "n": 100, "note": ""}


NOTHING = {"missing_patterns": pd.DataFrame(columns=list(pattern()))}


def test_missing_values_that_tell_the_label_are_warned_of():
    found = quality_checks.missingness(results({"missing_patterns": [pattern()]}))
    assert (found.status, found.value, found.evidence) == ("warn", 0.8, "missing-patterns")
    assert "tells the label (ROC AUC 0.80, 0.700 to 0.900, p = 0.005)" in found.finding
    assert "who has no value rather than what was measured" in found.finding
    found = quality_checks.missingness(results({"missing_patterns": [pattern(low=0.4), pattern("plate", "batch")]}))
    assert found.status == "warn" and "tells plate" in found.finding and "how samples were measured" in found.finding


@pytest.mark.parametrize("more", [{"low": 0.5}, {"p": 0.2}, {"low": None, "value": None, "p": None}])
def test_missing_values_that_tell_nothing_pass(more):
    found = quality_checks.missingness(results({"missing_patterns": [pattern(**more)]}))
    assert found.status == "pass" and found.value == 0.02 and "neither label nor batch" in found.finding


def test_many_missing_values_are_warned_of():
    found = quality_checks.missingness(results(NOTHING, lacking=0.3))
    assert (found.status, found.value, found.threshold) == ("warn", 0.3, 0.1)
    assert "1 of 2 features misses more than 10% of the values" in found.finding
    assert quality_checks.missingness(results(NOTHING)).status == "pass"


def test_values_that_look_like_missing_ones_are_warned_of_by_name_and_count():
    looking = [
        {"table": "s.tsv", "column": "age", "value": "999", "samples": 12},
        {"table": "f.tsv", "column": "ph", "value": "-9", "samples": 1},
    ]
    found = quality_checks.missingness(results(NOTHING, looking=looking))
    assert (found.status, found.value) == ("warn", 2)
    assert "999 in age (12 samples) and -9 in ph (1 sample). " in found.finding and "data.missing" in found.finding
    assert "999 in age (12 samples)" in found.limitation


# Twins


def counted(identical=0, near=0, within=0, conflicting=0, compared=100, note=None, others=()):
    counts = {"identical": identical, "near_identical": near, "near_identical_in_group": within}
    kind = {"near": "all but identical", "remedy": "Take the copies out", "relatives": False, "apart": identical + near}
    told = {"samples": 100, "compared": compared, "note": note, **counts, "conflicting": conflicting}
    return {"duplicates": [told | kind | dict(others)]}


@pytest.mark.parametrize(
    ("counts", "status", "value"),
    [
        ({}, "pass", 0),
        ({"within": 4}, "pass", 0),
        ({"identical": 2}, "warn", 2),
        ({"near": 3, "identical": 1}, "warn", 4),
        ({"identical": 2, "conflicting": 1}, "fail", 1),
    ],
)
def test_twins_are_judged(counts, status, value):
    found = quality_checks.duplicates(results(counted(**counts)))
    assert (found.status, found.value) == (status, value)


@pytest.mark.parametrize(("apart", "status"), [(0, "pass"), (3, "warn"), (12, "fail")])
def test_relatives_that_count_as_independent_are_hidden_groups(apart, status):
    relatives = {
        "near": "alike (an identity of 80% or more)",
        "remedy": "Set split.strategy to homology",
        "relatives": True,
    }
    tables = counted(near=apart, others=relatives) | {"hidden_groups": []}
    found = quality_checks.hidden_groups(results(tables))
    assert found.status == status
    if apart:
        assert f"{apart} of 100 development samples ({apart}%)" in found.finding and "homology" in found.finding
        assert "relatives of another one" in quality_checks.duplicates(results(tables)).finding


def test_relatives_of_different_labels_contradict_nothing():
    sequences = pd.DataFrame({"sequence": ["ACGTACGTAC", "ACGTACGTAA", "GGGGGCCCCC", "GGGGGCCCCC", "TTTTTTTTTT"]})
    samples = pd.DataFrame({"sample": list("abcde"), "label": list("xyxyx"), "group": range(5)})
    facts = {"alphabet": "dna", "both_strands": False, "identity": 0.8, "alignment": "global", "coverage": 0.8}
    row = duplicate_pairs(modality("sequence", facts), sequences, samples, 0)[0].iloc[0]
    assert (row["identical"], row["near_identical"], row["conflicting"], row["apart"]) == (1, 1, 1, 2)


def test_what_could_not_be_compared_is_skipped():
    found = quality_checks.duplicates(results(counted(compared=0, note="counts")))
    assert found.status == "skip" and "counts" in found.finding


def test_twins_of_one_group_and_of_different_labels_are_counted():
    import numpy as np

    measured = pd.DataFrame(np.random.default_rng(0).normal(size=(80, 6))).add_prefix("f")
    samples = pd.DataFrame({"sample": [f"s{n}" for n in range(80)], "label": ["a", "b"] * 40, "group": range(80)})
    samples.loc[[0, 1], "group"] = 0
    measured.iloc[1] = measured.iloc[0] + 1e-5  # same group, other label
    measured.iloc[12] = measured.iloc[10] + 1e-5  # another group, same label
    measured.iloc[25] = measured.iloc[20]  # identical, other label
    counts, pairs = duplicate_pairs(modality("tabular"), measured, samples, 0)
    row = counts.iloc[0]
    assert (row["identical"], row["near_identical"], row["near_identical_in_group"], row["conflicting"]) == (1, 1, 1, 2)
    assert len(pairs) == 3
    numeric = samples.assign(label=np.arange(80) * 1.0)
    assert (
        duplicate_pairs(modality("tabular"), measured, numeric, 0)[0].iloc[0]["conflicting"] == 1
    )  # 20 and 25: 5 of a standard deviation of 23


# Label noise


def noise(share=0.1, low=0.05, high=0.12, p=0.001):
    confident = {"confident": 0.2, "confident_null": 0.15, "confident_excess": 0.05}
    return {"noise": [{"share": share, "low": low, "high": high, "p_value": p, **confident, "log_loss": 0.3, "model": "random forest", "n": 300, "classes": 2}]}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, "warn"),
        ({"share": 0.02, "low": 0.01, "high": 0.03}, "pass"),
        ({"share": 0.0, "low": 0.0, "high": 0.04, "p": 1.0}, "pass"),
        ({"share": 0.1, "low": 0.0, "high": 0.14, "p": 0.2}, "pass"),
        ({"share": 0.1, "low": 0.0, "high": 0.3, "p": 0.3}, "skip"),
        ({"share": 0.1, "low": 0.02, "high": 0.3, "p": 0.03}, "skip"),
    ],
)
def test_the_share_of_wrong_labels_is_judged(values, status):
    found = quality_checks.label_noise(results(noise(**values)))
    assert (found.status, found.threshold, found.evidence) == (status, 0.033, "figure-label_noise")
    assert "confident learning by itself would say 20.0%, of which overlap of the classes alone explains 15.0%" in found.finding  # fmt: skip
    assert ("overlap too much" in found.finding) == (status == "skip")


def test_labels_that_cannot_be_judged_are_skipped():
    numeric = results({"noise": []}, data={**resolved()["data"], "task": "regression"})
    assert (
        "is a number" in quality_checks.label_noise(numeric).finding
        and quality_checks.label_noise(numeric).status == "skip"
    )
    assert quality_checks.label_noise(results({"noise": []})).status == "skip"


# Skewed features


@pytest.mark.parametrize(
    ("given", "transform", "status", "words"),
    [
        ({}, "none", "pass", "0 of 10 features"),
        ({"skewed": 4}, "none", "pass", "4 of 10 features are skewed amounts (skewness 4.0 in the middle, 0.5 after a logarithm)"),
        ({"skewed": 5}, "none", "warn", "set preprocess.transform to log1p"),
        ({"skewed": 5, "whole_numbers": 5}, "none", "warn", "5 of 10 features are skewed counts"),
        ({"skewed": 5}, "log1p", "pass", "preprocess.transform is log1p."),
        ({"skewed": 5}, "tuned", "pass", "preprocess.transform is tuned: the training rows of each fold choose"),
        ({"parts": True}, "none", "warn", "set preprocess.transform to clr"),
    ],
)  # fmt: skip
def test_a_scale_that_does_not_suit_models_is_warned_of(given, transform, status, words):
    row = {"features": 10, "skewed": 0, "whole_numbers": 0, "skewness": 4.0, "skewness_log1p": 0.5, "parts": False}
    section = resolved()["preprocess"] | {"transform": transform}
    found = quality_checks.skewed_features(results({"skewed_features": [row | given]}, preprocess=section))
    assert found.status == status and words in found.finding


def test_what_is_no_table_of_numbers_has_no_scale():
    assert quality_checks.skewed_features(results({"skewed_features": []})).status == "skip"


# Hidden groups


def grouping(source="ids", nearer=0.8, expected=0.5, p=0.003, numbered=True, column=None, declarable=True):
    told = {"ids": "ids without their last part", "column": f"column {column}", "order": "neighbouring rows"}[source]
    known = {
        "candidate": told,
        "column": column,
        "source": source,
        "groups": 30,
        "rows": 90,
        "numbered": numbered,
        "declarable": declarable,
    }
    return known | {"nearer": nearer, "expected": expected, "p_value": p, "p_adjusted": p}


def judged(*groupings, **sections):
    table = pd.DataFrame(groupings, columns=list(grouping()))
    return quality_checks.hidden_groups(results({"hidden_groups": table} | counted(), **sections))


def test_groupings_that_were_looked_at_are_counted():
    quiet = {"nearer": 0.52, "p": 0.5, "numbered": False}
    assert (
        "are seen in the only possible grouping, column nest: it has an excess of +0.02"
        in judged(grouping("column", column="nest", **quiet)).finding
    )
    both = judged(grouping("column", column="nest", **quiet), grouping("column", column="day", **quiet))
    assert "are seen among 2 possible groupings; the nearest to it, column nest, has an excess" in both.finding


def test_replicates_fail_and_what_to_declare_is_said():
    found = judged(grouping(), grouping("order", nearer=0.6, p=0.001, numbered=False))
    assert found.status == "fail" and found.value == pytest.approx(0.3)
    assert "90 rows share their id without its last part" in found.finding and "30 independent units" in found.finding
    found = judged(grouping("column", column="nest", numbered=False))
    assert found.status == "fail" and "declare data.group: nest" in found.finding
    assert judged(grouping(p=0.03, numbered=False)).status == "pass"


def test_a_column_of_nearly_unique_values_is_not_what_to_declare():
    found = judged(grouping("column", column="score", numbered=False, declarable=False))
    assert found.status == "fail" and "declare data.group: score" not in found.finding
    assert "column score is not itself what they share" in found.finding and "independent units" not in found.finding
    both = judged(
        grouping("column", nearer=0.99, column="score", numbered=False, declarable=False),
        grouping("column", column="nest", numbered=False),
    )
    assert "declare data.group: nest" in both.finding, "the one that can be declared"


@pytest.mark.parametrize(("overlap", "status"), [(0.72, "fail"), (0.62, "warn"), (0.5, "pass")])
def test_sets_of_nearest_neighbours_are_found_without_ids_and_columns(overlap, status):
    sets = [
        {"size": 2, "rows": 90, "overlap": 0.6, "expected": 0.6},
        {"size": 6, "rows": 90, "overlap": overlap, "expected": 0.3},
    ]
    found = quality_checks.hidden_groups(results({"hidden_groups": [], "neighbourhoods": sets} | counted()))
    assert found.status == status
    if status != "pass":
        assert "sets of about 6" in found.finding and found.value == pytest.approx(overlap - 0.3)
        assert "declare the kind as a covariate" in found.finding


@pytest.mark.parametrize("more", [{"nearer": 0.58}, {"p": 0.2}])
def test_ids_of_replicates_without_features_that_agree_are_warned_of(more):
    found = judged(grouping(**more))
    assert found.status == "warn" and "Ids look like those of replicates" in found.finding
    assert judged(grouping(numbered=False, **more)).status == "pass"


def test_the_order_of_the_sheet_is_warned_of_from_thrice_the_excess():
    assert judged(grouping("order", nearer=0.85, numbered=False)).status == "warn"
    assert judged(grouping("order", nearer=0.75, numbered=False)).status == "pass"
    assert judged(grouping("order", nearer=0.85, p=0.02, numbered=False)).status == "pass"


def test_nothing_to_be_told_passes():
    found = judged()
    assert found.status == "pass" and "No grouping is suggested" in found.finding


def test_tables_are_read_as_they_were_written(tmp_path):
    (tmp_path / "quality").mkdir()
    for name in names("quality"):
        write_table(pd.DataFrame({"feature": ["1"], "note": [""]}), tmp_path / "quality" / f"{name}.tsv")
    read = Results(tmp_path).quality
    assert set(read) == set(names("quality")) and read["missing_map"]["feature"].tolist() == ["1"]
