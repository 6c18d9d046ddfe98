from types import SimpleNamespace

import pandas as pd
import pytest

from tentips.reporting.documents.statements import data_statements


def told(*transforms):
    """What is said where the first model takes no table, and each repeat of the second chose `transforms`."""
    repeats = {str(number + 1): {"transforms": each} for number, each in enumerate(transforms)}
    sequences = {number: {"transforms": None} for number in repeats}
    bests = {"cnn1d": {"repeats": sequences}, "logistic": {"repeats": repeats}}
    return data_statements.tuned_transform(SimpleNamespace(bests=bests))


@pytest.mark.parametrize(
    ("transforms", "words"),
    [
        (
            [{"folds": ["log1p", "none", "log1p"], "final": "log1p"}],
            "(log(1 + x) in 2 of 3 folds and the values as they are in 1 of 3 folds; log(1 + x) in 1 of 1 final fit)",
        ),
        (
            [{"folds": ["clr", "clr"], "final": "clr"}, {"folds": ["clr", "clr"], "final": "none"}],
            "(the centred log-ratio in 4 of 4 folds; the centred log-ratio in 1 of 2 final fits and the values as they are in 1 of 2 final fits)",
        ),
        ([None], "was taken, by no model, because none takes numbers of a table"),
    ],
)
def test_what_was_chosen_is_counted_over_folds_and_final_fits(transforms, words):
    assert told(*transforms).endswith(words)


@pytest.mark.parametrize(
    ("alignment", "coverage", "words"),
    [
        (
            "global",
            0.8,
            "40% or more of a global alignment, short ones above what chance reaches [@rost1999], the shorter being at least 80% as long)",
        ),
        (
            "local",
            0.3,
            "40% or more of a local alignment by MMseqs2 [@steinegger2017], short ones above what chance reaches [@rost1999], over at least 30% of the shorter one and better than chance)",
        ),
    ],
)
def test_methods_say_by_which_alignment_sequences_are_relatives(alignment, coverage, words):
    facts = {"alphabet": "protein", "alignment": alignment, "identity": 0.4, "coverage": coverage}
    config = {
        "data": {"group": [], "site": None, "time": None},
        "split": {"strategy": "homology", "column": None, "seed": 1, "folds": 5, "repeats": 1},
    }
    split = pd.DataFrame({"repeat": 1, "role": ["train", "train", "test"]})
    results = SimpleNamespace(provenance={"sequences": facts}, config=config, split=split)
    told = data_statements.division(results)
    assert f"{words} (seed 1), into 2 for development and 1 for testing" in told


@pytest.mark.parametrize(
    ("strategy", "group", "words"),
    [
        ("random", [], "2 folds in the same way."),
        ("time", [], "2 folds of consecutive times."),
        ("given", [], "2 folds drawn at random, stratified by the label."),
        (
            "given",
            ["nest"],
            "2 folds drawn at random, stratified by the label, groups (nest) being kept whole.",
        ),
    ],
)
def test_methods_say_how_folds_were_made(strategy, group, words):
    config = {
        "data": {"group": group, "site": None, "time": "day"},
        "split": {"strategy": strategy, "column": "part", "seed": 1, "folds": 2, "repeats": 1},
    }
    split = pd.DataFrame({"repeat": 1, "role": ["train", "train", "test"]})
    told = data_statements.division(SimpleNamespace(provenance={}, config=config, split=split))
    assert told.endswith(f"the development part was divided into {words}")
