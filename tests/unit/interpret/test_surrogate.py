"""A surrogate that can imitate a model does, and says so; one that cannot says so, too."""

import numpy as np
import pandas as pd
import pytest

from tentips.interpret.surrogate import surrogate


def test_a_threshold_is_found_in_its_own_unit_with_full_fidelity():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"mass": random.uniform(3000, 6000, 400), "noise": random.normal(size=400)})
    high = (frame["mass"] > 4500).to_numpy()
    predicted = np.where(high[:, None], [0.1, 0.9], [0.8, 0.2])
    truth = high.astype(int)
    table = surrogate(
        "m", frame[:200], predicted[:200], frame[200:], predicted[200:], truth[200:], ["f", "m"], "roc_auc"
    )
    assert len(table) == 2 and table["n"].sum() == 200 and table["n_test"].sum() == 200
    male = table[table["class"] == "m"].iloc[0]
    assert male["rule"].startswith("mass above 4") and male["predicted"] == pytest.approx(0.9)
    assert male["observed"] > 0.97 and male["fidelity"] > 0.95 and male["agreement"] > 0.97


def test_what_rules_cannot_say_has_a_low_fidelity():
    random = np.random.default_rng(1)
    frame = pd.DataFrame(random.normal(size=(400, 6))).add_prefix("x")
    predicted = np.prod(np.sign(frame.to_numpy()), axis=1)
    table = surrogate("m", frame[:200], predicted[:200], frame[200:], predicted[200:], predicted[200:], [], "r2")
    assert table["fidelity"].iloc[0] < 0.2


def test_a_model_of_one_class_has_one_rule_and_one_that_diverged_has_none():
    frame = pd.DataFrame({"x": np.random.default_rng(2).normal(size=100), "constant": 1.0})
    truth = np.arange(100) % 2
    of = lambda predicted: surrogate("m", frame, predicted, frame, predicted, truth, ["f", "m"], "roc_auc")  # noqa: E731
    always = of(np.tile([0.9, 0.1], (100, 1)))
    assert always["rule"].tolist() == ["all samples"] and always["class"].tolist() == ["f"]
    assert always["observed"].iloc[0] == 0.5 and np.isnan(always["fidelity"].iloc[0])
    assert len(of(np.full((100, 2), np.nan))) == 0
