"""The metrics by scikit-learn's scorer names, always oriented so that higher is better: their words, chance, best value."""

METRICS = {
    "classification": (
        "roc_auc",
        "average_precision",
        "balanced_accuracy",
        "accuracy",
        "matthews_corrcoef",
        "f1_macro",
        "neg_log_loss",
        "neg_brier_score",
    ),
    "regression": ("r2", "neg_mean_absolute_error", "neg_root_mean_squared_error", "spearman"),
}


NAMES = {
    "roc_auc": "ROC AUC",
    "average_precision": "Average precision",
    "balanced_accuracy": "Balanced accuracy",
    "accuracy": "Accuracy",
    "matthews_corrcoef": "Matthews correlation",
    "f1_macro": "F1 (macro)",
    "neg_log_loss": "Log loss (negative)",
    "neg_brier_score": "Brier score (negative)",
    "r2": "R²",
    "neg_mean_absolute_error": "Mean absolute error (negative)",
    "neg_root_mean_squared_error": "Root mean squared error (negative)",
    "spearman": "Spearman correlation",
}
IN_LABEL_UNITS = ("neg_mean_absolute_error", "neg_root_mean_squared_error")
PROPER = ("ROC", "F1", "R²", "Matthews", "Brier", "Spearman")


def chance(name: str, classes: int) -> float | None:
    """Return what a predictor without knowledge scores, where that does not depend on the class shares."""
    known = {"roc_auc": 0.5, "matthews_corrcoef": 0.0, "r2": 0.0, "spearman": 0.0}
    return 1 / classes if name == "balanced_accuracy" and classes else known.get(name)


def best_value(name: str) -> float:
    """Return what a faultless predictor scores."""
    return 0.0 if name.startswith("neg_") else 1.0


def metric_in_sentence(metric: str) -> str:
    """Return a metric's name as it is written inside a sentence: "balanced accuracy", but "ROC AUC"."""
    name = NAMES[metric]
    return name if name.startswith(PROPER) else name[0].lower() + name[1:]
