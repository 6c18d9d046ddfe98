"""Sentences of the report's sections, held against the tables behind them."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from small import resolved

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


def regression(errors, labels):
    """A study of a numeric label whose simpler model errs by `errors` on the test part; `labels` are those of the development part."""
    tuned = {
        "tuned": 0.8,
        "fold_scores": {"tuned": [0.8, 0.8]},
        "calibration_error": None,
        "calibration_by_chance": 0.0,
    }
    own = {"model": "svm", "kind": "baseline", "repeats": {"1": tuned}}
    compared = {"a": ["mlp"], "b": ["svm"], "family": ["verdict"], "low": [-0.1], "high": [0.1]}
    return SimpleNamespace(
        config=resolved(data={"task": "regression"}),
        bests={"svm": own, "mlp": own | {"model": "mlp", "kind": "network"}},
        evaluated={"combined_comparisons": pd.DataFrame(compared)}.get,
        developed=pd.DataFrame({"label": labels}),
        predicted=lambda model: pd.DataFrame({"truth": errors, "score": np.zeros(len(errors))}),
    )


def test_an_interval_that_heavy_tails_make_too_narrow_is_called_so():
    random = np.random.default_rng(0)
    normal, heavy = random.normal(size=200), np.exp(1.5 * random.normal(size=200))
    assert sections._heavy_tailed(regression(normal, normal)) == ""
    of_errors = sections._heavy_tailed(regression(heavy, normal))
    assert "The errors of the support vector machine on the test part (excess kurtosis" in of_errors
    assert "root mean squared error is then too narrow" in of_errors and "82 to 91%" in of_errors
    of_labels = sections._heavy_tailed(regression(normal, heavy))
    assert "The labels of the development part (excess kurtosis" in of_labels and "errors of the" not in of_labels
    several = regression(heavy, heavy)
    several.config["split"]["repeats"] = 5
    assert sections._heavy_tailed(several) == ""
