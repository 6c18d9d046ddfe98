"""Rows of a part as they are read: copies that were left out of the test part, and what was sampled in both together."""

import numpy as np
import pandas as pd
import pytest
from small import resolved

from tentips.data.row_options import RowOptions
from tentips.data.rows import copied_rows
from tentips.results import only


class Paths:
    """The files of two repeats: the second has no copy."""

    def __init__(self, folder):
        self.split = folder / "split.parquet"
        ids = [f"s{n}" for n in range(8)]
        sheet = pd.DataFrame(
            {"sample": ids, "label": ["a", "b"] * 4, "group": ["p", "q", "r", "p", "q", "s", "t", "u"]}
        )
        measured = pd.DataFrame({"sample": ids, "x": np.arange(8.0)})
        roles = [["test"] * 3 + ["copy"] * 2 + ["train"] * 3, ["test"] * 3 + ["train"] * 5]
        split = [
            pd.DataFrame({"sample": ids, "repeat": k + 1, "role": each, "fold": -1}) for k, each in enumerate(roles)
        ]
        split = pd.concat(split, ignore_index=True)
        split.to_parquet(self.split)
        for role, prefix in (("test", ""), ("copy", "copy_")):
            for table, name in ((measured, "features"), (sheet, "samples")):
                files = [folder / f"{role}_{repeat}_{name}.parquet" for repeat in (1, 2)]
                for repeat, file in enumerate(files, start=1):
                    own = only(split, repeat=repeat, role=role)["sample"]
                    table[table["sample"].isin(own)].reset_index(drop=True).to_parquet(file)
                setattr(self, f"{prefix}{name}", files)


@pytest.fixture
def options():
    return RowOptions.of(resolved(data={"task": "classification"}))


def test_copies_are_read_where_there_are_any_and_share_groups_with_the_test_part(tmp_path, options):
    (repeat, rows, units), *others = copied_rows(Paths(tmp_path), options, ["a", "b"])
    assert repeat == 1 and others == []
    assert rows.ids.tolist() == ["s3", "s4"] and rows.truth.tolist() == [1, 0]
    # Test rows of p, q, r, and copies of p and q.
    assert units.tolist() == [0, 1, 2, 0, 1]
