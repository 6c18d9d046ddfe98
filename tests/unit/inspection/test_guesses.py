"""Roles that are guessed from names and values."""

import numpy as np
import pandas as pd
import pytest

from tentips.inspection.columns_found import columns_of
from tentips.inspection.guesses import gives_away, guessed, id_column, label_candidates, named_as, positive_of

N = 120


def sheet(**columns) -> pd.DataFrame:
    base = {"sample": [f"s{number}" for number in range(N)], "state": np.resize(["case", "control", "control"], N)}
    return pd.DataFrame({**base, **columns})


def roles(frame, one_table=False, label="state") -> dict[str, str]:
    found = guessed(columns_of(frame), frame, label, "sample", one_table)
    return {guess.column: guess.role for guess in found}


def reason(frame, column) -> str:
    return next(
        guess.why for guess in guessed(columns_of(frame), frame, "state", "sample", False) if guess.column == column
    )


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("id", ["id", "Sample_ID", "sampleId", "barcode", "cell"]),
        ("group", ["patient", "Patient ID", "mouse_id", "nest", "DonorID", "subject.id"]),
        ("batch", ["batch", "Plate", "seq_run", "run_date", "season"]),
        ("site", ["hospital", "Center", "centre", "island"]),
        ("covariates", ["age", "Sex", "BMI", "gender_at_birth"]),
    ],
)
def test_words_in_names(role, names):
    assert [name for name in names if not named_as(role, name)] == []
    assert not any(named_as(role, name) for name in ("grid", "x17", "identity", "management", "assexual", "plateau"))


def test_the_id_names_each_row_once_and_says_so():
    frame = sheet(number=range(N), note=[f"n{number}" for number in range(N)], patient=np.arange(N) // 2)
    assert id_column(columns_of(frame)).name == "sample"
    assert id_column(columns_of(frame.rename(columns={"sample": "zzz"}))).name in ("zzz", "note")
    assert id_column(columns_of(frame[["patient", "state"]])) is None


def test_roles_of_a_usual_sheet():
    random = np.random.default_rng(0)
    frame = sheet(
        patient=[f"P{number // 2}" for number in range(N)],
        plate=np.resize(["A", "B", "C", "D"], N),
        hospital=np.resize(["north", "south", "west", "east", "up"], N),
        day=pd.date_range("2021-01-01", periods=N).astype(str),
        age=random.integers(20, 80, N),
        machine="Illumina",
        empty=np.full(N, np.nan),
        row=np.arange(1, N + 1),
        part=random.choice(["train", "test"], N),
        note=random.choice(["fine", "good"], N),
    )
    assert roles(frame) == {
        "sample": "id",
        "state": "label",
        "patient": "group",
        "plate": "batch",
        "hospital": "site",
        "day": "time",
        "age": "covariates",
        "machine": "ignored",
        "empty": "ignored",
        "row": "ignored",
        "part": "split",
        "note": "ignored",
    }
    assert "60 values, each in 2.0 rows" in reason(frame, "patient")
    assert reason(frame, "machine") == "is the same in every row (Illumina (120))"
    assert reason(frame, "row").startswith("numbers the rows")
    assert reason(frame, "empty") == "holds nothing"


def test_values_that_repeat_may_be_a_group_though_no_name_says_so():
    frame = sheet(code=[f"k{number // 3}" for number in range(N)])
    assert roles(frame)["code"] == "group"
    assert "rows that share one may not be independent" in reason(frame, "code")


def test_a_group_with_gaps_must_be_filled_in_first():
    frame = sheet(patient=[None, *(f"P{number // 2}" for number in range(N - 1))])
    assert roles(frame)["patient"] == "ignored"
    assert "may be the group" in reason(frame, "patient") and "empty in 1 rows" in reason(frame, "patient")


def test_in_one_table_what_has_no_role_is_a_feature_but_not_text_that_names_rows():
    random = np.random.default_rng(0)
    frame = sheet(x=random.normal(size=N), kind=random.choice(["a", "b"], N), note=[f"n{n % 100}" for n in range(N)], age=random.normal(size=N))  # fmt: skip
    found = roles(frame, one_table=True)
    assert (found["x"], found["kind"], found["note"], found["age"]) == ("feature", "feature", "ignored", "feature")


def test_likely_leaks_are_kept_out_and_said_so():
    random = np.random.default_rng(0)
    case = np.resize([True, False, False], N)
    frame = sheet(
        therapy=np.where(case, "drug", "none"),
        score=np.where(case, 5.0, 0.0) + random.normal(size=N),
        weak=case + random.normal(size=N),
    )
    found = roles(frame, one_table=True)
    assert (found["therapy"], found["score"], found["weak"]) == ("ignored", "ignored", "feature")
    assert reason(frame, "therapy").startswith("LIKELY A LEAK: each value goes with one class (100% of rows)")


def test_a_patient_of_one_class_is_a_group_and_no_leak():
    state = np.where(np.arange(N) // 8 % 2, "case", "control")
    frame = sheet(state=state, patient=[f"P{n // 8}" for n in range(N)], code=[f"k{n // 4}" for n in range(N)])
    found = roles(frame)
    assert (found["patient"], found["code"]) == ("group", "group")
    assert reason(frame, "patient").endswith("each value goes with one class (100% of rows)")


def test_a_number_that_goes_with_a_number_is_a_leak():
    labels = pd.Series(np.random.default_rng(0).normal(size=N))
    assert gives_away(np.exp(labels), labels) == "it goes with the label (rank correlation 1.000)"
    assert not gives_away(labels + np.random.default_rng(1).normal(size=N), labels)


def test_a_split_is_no_label():
    frame = sheet(part=np.resize(["Train", "Test"], N))
    assert [guess.column for guess in label_candidates(columns_of(frame), frame, {"sample"})] == ["state"]


def test_what_gives_the_label_away():
    labels = pd.Series(np.resize(["a", "b"], N))
    assert gives_away(pd.Series(np.resize([1, 2], N)), labels)
    assert gives_away(pd.Series(np.arange(N) + 1000.0 * (labels == "a")), labels)
    assert not gives_away(pd.Series(np.arange(N, dtype=float)), labels)
    assert not gives_away(pd.Series(np.resize([1, 2, 3], N)), labels)
    assert not gives_away(pd.Series([f"n{n}" for n in range(N)]), labels)  # each its own: names, not leaks
    nearly_all_one = pd.Series(["a"] * (N - 1) + ["b"])
    assert not gives_away(pd.Series(np.resize([1, 2], N)), nearly_all_one)


def test_label_candidates_begin_with_the_likeliest():
    random = np.random.default_rng(0)
    frame = sheet(
        plate=np.resize(["A", "B"], N), grade=np.resize([1, 2, 3], N), day="2021", rare=["x"] * (N - 1) + ["y"],
        outcome=random.normal(size=N), x=random.normal(size=N),
    )  # fmt: skip
    found = [guess.column for guess in label_candidates(columns_of(frame), frame, {"sample"})]
    assert found[:2] == ["state", "outcome"] or found[:2] == ["outcome", "state"]
    assert "rare" not in found and "day" not in found and "x" not in found
    assert found.index("plate") > found.index("state")


def test_positive_class():
    assert positive_of(pd.Series(["case", "control"])) == "case"
    assert positive_of(pd.Series(["TRUE", "FALSE"])) == "TRUE"
    assert positive_of(pd.Series(["a", "b"])) is None
    assert positive_of(pd.Series(["case", "positive"])) is None
    assert positive_of(pd.Series(["case", "control", "unknown"])) is None
