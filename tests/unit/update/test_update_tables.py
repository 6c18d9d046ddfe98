"""Which candidate is recommended: one that is shown to be better, else the kept model."""

import numpy as np
import pandas as pd
from small import rows

from tentips.update.update_tables import comparisons_table, recommended


def made(n=400):
    random = np.random.default_rng(0)
    truth = np.arange(n) % 2
    own = rows(pd.DataFrame({"a": truth}), truth)

    def of(strength):
        score = 1 / (1 + np.exp(-(strength * (2 * truth - 1) + random.normal(size=n))))
        return [np.column_stack([1 - score, score])]

    return own, of


def test_better_is_taken_and_no_better_is_kept():
    own, of = made()
    weak, same, strong, stronger = of(0.3), of(0.3), of(1.0), of(2.0)
    table = comparisons_table({"keep": weak, "warm_start": strong, "retrain": stronger}, own, "roc_auc", 0.95, 0.01)
    assert recommended(table) == "retrain" and list(table["outcome"]) == ["better", "better"]
    table = comparisons_table({"keep": weak, "warm_start": strong, "retrain": same}, own, "roc_auc", 0.95, 0.01)
    assert recommended(table) == "warm_start"
    assert recommended(comparisons_table({"keep": weak, "retrain": same}, own, "roc_auc", 0.95, 0.01)) == "keep"
    assert recommended(comparisons_table({"keep": strong, "retrain": weak}, own, "roc_auc", 0.95, 0.01)) == "keep"
