"""What shared rows do to the score: rows that were left out of the test part, and rows that stayed in it."""

import numpy as np
import pandas as pd
from small import rows

from tentips.evaluate.shared_rows import COLUMNS, shared_rows
from tentips.models.final_models import Final
from tentips.statistics.scores import score

NONE = pd.DataFrame({"test_sample": [], "repeat": []})


def part(n, seed):
    random = np.random.default_rng(seed)
    return rows(random.normal(size=(n, 2)), np.resize([0, 1, 1], n), seed=seed)


def final(part, seed, shift):
    signal = np.random.default_rng(seed).normal(size=len(part.ids)) + part.truth * shift
    probability = 1 / (1 + np.exp(-signal))
    return Final("mlp", "network", 1, {1: np.column_stack([1 - probability, probability])})


def test_rows_that_were_left_out_are_put_beside_the_test_rows():
    tested, copied = part(60, 1), part(9, 2)
    own, beside = final(tested, 3, 1.0), final(copied, 4, 6.0)
    table = shared_rows(
        {1: tested}, [own], {1: (copied, np.arange(69))}, [beside], NONE.astype({"repeat": int}), "roc_auc", 0.95
    )
    row = table.iloc[0]
    assert list(table) == COLUMNS and (row["n"], row["shared"], bool(row["left_out"])) == (69, 9, True)
    assert row["without_shared"] == score("roc_auc", tested.truth, own.members[1])
    together = np.concatenate([tested.truth, copied.truth]), np.concatenate([own.members[1], beside.members[1]])
    assert row["with_shared"] == score("roc_auc", *together) > row["without_shared"]
    assert row["low"] < row["difference"] == row["with_shared"] - row["without_shared"] < row["high"]


def test_rows_that_stayed_in_the_test_part_are_taken_out_and_those_of_another_repeat_are_not():
    tested = part(60, 1)
    own = final(tested, 3, 1.0)
    pairs = pd.DataFrame({"test_sample": [*tested.ids[:20], *tested.ids[20:25]], "repeat": [1] * 20 + [2] * 5})
    row = shared_rows({1: tested}, [own], {}, [], pairs, "accuracy", 0.95).iloc[0]
    assert (row["shared"], bool(row["left_out"])) == (20, False)
    assert row["without_shared"] == score("accuracy", tested.truth[20:], own.members[1][20:])
    assert row["with_shared"] == score("accuracy", tested.truth, own.members[1])


def test_a_study_without_shared_rows_has_an_empty_table():
    tested = part(30, 1)
    table = shared_rows({1: tested}, [final(tested, 3, 1.0)], {}, [], NONE, "roc_auc", 0.95)
    assert list(table) == COLUMNS and not len(table)
