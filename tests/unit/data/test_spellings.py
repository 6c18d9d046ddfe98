"""Names that look equal: what counts as such, how it is told, and what is joined."""

import numpy as np
import pandas as pd
import pytest
from small import resolved

from tentips.data.spellings import alike, difference, folded, settled, visible
from tentips.data.tidy import tidy
from tentips.errors import StudyError
from tentips.study.config import role_columns

COMPOSED, DECOMPOSED = "Z\u00fcrich", "Zu\u0308rich"
ALIKE = {
    "blank at the end": ("P00", "P00 ", "blanks"),
    "two blanks": ("ward 3", "ward  3", "blanks"),
    "no-break blank": ("ward 3", "ward\u00a03", "blanks"),
    "no width": ("P00", "P\u200b00", "blanks"),
    "case": ("case", "Case", "upper and lower case"),
    "case and blank": ("case", "Case ", "blanks and upper and lower case"),
    "composed": (COMPOSED, DECOMPOSED, "how letters are composed"),
    "dash": ("P-01", "P\u201301", "signs that look alike"),
    "micro and mu": ("\u00b5M", "\u03bcM", "upper and lower case"),
}
DIFFERENT = (("P00", "P 00"), ("1.1", "1.10"), ("250.0", "250.00"), ("1", "01"), ("a-b", "a_b"), ("x2", "x\u00b2"), ("u", "\u00fc"))  # fmt: skip


@pytest.mark.parametrize("kind", ALIKE)
def test_spellings_that_look_equal_are_found_and_their_difference_is_named(kind):
    first, second, what = ALIKE[kind]
    assert alike([first, "other", second, first]) == [[first, second]]
    assert difference(first, second) == what
    assert visible(first) != visible(second)


@pytest.mark.parametrize("first, second", DIFFERENT)
def test_names_that_differ_to_the_eye_are_different(first, second):
    assert folded(first) != folded(second)


def test_what_cannot_be_seen_is_written_as_an_escape():
    assert visible("a\u00a0b") == "'a\\u00a0b'" and visible(DECOMPOSED) == "'Zu\\u0308rich'"
    assert visible(COMPOSED) == f"'{COMPOSED}'" and visible("P00 ") == "'P00 '"


def test_join_takes_the_spelling_of_most_rows_and_leaves_missing_ones():
    values = pd.Series(["b ", "B", "b ", None, "a", "A"])
    found, changed = settled(values, "site", "sheet.tsv", "join")
    assert found[[0, 1, 2, 4, 5]].tolist() == ["b ", "b ", "b ", "a", "a"] and pd.isna(found[3]) and changed == 2
    assert settled(values, "site", "sheet.tsv", "join", preferred="A")[0][4] == "A"


def test_keep_leaves_all_and_a_choice_may_be_made_for_one_column():
    values = pd.Series(["Aa", "AA"] * 3)
    for spellings in ("keep", {"genotype": "keep"}):
        found, changed = settled(values, "genotype", "t.csv", spellings)
        assert found.tolist() == values.tolist() and changed == 0
    with pytest.raises(StudyError, match="column 'genotype' spells one name"):
        settled(values, "genotype", "t.csv", {"other": "keep"})


def test_refusal_names_table_column_spellings_counts_and_what_to_do():
    values = pd.Series(["P00", "P00 ", "P00", "P01", "p01", "P02"])
    with pytest.raises(StudyError) as told:
        settled(values, "patient", "samples.tsv", "refuse")
    assert str(told.value) == (
        "samples.tsv: column 'patient' spells 2 names in ways that look equal: 'P00' (2) and 'P00 ' (1), which differ in "
        "blanks; 'P01' (1) and 'p01' (1), which differ in upper and lower case. Correct them, or write data.spellings: join to "
        "count them as one (keep, if they are different things)."
    )


def tables(n=40):
    ids = [f"bird {i}" for i in range(n)]
    features = pd.DataFrame(
        {"id": ids, "x": np.random.default_rng(0).normal(size=n), "form": ["Red", "blue"] * (n // 2)}
    )
    return features, pd.DataFrame({"id": ids, "label": ["case", "control"] * (n // 2), "who": [f"P{i // 2}" for i in range(n)]})  # fmt: skip


def tidied(features, sheet, **data):
    config = resolved(data=data)
    return tidy(features, sheet, config["data"], config["split"], config["preprocess"], role_columns(config))


@pytest.mark.parametrize("role", ["group", "batch", "site", "covariates"])
def test_every_role_of_names_is_looked_at(role):
    features, sheet = tables()
    sheet.loc[0, "who"] = "p0"
    with pytest.raises(StudyError, match=r"the sample sheet: column 'who' spells one name .*'p0' \(1\) and 'P0' \(1\)"):
        tidied(features, sheet, **{role: "who"})
    found = tidied(features, sheet, spellings="join", **{role: "who"})
    assert found.samples["who"][0] == found.samples["who"][1] == "p0"
    assert found.spellings == [{"table": "the sample sheet", "column": "who", "values": 1}]
    assert tidied(features, sheet, spellings="keep", **{role: "who"}).samples["who"].nunique() == 21
    assert tidied(features, sheet, ignored="who").spellings == []


def test_spellings_of_a_group_no_longer_divide_it():
    features, sheet = tables()
    sheet.loc[::2, "who"] += " "
    assert tidied(features, sheet, group="who", spellings="keep").samples["group"].nunique() == 40
    assert tidied(features, sheet, group="who", spellings="join").samples.groupby("group").size().tolist() == [2] * 20


def test_labels_and_text_features_are_looked_at():
    features, sheet = tables()
    sheet.loc[:7, "label"] = sheet.loc[:7, "label"].str.title() + " "
    with pytest.raises(
        StudyError, match=r"'Case ' \(4\) and 'case' \(16\), which differ in blanks and upper and lower case"
    ):
        tidied(features, sheet, ignored="who")
    found = tidied(features, sheet, ignored="who", spellings="join", positive="case")
    assert found.samples["label"].value_counts().to_dict() == {"case": 20, "control": 20}
    features.loc[2, "form"] = "red"
    with pytest.raises(StudyError, match="the features table: column 'form' spells one name"):
        tidied(*[features, tables()[1]], ignored="who")
    found = tidied(features, tables()[1], ignored="who", spellings="join")
    assert set(found.features["form"]) == {"Red", "blue"}


def test_numbers_are_no_names():
    values = pd.Series([1.0, 10.0, np.nan])
    assert settled(values, "age", "t", "refuse")[0] is values
