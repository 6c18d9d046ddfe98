"""Studies of several labels hold out the same samples, whichever label is their own and however many samples have it."""

import numpy as np
import pandas as pd
import pytest
from small import resolved

from tentips.data.shared_parts import shared_parts, strata_of_labels
from tentips.data.split import split_table
from tentips.data.tidy import tidy
from tentips.errors import StudyError
from tentips.study.config import role_columns

LABELS = ["sex", "weight", "relapse"]


def tables(n=160, seed=0):
    """Features and a sheet of pairs of samples: a sex with gaps, a weight, and a relapse that is rare and mostly unknown."""
    rng = np.random.default_rng(seed)
    ids = [f"s{number}" for number in range(n)]
    features = pd.DataFrame({"id": ids, "x": rng.normal(size=n), "y": rng.normal(size=n)})
    sex = pd.Series(rng.choice(["f", "m"], n)).where(rng.random(n) > 0.2, None)
    relapse = pd.Series(np.where(rng.random(n) < 0.2, "yes", "no"), dtype=object).where(rng.random(n) < 0.5, None)
    sheet = pd.DataFrame(
        {
            "id": ids,
            "pair": [f"p{number // 2}" for number in range(n)],
            "sex": sex,
            "weight": rng.normal(size=n),
            "relapse": relapse,
        }
    )
    sheet.loc[:9, LABELS] = None
    return features, sheet.astype({"weight": float})


def config(label, **split):
    task = "regression" if label == "weight" else "classification"
    return resolved(
        data={"label": label, "task": task, "group": "pair"}, split={"across_labels": LABELS, "folds": 3, **split}
    )


def parts_of(label, **split):
    resolved_config = config(label, **split)
    return shared_parts(*tables(), *(resolved_config[section] for section in ("data", "split", "preprocess")))


def test_whichever_label_is_the_studys_own_the_same_samples_are_held_out():
    first = parts_of("sex", repeats=2)
    for label in LABELS[1:]:
        pd.testing.assert_frame_equal(parts_of(label, repeats=2), first)
    held = [set(part["sample"][part["role"] == "test"]) for _, part in first.groupby("repeat")]
    assert held[0] != held[1]


def test_samples_without_any_label_are_left_out_and_groups_are_whole():
    parts = parts_of("relapse")
    assert len(parts) == 150 and not set(parts["sample"]) & {f"s{number}" for number in range(10)}
    pairs = parts["sample"].str[1:].astype(int) // 2
    assert parts["role"].groupby(pairs).nunique().max() == 1
    assert (parts["role"] == "test").mean() == pytest.approx(0.25, abs=0.02)


def test_each_label_is_held_out_in_proportion():
    _, sheet = tables()
    held = parts_of("sex").set_index("sample")["role"].eq("test")
    sheet = sheet[sheet["id"].isin(held.index)].set_index("id")
    quarters = pd.qcut(sheet["weight"], 4, labels=False)
    for strata, most_off in ((sheet["sex"], 0.08), (sheet["relapse"], 0.12), (quarters, 0.1)):
        shares = held.loc[sheet.index].groupby(strata).mean()
        assert shares.sub(0.25).abs().max() < most_off, shares


def test_a_study_takes_its_own_samples_from_the_shared_parts():
    features, sheet = tables()
    resolved_config, parts = config("relapse"), parts_of("relapse")
    data, split = resolved_config["data"], resolved_config["split"]
    samples = tidy(features, sheet, data, split, resolved_config["preprocess"], role_columns(resolved_config)).samples
    table = split_table(samples, split, "group", "classification", None, parts)
    assert set(table["sample"]) == set(sheet["id"][sheet["relapse"].notna()])
    expected = parts.set_index("sample")["role"].loc[table["sample"]]
    assert (table["role"].to_numpy() == expected.to_numpy()).all()
    assert set(table["fold"][table["role"] == "train"]) == {0, 1, 2}


def test_labels_that_only_the_development_part_has_are_refused():
    parts = parts_of("sex")
    known = parts["sample"][parts["role"] == "train"].head(30).to_list()
    samples = pd.DataFrame({"sample": known, "label": ["a", "b"] * 15, "group": known})
    with pytest.raises(
        StudyError, match="none of the samples that have this label are in the test part, which is drawn for all"
    ):
        split_table(samples, config("sex")["split"], "random", "classification", None, parts)


def test_classes_written_as_numbers_are_alike_as_text_and_as_numbers():
    text = pd.DataFrame(
        {"stage": ["1", "2", None, "10", "3", "4", "5"] * 4, "sex": ["m", None, None, "f", "f", "m", "f"] * 4}
    )
    numbers = text.assign(stage=pd.to_numeric(text["stage"]))
    first, second = strata_of_labels(text), strata_of_labels(numbers)
    assert (first == second).all() and first.shape == (28, 2)
    assert set(first[:, 0]) == {-1, 0, 1, 2, 3} and set(first[:, 1]) == {-1, 0, 1}
