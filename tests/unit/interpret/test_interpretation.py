"""All tables of a model on studies of which one thing is missing: features, differences, classes, or a model that works."""

import numpy as np
import pandas as pd
import pytest
from small import recipe, rows

from tentips.interpret import interpretation, refits
from tentips.interpret.subjects import Subject
from tentips.models.baseline_search import refit
from tentips.models.final_models import FinalBaseline, FinalModel
from tentips.probe.slices import slices


def study(columns, n=120):
    random = np.random.default_rng(0)
    table = pd.DataFrame({"acts": random.normal(size=n), "same": 1.0, "idle": random.normal(size=n), "more": random.normal(size=n)})  # fmt: skip
    return rows(table[columns], (table["acts"] + 0.3 * random.normal(size=n) > 0).astype(int))


def tables(columns, model="logistic"):
    whole = study(columns)
    train, test, own = whole.part(np.arange(80)), whole.part(np.arange(80, 120)), recipe()
    final = FinalBaseline(model, "baseline", 1, whole.classes, refit(model, train, {}, own, 1))
    real, other = (refits.of_baseline(model, {}, each, own, 1) for each in (train, refits.shuffled(train, 0)))
    found = [Subject(model, "baseline", final, real, other)]
    return interpretation.interpret(found, train, test, pd.DataFrame(index=range(80)), {}, "roc_auc", 0.95, 0)


def test_of_one_feature_nothing_can_be_ranked_and_the_reason_is_said():
    found = tables(["acts"])
    assert found["importance"]["group"].tolist() == ["acts"] and found["importance"]["low"].iloc[0] > 0
    assert found["agreement"]["overlap"].isna().all() and len(found["faithfulness"]) == 0
    assert set(found["agreement"]["reason"].str.contains("fewer than three groups of features")) == {True}
    assert found["effects"]["effect"].tolist() == pytest.approx([found["effects"]["effect"].iloc[0]]) != [0]


def test_a_constant_feature_has_no_importance_no_response_and_no_attribution():
    found = tables(["acts", "same", "idle", "more"])
    importance = found["importance"].set_index("group")
    assert importance.loc["same", "importance"] == 0 and importance["rank"].idxmin() == "acts"
    assert "same" not in set(found["dose_response"]["feature"]) and "acts" in set(found["dose_response"]["feature"])
    assert found["attributions"].set_index("feature").loc["same", "mean_absolute"] == 0
    # Without a covariate responses are those of all samples alone.
    assert set(found["effects"]["column"]) == {""}


def test_a_model_of_one_class_uses_no_feature():
    found = tables(["acts", "same", "idle", "more"], "dummy")
    assert (found["importance"][["importance", "importance_test"]] == 0).all(axis=None)
    assert (found["effects"]["effect"] == 0).all() and len(found["surrogate"]) == 1
    assert found["surrogate"]["model_score"].iloc[0] == 0.5 and len(found["attributions"]) == 0


class Diverged(FinalModel):
    """A final model whose weights are no numbers."""

    def prepare(self, inputs):
        return inputs.to_numpy()

    def predict_prepared(self, matrix):
        return np.full((len(matrix), 2), np.nan)


def test_a_model_that_diverged_leaves_its_tables_empty_and_stops_nothing():
    whole = study(["acts", "same", "idle", "more"])
    final = Diverged("mlp", "network", 1, whole.classes)
    broken = [refits.Refit(final.predict, tune) for _, _, tune in whole.folds]
    found = interpretation.interpret(
        [Subject("mlp", "network", final, broken, broken)],
        whole,
        whole,
        pd.DataFrame(index=range(120)),
        {},
        "roc_auc",
        0.95,
        0,
    )
    assert found["importance"]["importance"].isna().all() and (found["importance"]["refits"] == 0).all()
    assert found["agreement"]["overlap"].isna().all() and found["agreement"]["reason"].ne("").all()
    assert not any(len(found[name]) for name in ("surrogate", "effects", "attributions"))
    loss = np.full(120, np.nan)
    tried = slices(
        whole.table[:80], loss[:80], whole.table[80:], loss[80:], np.arange(40), {"confidence": 0.95, "bootstrap": 200}
    )
    assert len(tried) == 0
