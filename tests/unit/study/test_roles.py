"""Columns and their roles: patterns of data.ignored, and the list that can be pasted."""

import pytest
import yaml
from small import resolved

from tentips.errors import StudyError
from tentips.study.config import role_columns
from tentips.study.roles import as_yaml, check_declared, check_known, with_patterns

COLUMNS = ["id", "label", "age", "clin_1", "clin_2", "clin_10", "x[1]", "what?"]


def ignored(*entries, **data) -> list[str]:
    config = resolved(data={"ignored": list(entries), **data})
    return with_patterns(config["data"], COLUMNS, role_columns(config))["ignored"]


def test_patterns_take_the_columns_that_have_no_role():
    assert ignored("clin_*") == ["clin_1", "clin_2", "clin_10"]
    assert ignored("clin_?", "age") == ["clin_1", "clin_2", "age"]
    assert ignored("clin_*", batch="clin_2") == ["clin_1", "clin_10"]
    assert ignored("*", covariates=["age"]) == ["clin_1", "clin_2", "clin_10", "x[1]", "what?"]
    assert ignored("*", feature_columns=["age", "clin_1"]) == ["clin_2", "clin_10", "x[1]", "what?"]
    assert ignored("x[*") == ["x[1]"]


def test_an_entry_that_is_a_column_is_that_column():
    assert ignored("what?") == ["what?"]
    assert ignored("age", "none") == ["age", "none"]


def test_a_pattern_that_no_column_fits_is_refused_but_not_the_star():
    roles = role_columns(resolved())
    assert check_known(COLUMNS, "s.tsv", roles, ["clin_*", "*", "what?"]) is None
    with pytest.raises(
        StudyError, match=r"^data.ignored is 'klin_\*', but s.tsv has no such column; it has: id, label"
    ):
        check_known(COLUMNS, "s.tsv", roles, ["klin_*"])


def test_all_undeclared_columns_are_named_ready_to_paste():
    names = [f"clin {number:03}" for number in range(117)] + ["no", "a, b", "10", "größe", 'x "y"', "a: b", "-x", "#c"]
    with pytest.raises(StudyError, match=r"^s.tsv has 125 columns without a role; give each") as caught:
        check_declared(["id", "label", *names], "s.tsv", role_columns(resolved()), [])
    pasted = str(caught.value).split("list it there: ")[1].split(' (or ignored: "*"')[0]
    assert yaml.safe_load(pasted) == {"ignored": names}


def test_names_that_yaml_would_take_for_something_else_are_quoted():
    names = ["no", "Null", "1e5", "2020-01-01", "~", "a b", "[x]", "x/y", "=", "a #b", "12", ".5", "é", "on"]
    assert yaml.safe_load(as_yaml(names)) == names
    assert as_yaml(["age", "a b"]) == "[age, a b]"


def test_the_roles_of_another_table_are_told_as_such():
    """Who begins from the example and puts their table in its place is told what to do, not which column is missing."""
    roles = role_columns(resolved(data={"id": "id", "label": "sex", "group": "nest", "batch": "season"}))
    with pytest.raises(StudyError, match=r"^none of the columns that are declared \(sex, nest, season\) is in s.tsv, which has: id, label.*snakemake inspect"):  # fmt: skip
        check_known(COLUMNS, "s.tsv", roles, [])
    one = role_columns(resolved(data={"id": "id", "label": "label", "group": "nest"}))
    with pytest.raises(StudyError, match=r"^data.group is 'nest', but s.tsv has no such column; it has: id"):
        check_known(COLUMNS, "s.tsv", one, [])
