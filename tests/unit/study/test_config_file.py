"""A configuration as a file: what YAML would read wrongly or not at all is told with its place."""

import pytest

from tentips.errors import StudyError
from tentips.study.config_file import check_file


def told(tmp_path, text: str | bytes) -> str:
    path = tmp_path / "c.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(StudyError) as caught:
        check_file(path)
    line = str(caught.value)
    assert "\n" not in line
    return line.removeprefix(f"{tmp_path}/")


@pytest.mark.parametrize(
    ("text", "line", "first", "key"),
    [
        ("split:\n  folds: 3\nstudy: 1\nsplit:\n  seed: 1\n", 4, 1, "split"),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", 4, 2, "b"),
        ('a:\n- x: 1\n  "x": 2\n', 3, 2, "x"),
        ('{"a": 1,\n "a": 2}', 2, 1, "a"),
    ],
)
def test_a_key_twice_is_refused_with_both_lines(tmp_path, text, line, first, key):
    assert told(tmp_path, text).startswith(
        f"c.yaml, line {line}: the key '{key}' is there a second time (before in line {first})"
    )


def test_keys_of_one_name_in_different_sections_are_fine(tmp_path):
    text = 'a: {seed: 1, x: &y {z: 1}}\nb: {seed: 1, x: *y}\n"1": 0\n1: 0\n'
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8-sig")
    assert check_file(tmp_path / "c.yaml") is None


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        ("a:\n  b: 1\n\tc: 2\n", "line 3, column 1", "with blanks, not with tabs"),
        ("title: Does it work: or not\n", "line 1, column 20", "needs quotes"),
        ("a: 1\nb: [1, 2\nc: 3\n", "line 3, column 2", "commas, and its closing bracket"),
        ("a:\n  b: 1\n c: 2\n", "line 3, column 2", "begin in one column"),
        ("a: 'one\nb: 2\n", "line 3, column 1", "not closed"),
        ("ignored: *\n", "line 1, column 11", "needs quotes"),
    ],
)
def test_what_yaml_cannot_read_is_told_with_line_column_and_advice(tmp_path, text, place, advice):
    line = told(tmp_path, text)
    assert line.startswith(f"c.yaml, {place}: YAML cannot read this (") and advice in line


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"a: \xff\n", "is not UTF-8 text (byte 3)"),
        (b"a: 1\nb: \x00\n", "line 2: it holds a character that no text has"),
        (b"", "holds no keys"),
        (b"- a\n- b\n", "holds no keys"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(tmp_path, text, what):
    assert what in told(tmp_path, text)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(StudyError, match="does not exist; it says what is studied"):
        check_file(tmp_path / "none.yaml")
