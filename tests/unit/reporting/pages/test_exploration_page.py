"""What the page of the exploration shows, of tables that are made up."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from small import resolved

from tentips.artifacts import write_parquet
from tentips.checks import data_checks as checks
from tentips.explore.correction import NOT_RECOMMENDED, RECOMMENDED, REFUSED, UNKNOWN
from tentips.reporting.figures import exploration_figures, interactive
from tentips.reporting.pages import exploration_page as page

ROLES = {"batch": ["plate"], "site": [], "time": [], "covariates": ["age"], "group": ["patient"]}


def embedding(n=60, groups=30):
    random = np.random.default_rng(0)
    table = pd.DataFrame(random.normal(size=(n, 4)), columns=["pc1", "pc2", "umap1", "umap2"])
    table.insert(0, "sample", [f"secret{number}" for number in range(n)])
    table["label"] = np.resize(["ill", "well"], n)
    table["plate"], table["age"] = np.resize(["A", "</script>", None], n), random.normal(50, 10, n)
    table["patient"] = np.arange(n) % groups
    return table


def tables(**others):
    return {"embedding": embedding(), "components": pd.DataFrame({"share": [0.4, 0.2]}), **others}


@pytest.mark.parametrize("sensitive", [None, True])
def test_no_row_leaves_unless_the_study_says_that_it_may(sensitive):
    text = page.searchable(tables(), ROLES, "label", sensitive) + page.embeddings(tables(), ROLES, "label", sensitive)
    assert "<script" not in text and "secret" not in text
    assert ("does not say whether" if sensitive is None else "says that its data are sensitive") in text
    # Dots are a picture, from which no coordinate can be read.
    assert text.count("<figure") == 3 and text.count("<image") == 7  # two panels each, and a scale
    figure = page.embeddings(tables(), ROLES, "label", False)
    assert figure.count("<image") == 1 and len(re.findall("<use", figure)) > 300


def test_a_study_that_may_be_shown_can_be_searched():
    text = page.searchable(tables(), ROLES, "label", False)
    rows = next(iter(json.loads(re.search(r'"datasets": (\{.*?\]\})', text)[1]).values()))
    assert len(rows) == 60 and set(rows[0]) == {"pc1", "pc2", "umap1", "umap2", "label", "plate", "age"}
    assert re.search(r'"name": "marked", "select": \{"type": "interval"\}, "views": \["\w+", "\w+"\]', text)
    assert {row["plate"] for row in rows} == {"A", "</script>", "(missing)"}
    assert r"\u003c/script>" in text
    assert len({row["age"] for row in rows}) == interactive.QUANTILES
    assert "secret" not in text and not re.findall(r"<script[^>]*src=", text)


def test_groups_are_coloured_where_they_are_few():
    assert "Not coloured by patient: it has 30 levels" in page.embeddings(tables(), ROLES, "label", None)
    few = {**tables(), "embedding": embedding(groups=5)}
    text = page.embeddings(few, ROLES, "label", None)
    assert "Not coloured" not in text and "coloured by patient" in text


def test_many_samples_are_drawn_in_part_and_the_caption_says_so(monkeypatch):
    monkeypatch.setattr(exploration_figures, "MOST_DOTS", 20)
    table = embedding()
    table.loc[40:, ["umap1", "umap2"]] = np.nan
    figure = exploration_figures.embedding(table, pd.DataFrame({"share": [0.4, 0.2]}), "label", "disease", False)
    assert figure.caption.startswith("20 of the 60 development samples, drawn at random, by their features")
    assert "UMAP was fitted to 40 samples" in figure.caption


def test_rare_levels_are_one():
    table = pd.DataFrame({"x": [*"aaaabbbccdefgh", None]})
    names, order = exploration_figures.levels_of(table, "x")
    assert order == ["a", "b", "c", "d", "e", "f", "3 others"] and (names == "3 others").sum() == 3
    assert exploration_figures.levels_of(pd.DataFrame({"x": [1.0, 2.0, np.nan]}), "x")[1] == ["(missing)", "1", "2"]


def row(advice, **others):
    told = {"factor": "plate", "role": "batch", "measure": "Cramer's V", "association": 0.3, "association_p": 0.001}
    told |= {"threshold": 0.1, "folds_unseen": 0, "folds": 5, "difference": 0.05, "low": 0.01, "high": 0.1}
    return SimpleNamespace(advice=advice, **{**told, **others})


def test_advice_in_words():
    assert "not to be recommended, whatever the figures say" in page.advice(row(REFUSED))
    assert "0.30, at least 0.1; permutation p = 0.001" in page.advice(row(REFUSED))
    assert "plate is recommended (preprocess.batch_correction: combat)" in page.advice(row(RECOMMENDED))
    assert "by 0.050 (0.010 to 0.100)" in page.advice(row(RECOMMENDED))
    assert "data.batch: plate with preprocess" in page.advice(row(RECOMMENDED, role="site"))
    assert "no gain" in page.advice(row(NOT_RECOMMENDED)) and "worse" in page.advice(row(NOT_RECOMMENDED, high=-0.1))
    assert "cannot be said" in page.advice(row(UNKNOWN))
    assert "In 2 of 5 folds" in page.advice(row(NOT_RECOMMENDED, folds_unseen=2))


def unusual(flags):
    n = len(flags)
    table = {"inside": np.where(flags, 9.0, 1.0), "inside_cutoff": 5.0, "outside": np.ones(n), "outside_cutoff": 5.0}
    return pd.DataFrame({"sample": "secret", **table, "outlier": flags, "components": 4})


def test_outliers_are_counted_and_not_named():
    text = page.outliers({"outliers": unusual([True, False, False])}, 3.0)
    assert "1 of 3 development samples (1 within, 0 off the plane)" in text and "secret" not in text
    assert "none among 2" in page.outliers({"outliers": unusual([False, False])}, 3.0)


def judged(check, correction="none", value=0.3):
    batch = {"factor": ["plate"], "value": [0.8], "low": [0.7], "high": [0.9], "corrected": [0.4], "chance": [0.33]}
    tied = {"factor": ["plate"], "role": ["batch"], "measure": ["V"], "value": [value], "p_value": [0.001], "n": [90]}
    told = resolved(data={"batch": "plate"}, preprocess={"batch_correction": correction})
    return check(
        SimpleNamespace(config=told, exploration={"batch": pd.DataFrame(batch), "association": pd.DataFrame(tied)})
    )


def test_the_checks_say_what_correction_does():
    assert judged(checks.batch_separable).finding.endswith("ComBat brings it down to 0.40.")
    assert "corrects all the same" not in judged(checks.label_batch).finding
    assert "corrects all the same" in judged(checks.label_batch, "combat").finding
    assert judged(checks.label_batch, "combat", 0.05).status == "pass"


def test_images_are_shown_only_where_the_study_allows_it(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (60, 8, 8, 3), dtype="uint8")
    table = pd.DataFrame(
        {"sample": embedding()["sample"], "image": [each.tobytes() for each in pixels], "height": 8, "width": 8}
    )
    table.attrs = {"height": 8, "width": 8, "channels": 3, "bits": 8, "sizes_differ": False}
    write_parquet(table, tmp_path / "features.parquet")
    far = pd.DataFrame({"sample": table["sample"], "outlier": np.arange(60) < 2, "inside": 1.0, "inside_cutoff": 2.0})
    far = far.assign(outside=np.arange(60.0), outside_cutoff=0.5)
    given = tables(outliers=far), {**ROLES, "batch": ["plate"]}, "label"
    for sensitive in (True, None):
        text = page.pictures(str(tmp_path / "features.parquet"), *given, sensitive)
        assert "No image is shown" in text and "<figure" not in text
    text = page.pictures(str(tmp_path / "features.parquet"), *given, False)
    assert text.count("<image") == 5 and "secret" not in text  # two classes, two plates, outliers
    assert "outliers (2)" in text and "label: ill (10)" in text
    assert page.pictures("", *given, False) == ""
