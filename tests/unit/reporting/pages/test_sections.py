"""Sentences of the report's sections, held against the tables behind them."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from tentips.reporting.pages import sections
from tentips.statistics.intervals import score_interval


def study(*scores):
    """60 samples, 20 of them cases, each a group of its own; models with their predictions, scored as the evaluation does."""
    truth = np.r_[np.ones(20), np.zeros(40)].astype(int)
    rows = []
    for model, case in scores:
        found = score_interval("roc_auc", truth, [np.stack([1 - case, case], axis=1)], np.arange(60), 0.95)
        rows.append({"model": model, "kind": "baseline", "metric": "roc_auc", "repeats": 1, "n": 60, **vars(found)})
    samples = pd.DataFrame({"sample": range(60), "group": range(60), "label": np.where(truth, "case", "control")})
    return SimpleNamespace(
        config={"data": {"task": "classification", "group": []}, "evaluation": {"confidence": 0.95, "metric": None}},
        evaluated={"combined_metrics": pd.DataFrame(rows)}.get,
        samples=samples,
        split=samples[["sample"]].assign(repeat=1, role="test"),
    )


FAULTLESS = np.r_[np.linspace(0.6, 0.9, 20), np.linspace(0.1, 0.4, 40)]
NEARLY = np.r_[0.39, FAULTLESS[1:]]


def test_the_wide_interval_of_a_faultless_score_is_explained_by_its_numbers():
    told = sections._faultless(study(("logistic", FAULTLESS), ("svm", NEARLY)))
    # 20 cases without an error: 1 - 0.025 ** (1 / 20).
    share = 1 - 0.025 ** (1 / 20)
    assert f"reaches down to {1 - share:.3f}" in told and "20 samples of the rarest class, case," in told
    assert f"up to {share:.1%} open" in told
    assert "wider than the interval of support vector machine" in told and "(0.998, 0.971 to 1.000)" in told


def test_nothing_is_explained_where_no_score_is_faultless():
    assert sections._faultless(study(("svm", NEARLY))) == ""
    assert "That is wider" not in sections._faultless(study(("logistic", FAULTLESS)))
