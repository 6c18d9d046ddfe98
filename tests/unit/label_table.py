"""What three labels found together, as labels.tsv holds it."""

import pandas as pd


def table(**columns):
    """Three labels: one better beyond chance, one by itself alone, one undecided."""
    found = pd.DataFrame(
        {
            "label": ["sex", "relapse", "weight"],
            "folder": ["labels/sex", "labels/relapse", "labels/weight"],
            "task": ["classification", "classification", "regression"],
            "metric": ["roc_auc", "roc_auc", "r2"],
            "confidence": 0.95,
            "samples": [120, 80, 118],
            "tested": [30, 20, 29],
            "model": ["mlp", "logistic", "logistic"],
            "value": [0.9, 0.6, 0.4],
            "low": [0.8, 0.5, 0.2],
            "high": [0.95, 0.7, 0.6],
            "network": "mlp",
            "simpler": "logistic",
            "own_verdict": ["better", "better", "inconclusive"],
            "verdict": ["better", "inconclusive", "inconclusive"],
            "predicted": ["yes", "not shown", "yes"],
            "failed": [0, 1, 0],
            "warned": [2, 1, 0],
            "learned_elsewhere": 0,
        }
    )
    for question in ("trivial", "network", "gain"):
        found[f"{question}_difference"] = [0.05, 0.04, 0.0]
        found[f"{question}_low"], found[f"{question}_high"] = [0.02, 0.01, -0.1], [0.08, 0.07, 0.1]
        found[f"{question}_p_value"], found[f"{question}_p_adjusted"] = [0.001, 0.03, 0.9], [0.003, 0.06, 0.9]
    return found.assign(**columns)
