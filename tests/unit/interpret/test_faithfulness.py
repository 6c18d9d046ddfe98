"""The order of a true explanation lets the score fall earlier than random orders do."""

import numpy as np
import pandas as pd
from small import rows

from tentips.interpret.faithfulness import faithfulness


def curves(importance):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(400, 8))).add_prefix("x")
    weights = np.array([4.0, 2, 1, 0, 0, 0, 0, 0])
    predict = lambda table: table.to_numpy() @ weights  # noqa: E731
    groups = {name: [name] for name in frame}
    test = rows(frame, predict(frame), "regression")
    return faithfulness("m", predict, test, groups, importance, "r2", 0)


def area(table, curve, order):
    return table[(table["curve"] == curve) & (table["order"] == order)].iloc[0]


def test_the_true_order_beats_random_orders_and_a_wrong_one_does_not():
    right, wrong = curves(np.arange(8, 0, -1.0)), curves(np.arange(8.0))
    for curve, sign in (("deletion", -1), ("insertion", 1)):
        own, random = area(right, curve, "importance"), area(right, curve, "random")
        assert sign * own["area"] > sign * random["area"] and own["area_p"] <= 0.2
        assert area(wrong, curve, "importance")["area_p"] == 1.0


def test_a_curve_begins_and_ends_where_it_must():
    table = curves(np.arange(8, 0, -1.0))
    deletion = table[(table["curve"] == "deletion") & (table["order"] == "importance")]
    insertion = table[(table["curve"] == "insertion") & (table["order"] == "importance")]
    assert deletion["score"].iloc[0] == insertion["score"].iloc[-1] == 1.0
    assert deletion["score"].iloc[-1] == insertion["score"].iloc[0] < 0
