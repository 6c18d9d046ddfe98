"""What was declared to be searched: each hyperparameter's range or values, as best.json holds them, and whether a value is on an edge.

A hyperparameter is {"low", "high", "logarithmic", "whole"} or {"values"}.
"""

import numpy as np

NEAR_EDGE = 0.02  # share of a hyperparameter's range, on its own scale
LEAST_VALUES = 3  # of fewer each would be an edge
# Ends beyond which there is nothing: 0, 1, or as good as off.
NOTHING_BEYOND = {
    "low": (
        "layers",
        "units",
        "dropout",
        "l2",
        "l2_regularization",
        "l1_ratio",
        "n_neighbors",
        "min_samples_leaf",
        "p",
    ),
    "high": ("max_features", "l1_ratio"),
}


def of_distributions(space: dict) -> dict[str, dict]:
    """Return what is declared by distributions of SciPy and lists, as scikit-learn's ParameterSampler takes them."""
    return {
        name: _of_distribution(over) if hasattr(over, "support") else {"values": list(over)}
        for name, over in space.items()
    }


def of_hyperparameters(space: list) -> dict[str, dict]:
    """Return what is declared on Keras Tuner's `HyperParameters`, whose `space` is taken. What is fixed is not searched."""
    found = {}
    for each in space:
        kind = type(each).__name__
        if kind in ("Int", "Float"):
            whole = kind == "Int"
            found[each.name] = {
                "low": each.min_value,
                "high": each.max_value,
                "logarithmic": each.sampling != "linear",
                "whole": whole,
            }
        elif kind in ("Choice", "Boolean"):
            found[each.name] = {"values": [False, True] if kind == "Boolean" else list(each.values)}
    return found


def searched(space: dict[str, dict]) -> list[str]:
    """Return the hyperparameters that may take more than one value."""
    return [name for name, of in space.items() if ends(of) is None or ends(of)[0] != ends(of)[1]]


def ends(declared: dict) -> tuple[float, float] | None:
    """Return the lowest and highest value; None where values have no order."""
    if "low" in declared:
        return declared["low"], declared["high"]
    values = declared["values"]
    if any(isinstance(value, bool) or not isinstance(value, (int, float)) for value in values):
        return None
    return min(values), max(values)


def edge(name: str, value, declared: dict) -> str | None:
    """Return the end of its range, low or high, on which a value lies and beyond which others may lie; None if on none."""
    span = ends(declared)
    if span is None or isinstance(value, (bool, str)) or value is None or span[0] == span[1]:
        return None
    if len(set(declared.get("values", range(LEAST_VALUES)))) < LEAST_VALUES:
        return None
    low, high = map(float, span)
    if declared.get("logarithmic"):
        value, low, high = np.log([value, low, high])
    near = NEAR_EDGE if not declared.get("whole") and "values" not in declared else 0.0
    place = (float(value) - low) / (high - low)
    found = "low" if place <= near else "high" if place >= 1 - near else None
    return None if found is None or name in NOTHING_BEYOND[found] else found


def _of_distribution(over) -> dict:
    """`over` is a frozen distribution of SciPy: uniform, loguniform or randint."""
    low, high = (each.item() if hasattr(each, "item") else each for each in over.support())
    return {
        "low": low,
        "high": high,
        "logarithmic": over.dist.name == "loguniform",
        "whole": over.dist.name == "randint",
    }
