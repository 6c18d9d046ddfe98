import json

import numpy as np
import pandas as pd
import pytest

from tentips import artifacts
from tentips.errors import StudyError


def test_file_appears_when_the_block_ends(tmp_path):
    target = tmp_path / "new" / "folder" / "t.txt"
    with artifacts.whole(target) as partial:
        partial.write_text("content")
        assert not target.exists()
        assert partial.parent == target.parent and partial.suffix == ".txt"
    assert target.read_text() == "content"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_error_leaves_neither_target_nor_partial_file(tmp_path, error):
    with pytest.raises(error), artifacts.whole(tmp_path / "t.txt") as partial:
        partial.write_text("half")
        raise error
    assert list(tmp_path.iterdir()) == []


def test_existing_target_survives_a_failed_write(tmp_path):
    target = tmp_path / "t.json"
    artifacts.write_json({"a": 1}, target)
    with pytest.raises(TypeError):
        artifacts.write_json({"a": object()}, target)
    assert artifacts.read_json(target) == {"a": 1}
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_killed_process_left_half_written_is_removed(tmp_path):
    for name in (".1.partial.[t].txt", ".22.partial.[t].txt", ".1.partial.other.txt"):
        (tmp_path / name).write_text("half")
    artifacts.write_text("whole", tmp_path / "[t].txt")
    assert sorted(file.name for file in tmp_path.iterdir()) == [".1.partial.other.txt", "[t].txt"]


def test_existing_target_is_replaced(tmp_path):
    for text in ("first", "second, longer", "3"):
        artifacts.write_text(text, tmp_path / "t.txt")
        assert (tmp_path / "t.txt").read_text() == text


def test_block_that_writes_nothing_makes_no_target(tmp_path):
    with pytest.raises(FileNotFoundError), artifacts.whole(tmp_path / "t.txt"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_tables_and_parquet_round_trip(tmp_path):
    frame = pd.DataFrame({"näme": ["a b", "ç"], "value": [1 / 3, np.nan], "n": [1, 2]})
    artifacts.write_table(frame, tmp_path / "t.tsv")
    assert (tmp_path / "t.tsv").read_text().splitlines()[1] == "a b\t0.3333333333\t1"
    pd.testing.assert_frame_equal(artifacts.read_table(tmp_path / "t.tsv"), frame, rtol=1e-9)
    artifacts.write_parquet(frame, tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(artifacts.read_parquet(tmp_path / "t.parquet"), frame)


def test_json_holds_plain_values_only(tmp_path):
    value = {1: np.float32(0.5), "a": np.array([1, 2]), "b": (float("nan"), np.inf, "é"), "c": np.int64(3), "d": None}
    artifacts.write_json(value, tmp_path / "t.json")
    text = (tmp_path / "t.json").read_text(encoding="utf-8")
    assert "é" in text
    assert json.loads(text) == {"1": 0.5, "a": [1, 2], "b": [None, None, "é"], "c": 3, "d": None}


def test_sha256_is_the_published_one(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    assert artifacts.sha256(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def cut(content):
    return content[: len(content) // 2]


def flipped(content):
    """One bit of the values."""
    return content[:200] + bytes([content[200] ^ 1]) + content[201:]


FRAME = pd.DataFrame({"a": np.random.default_rng(0).normal(size=5000)})


@pytest.mark.parametrize(
    ("name", "write", "read", "damage"),
    [
        ("t.json", lambda path: artifacts.write_json({"a": [1, 2]}, path), artifacts.read_json, cut),
        (
            "t.json",
            lambda path: artifacts.write_json({"a": [1, 2]}, path),
            artifacts.read_json,
            lambda content: b"\xff",
        ),
        ("t.tsv", lambda path: artifacts.write_table(FRAME, path), artifacts.read_table, lambda content: b""),
        ("t.parquet", lambda path: artifacts.write_parquet(FRAME, path), artifacts.read_parquet, cut),
        ("t.parquet", lambda path: artifacts.write_parquet(FRAME, path), artifacts.read_parquet, flipped),
    ],
)
def test_a_damaged_file_is_called_damaged_with_what_to_do(tmp_path, name, write, read, damage):
    path = tmp_path / name
    write(path)
    read(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(StudyError, match=rf"{name} is damaged, or was not written by this study \(.*Delete it and run"):
        read(path)


def test_a_file_that_is_not_there_is_not_called_damaged(tmp_path):
    for read in (artifacts.read_json, artifacts.read_parquet, artifacts.read_table):
        with pytest.raises(FileNotFoundError):
            read(tmp_path / "absent")


def test_no_text_is_a_formula_to_a_spreadsheet_and_it_is_read_back_as_it_was(tmp_path):
    texts = ["=1+1", "+A1", "-A1", "@SUM(A1)", "'=x", "-", "+", "-5", "+1.5e3", "plain", "'quoted'", None]
    frame = pd.DataFrame({"=name": texts, "number": np.arange(12) - 6.5})
    artifacts.write_table(frame, tmp_path / "t.tsv")
    lines = [line.split("\t")[0] for line in (tmp_path / "t.tsv").read_text().splitlines()]
    assert lines == ["'=name", "'=1+1", "'+A1", "'-A1", "'@SUM(A1)", "''=x", "-", "+", "-5", "+1.5e3", "plain", "'quoted'", ""]  # fmt: skip
    again = artifacts.read_table(tmp_path / "t.tsv")
    assert again["=name"].fillna("nothing").tolist() == [*texts[:-1], "nothing"]
    assert again["number"].tolist() == frame["number"].tolist()
