"""Train one peer on development rows within a time limit and predict the test rows. Runs in the environment of peers.txt.

    python peer_models.py AutoGluon|FLAML|"histogram boosting" FOLDER SECONDS SEED

FOLDER holds development.parquet (features, label, fold) and test.parquet; predicted.parquet is written there, a column of
probabilities for each class, or one of values. Prints the seconds that training took.
"""

import sys
import tempfile
import time
from pathlib import Path

import pandas as pd


def of_autogluon(development, test, seconds, seed, classes):
    """AutoGluon's preset `best`, which bags in the given folds and stacks."""
    from autogluon.tabular import TabularPredictor

    metric = "r2" if not classes else "roc_auc" if classes == 2 else "roc_auc_ovr_macro"
    with tempfile.TemporaryDirectory() as folder:
        predictor = TabularPredictor(
            "label", groups="fold", eval_metric=metric, path=folder, verbosity=0, learner_kwargs={"random_state": seed}
        )
        predictor.fit(development, time_limit=seconds, presets="best_quality", num_cpus=2, dynamic_stacking=False)
        return predictor.predict_proba(test) if classes else predictor.predict(test).to_frame()


def of_flaml(development, test, seconds, seed, classes):
    """FLAML's search over its own list of learners, cross-validated in the given folds."""
    from flaml import AutoML

    model = AutoML()
    model.fit(
        X_train=development.drop(columns=["label", "fold"]),
        y_train=development["label"],
        task="classification" if classes else "regression",
        metric="r2" if not classes else "roc_auc" if classes == 2 else "roc_auc_ovr",
        time_budget=seconds,
        eval_method="cv",
        split_type="group",
        groups=development["fold"],
        n_splits=development["fold"].nunique(),
        n_jobs=2,
        seed=seed,
        verbose=0,
    )
    found = model.predict_proba(test) if classes else model.predict(test)
    return pd.DataFrame(found)


def of_boosting(development, test, seconds, seed, classes):
    """scikit-learn's histogram boosting with its defaults, whatever the time."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    model = kind(random_state=seed).fit(development.drop(columns=["label", "fold"]), development["label"])
    return pd.DataFrame(model.predict_proba(test) if classes else model.predict(test))


PEERS = {"AutoGluon": of_autogluon, "FLAML": of_flaml, "histogram boosting": of_boosting}


def main() -> None:
    """Train, predict, and write what was predicted."""
    peer, folder, seconds, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    development, test = (pd.read_parquet(folder / f"{part}.parquet") for part in ("development", "test"))
    classes = development["label"].nunique() if development["label"].dtype.kind == "i" else 0
    began = time.monotonic()
    found = PEERS[peer](development, test, seconds, seed, classes)
    taken = time.monotonic() - began
    found.columns = [f"column_{number}" for number in range(found.shape[1])]
    found.reset_index(drop=True).to_parquet(folder / "predicted.parquet")
    print(f"{taken:.0f}")


if __name__ == "__main__":
    main()
