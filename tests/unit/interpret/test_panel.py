"""Small panels: the informative features are chosen, redundant ones wait, and a panel that costs too much is none."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from small import rows

from tentips.interpret.panel import chosen_features, ranked, scores_of_sizes, sizes


def study(n=400, seed=0, informative=2, features=12, strength=2.0):
    random = np.random.default_rng(seed)
    truth = np.arange(n) % 2
    matrix = random.normal(size=(n, features))
    matrix[:, :informative] += strength * truth[:, None]
    return rows(pd.DataFrame(matrix).add_prefix("x"), truth, folds=5)


def logistic(own, train):
    model = LogisticRegression().fit(own.inputs.iloc[train], own.truth[train])
    return lambda inputs: model.predict_proba(inputs)


def test_the_informative_features_come_first_and_a_copy_waits():
    random = np.random.default_rng(0)
    truth = np.arange(600) % 2
    first = random.normal(size=600) + 2.0 * truth
    frame = pd.DataFrame(
        {
            "noise": random.normal(size=600),
            "copy": first + 0.05 * random.normal(size=600),
            "first": first,
            "other": random.normal(size=600) + 1.5 * truth,
        }
    )
    order = ranked(frame, truth, 2, 4)
    assert order[0] in ("first", "copy") and order[1] == "other"


def test_two_features_are_enough_where_two_carry_the_signal():
    table = scores_of_sizes(study(strength=1.5), logistic, "roc_auc", 0.02, 0.95)
    assert table[table["enough"]]["size"].iloc[0] == 2
    assert table["score"].iloc[0] < table["all_features"].iloc[0] - 0.01


def test_where_all_features_carry_a_little_no_small_panel_is_enough():
    table = scores_of_sizes(study(informative=12, strength=0.5), logistic, "roc_auc", 0.02, 0.95)
    assert not table[table["size"] <= 4]["enough"].any()


def test_stability_names_the_true_features_and_not_the_noise():
    found = chosen_features(study(), 2, seed=0).set_index("feature")
    assert found.loc[["x0", "x1"], "chosen"].min() >= 0.9 and found.loc[["x0", "x1"], "folds"].tolist() == [1, 1]
    assert found.drop(index=["x0", "x1"])["chosen"].max() < 0.5 if len(found) > 2 else True


def test_choosing_inside_the_folds_does_not_flatter_noise():
    scores = [
        scores_of_sizes(study(120, seed, informative=0, features=60), logistic, "roc_auc", 0.02, 0.95)["score"].max()
        for seed in range(5)
    ]
    assert 0.42 < np.mean(scores) < 0.6


def test_one_feature_has_no_smaller_panel():
    assert sizes(1) == [] and sizes(4) == [1, 2, 3]
