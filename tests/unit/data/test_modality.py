"""A second, made-up modality, walks, goes through rows, folds, a baseline and duplicates; nobody asks which one it is."""

import itertools

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from small import recipe, resolved

from tentips.data import modality as modalities
from tentips.data.modality import Comparison, Modality, modality
from tentips.data.rows import Rows
from tentips.models.baseline_search import refit
from tentips.models.folds import prepare_folds
from tentips.quality.duplicates import repeated_samples, shared_samples


class Same(Comparison):
    """Walks are compared step by step; one step apart is near."""

    def __init__(self, steps):
        self.steps, self.rows = steps, np.arange(len(steps))
        self.keys = np.array(["".join(map(str, row)) for row in steps])

    def near_between(self, asked, among, seed):
        found = [
            (one, other, 1.0) for one in asked for other in among if (self.steps[one] != self.steps[other]).sum() == 1
        ]
        return pd.DataFrame(found, columns=["position", "near_position", "distance"]), len(asked)

    def near_within(self, kept, seed):
        pairs, looked_at = self.near_between(kept, kept, seed)
        return pairs[pairs["near_position"] < pairs["position"]].reset_index(drop=True), looked_at


class Walks(Modality):
    """A walk is text of L and R; a network reads (steps, directions), simpler models how often it turns."""

    name, axes = "walk", 2

    def table(self, inputs):
        steps = inputs["walk"]
        turns = [sum(a != b for a, b in itertools.pairwise(walk)) for walk in steps]
        return pd.DataFrame({"lefts": steps.str.count("L").astype(float), "turns": np.array(turns, dtype=float)})

    def preparation(self, inputs, options, task, axes=1):
        if axes == 1:
            return make_pipeline(FunctionTransformer(self.table), StandardScaler())
        return FunctionTransformer(
            lambda frame: np.stack([np.eye(2)[[int(c == "L") for c in w]] for w in frame["walk"]])
        )

    def comparison(self, inputs):
        return Same(np.array([list(walk) for walk in inputs["walk"]]))


@pytest.fixture
def walks(monkeypatch):
    monkeypatch.setitem(modalities._MODALITIES, "walk", Walks())
    random = np.random.default_rng(0)
    turning = np.repeat([0, 1], 60)
    steps = [
        "".join("LR"[(i // (1 if t else 4) + s) % 2] for i in range(24))
        for t, s in zip(turning, random.integers(0, 2, 120), strict=True)
    ]
    noisy = [list(each) for each in steps]
    for walk in noisy:
        for place in random.integers(0, 24, 4):
            walk[place] = "LR"[random.integers(2)]
    return Rows(
        ids=np.array([f"w{number}" for number in range(120)], dtype=object),
        features=pd.DataFrame({"walk": ["".join(walk) for walk in noisy]}),
        truth=turning,
        strata=turning,
        groups=np.arange(120),
        fold=np.random.default_rng(1).permutation(np.arange(120) % 3),
        classes=["straight", "turning"],
        task="classification",
        modality=modality("walk"),
    )


def test_a_baseline_learns_from_the_table_and_predicts_raw_inputs(walks):
    final = refit("logistic", walks, {}, recipe())
    assert (final.predict(walks.inputs) == walks.truth).mean() == 1.0
    assert final.named_steps["prepare"].transform(walks.inputs).shape == (120, 2)


def test_folds_prepare_the_table_or_what_a_network_reads(walks):
    options = resolved()["preprocess"]
    assert [fold.matrix.shape for fold in prepare_folds(walks, options)] == [(120, 2)] * 3
    fold = prepare_folds(walks, options)[0]
    assert fold.matrix[fold.train].mean(axis=0) == pytest.approx(0, abs=1e-9), "fitted on training rows"
    assert fold.matrix.mean(axis=0) != pytest.approx(0, abs=1e-9)
    axes = prepare_folds(walks, options, lambda rows, own: rows.preparation(own, rows.modality.axes))[0].matrix
    assert axes.shape == (120, 24, 2) and (axes.sum(axis=2) == 1).all()
    assert axes[0, :, 1].sum() == walks.features["walk"][0].count("L")


def test_parts_of_rows_keep_their_modality_and_their_table_follows(walks):
    part = walks.part(np.array([5, 70]))
    assert part.modality is walks.modality
    pd.testing.assert_frame_equal(part.table, walks.table.iloc[[5, 70]])
    table = walks.with_features(pd.DataFrame({"age": np.arange(120.0)}))
    assert table.modality.name == "tabular" and list(table.table) == ["age"]


def test_duplicates_are_found_by_the_modalitys_own_distance(walks):
    steps = ["LLLL", "LLLL", "RRRR", "LLLR", "LRLR", "RLRL"]
    inputs, ids = pd.DataFrame({"walk": steps}), np.array(list("abcdef"), dtype=object)
    test = np.array([False, True, False, True, False, False])
    summary, pairs = shared_samples(walks.modality.comparison(inputs), ids, test)
    assert (summary["identical"], summary["near_identical"], summary["compared"]) == (1, 2, 2)
    found = set(zip(pairs["test_sample"], pairs["development_sample"], pairs["identical"], strict=True))
    assert found == {("b", "a", True), ("d", "a", False), ("d", "e", False)}
    summary, pairs = repeated_samples(walks.modality, inputs, ids)
    assert {tuple(pair) for pair in pairs[["sample", "twin", "identical"]].to_numpy()} == {
        ("b", "a", True),
        ("d", "a", False),
        ("e", "d", False),
    }
    assert summary | {"samples": 6, "compared": 6, "note": ""} == summary


def test_a_table_can_take_features_of_other_rows():
    inputs = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]})
    tabular = modality("tabular")
    exchanged = tabular.exchanged(inputs, ["b"], np.array([2, 0, 1]))
    assert exchanged["a"].tolist() == [1, 2, 3] and exchanged["b"].tolist() == [6, 4, 5]
    assert tabular.parts(inputs) == ["a", "b"]
    assert tabular.disordered(inputs, np.random.default_rng(0)) is None


def test_features_of_any_kind_are_exchanged_as_pandas_would_one_by_one():
    random, order, tabular = np.random.default_rng(0), np.array([2, 0, 3, 1]), modality("tabular")
    inputs = pd.DataFrame(random.normal(size=(4, 5)), columns=list("abcde"), index=[7, 3, 9, 1])
    inputs.insert(1, "text", pd.Series(["x", "y", "(missing)", "z"], index=inputs.index, dtype=object))
    inputs["flag"], inputs["count"] = [True, False, False, True], [3, 1, 2, 9]
    inputs.loc[3, "b"] = np.nan
    before = inputs.copy()
    for parts in (["b", "text", "e"], ["d"], ["flag", "count"], list(inputs)):
        expected = inputs.assign(**{name: inputs[name].to_numpy()[order] for name in parts}).astype(inputs.dtypes)
        pd.testing.assert_frame_equal(tabular.exchanged(inputs, parts, order), expected)
    numbers = inputs[list("abcde")]
    changed = tabular.exchanged(numbers, ["a", "b"], order)
    assert changed["b"].tolist() == pytest.approx(numbers["b"].to_numpy()[order], nan_ok=True)
    assert changed[list("cde")].equals(numbers[list("cde")])
    pd.testing.assert_frame_equal(inputs, before)
