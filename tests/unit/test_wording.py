"""How values are written in a sentence."""

import pytest

from tentips.wording import either, minute, number_of, p_value, percentage, plural, sample_is, sentence, series


@pytest.mark.parametrize(
    ("values", "together", "apart"),
    [([], "", ""), (["a"], "a", "a"), (["a", 2], "a and 2", "a or 2"), (["a", "b", "c"], "a, b and c", "a, b or c")],
)
def test_values_are_joined_as_in_a_sentence(values, together, apart):
    assert series(values) == together and either(values) == apart


def test_a_long_series_says_how_many_more_there_are():
    assert series("abcde", most=3) == "a, b, c and 2 more"


@pytest.mark.parametrize(("text", "ended"), [("So", "So."), ("So.", "So."), ("So?", "So?")])
def test_a_sentence_ends_once(text, ended):
    assert sentence(text) == ended


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("bird", "birds"),
        ("biopsy", "biopsies"),
        ("day", "days"),
        ("patch", "patches"),
        ("mouse", "mice"),
        ("tissue mass", "tissue masses"),
        ("fish", "fish"),
        ("samples", "samples"),
    ],
)
def test_plurals(one, many):
    assert plural(one) == many


def test_a_share_that_is_not_nothing_is_not_written_as_nothing():
    assert [percentage(value) for value in (0.0, 0.0004, 0.0005, 0.028)] == ["0.0%", "less than 0.1%", "0.1%", "2.8%"]


def test_a_moment_has_its_time():
    assert minute("2026-03-01T09:30:12+00:00") == "2026-03-01 at 09:30 UTC"


def test_no_p_value_is_written_as_zero():
    assert [p_value(value) for value in (0.0, 0.0009, 0.001, 0.2)] == [
        "p < 0.001",
        "p < 0.001",
        "p = 0.001",
        "p = 0.200",
    ]


def test_every_p_value_in_a_sentence_is_written_by_that_function():
    import re
    from pathlib import Path

    from tentips import wording

    library = Path(wording.__file__).parent
    own = {"wording.py", "evaluation_statements.py"}  # the latter tells of none where there is none
    found = [
        f"{path.name}: {match}"
        for path in library.rglob("*.py")
        if path.name not in own
        for match in re.findall(r"p = \{[^}]*:\.[0-9]f\}", path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_a_sample_is_not_said_to_be_a_sample():
    assert sample_is("bird") == "One sample is one bird."
    assert sample_is("sample") == "What one sample is, is not declared (study.unit)."


def test_one_of_something_is_not_several():
    assert number_of(1, "trial") == "1 trial" and number_of(0, "batch") == "0 batches"
    assert number_of(1200, "biopsy") == "1,200 biopsies"
