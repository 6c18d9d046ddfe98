"""Attributions of real final models by the names of features, whatever the samples are."""

import numpy as np
import pandas as pd
import pytest
from small import recipe, rows

from tentips.data.images import Images
from tentips.data.sequences import Sequences
from tentips.interpret.attributions import attributions
from tentips.interpret.expected_gradients import COLUMNS
from tentips.interpret.shapley import LINEAR, TREES
from tentips.interpret.subjects import Subject
from tentips.models.baseline_search import refit
from tentips.models.final_models import FinalBaseline
from tentips.study.resolution import resolve


def study(n=150):
    """A number that acts, one that does not, one that never differs, and a category that acts."""
    random = np.random.default_rng(0)
    table = pd.DataFrame({"acts": random.normal(size=n), "idle": random.normal(size=n), "same": 1.0})
    table["kind"] = random.choice(["red", "green", "blue"], n)
    return rows(table, (table["acts"] + 1.5 * (table["kind"] == "red") + 0.3 * random.normal(size=n) > 0.5).astype(int))


@pytest.mark.parametrize(("model", "method"), [("logistic", LINEAR), ("random_forest", TREES), ("gradient_boosting", TREES), ("svm", None)])  # fmt: skip
def test_what_acts_leads_and_a_constant_feature_adds_nothing(model, method):
    whole = study()
    train, test = whole.part(np.arange(100)), whole.part(np.arange(100, 150))
    settings = {"max_iter": 5} if model == "gradient_boosting" else {}
    final = FinalBaseline(model, "baseline", 1, whole.classes, refit(model, train, settings, recipe(), 1))
    tables = attributions(Subject(model, "baseline", final, [], []), train, test, 0)
    if method is None:
        assert tables == []
        return
    [table] = tables
    assert list(table.columns) == COLUMNS and set(table["method"]) == {method} and set(table["class"]) == {"class 1"}
    own = table.set_index("feature")
    # The levels of a category are added up, and none is named.
    assert set(own.index) == {"acts", "idle", "same", "kind"} and set(table["feature"][:2]) == {"acts", "kind"}
    assert own.loc["same", "mean_absolute"] == 0 and own.loc["acts", "direction"] > 0.8
    assert own["gap"].max() < 1e-9 and own[["low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize("kind", ["sequence", "image"])
def test_features_of_sequences_and_images_have_names(kind):
    if kind == "sequence":
        facts = {"alphabet": "dna", "length": 8, "shortest": 8, "longest": 8, "both_strands": False}
        modality, inputs = Sequences(facts), pd.DataFrame({"sequence": ["ACGTACGT", "TTTTACGA"] * 4}, dtype=object)
    else:
        facts = {"height": 16, "width": 16, "channels": 3, "bits": 8, "sizes_differ": True}
        pixels = np.random.default_rng(0).integers(0, 255, (8, 16, 16, 3)).astype("uint8")
        modality = Images(facts)
        inputs = pd.DataFrame({"image": pd.Series([each.tobytes() for each in pixels], dtype=object), "height": 16, "width": 9})  # fmt: skip
    options = resolve({"study": {"title": "t", "question": "q"}, "data": {"features": "f", "samples": "s", "id": "i", "label": "l"}})["preprocess"]  # fmt: skip
    prepare = modality.preparation(inputs, options, "classification").fit(inputs, np.arange(8) % 2)
    names = prepare.get_feature_names_out()
    assert len(names) == prepare.transform(inputs).shape[1]
    known = list(modality.table(inputs).columns)
    assert {next(name for name in sorted(known, key=len, reverse=True) if each.startswith(name)) for each in names} == set(known)  # fmt: skip
