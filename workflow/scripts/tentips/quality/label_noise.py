"""How many labels are wrong: confident learning, what it flags without any wrong label, and a model of wrong labels."""

import dataclasses

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import chi2

from tentips.data.rows import Rows
from tentips.data.sampling import part_of

MOST_ROWS = 5000  # of more, whole groups are drawn
MOST_FEATURES = 2000  # those with the highest F on the training rows of each fold
TREES = 200
DRAWS = 200  # label sets without noise
FEWEST_OF_A_CLASS = 10  # independent units
FLOOR = 1e-6  # probabilities stay this far from 0 and 1
SHARES = np.linspace(0, 0.5, 201)  # of wrong labels that the likelihood is looked up at
ENOUGH = 20  # drawn label sets with as large a gain, after which no more are drawn
STEEPER = 6.0  # times the calibrated slope: 20 % wrong labels flatten that of classes with an AUC of 0.99 by 4.4
COLUMNS = ["share", "low", "high", "p_value", "confident", "confident_null", "confident_excess", "log_loss", "model", "n", "classes"]  # fmt: skip


def label_noise(rows: Rows, options: dict, confidence: float, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimate the share of wrong labels; return one row of estimates and the samples whose label is doubtful.

    `share` with its interval and p-value comes from `contaminated`; `confident` is the share by confident learning,
    `confident_null` what that gives on labels drawn from calibrated probabilities without any noise, and
    `confident_excess` the difference. Doubtful samples have `sample`, `label`, `suggested` and `doubt`, the probability that
    the label is wrong. Regression and classes of fewer than `FEWEST_OF_A_CLASS` groups give empty tables.
    """
    suspects = pd.DataFrame(columns=["sample", "label", "suggested", "doubt"])
    if not rows.classes or fewest_units(rows) < FEWEST_OF_A_CLASS:
        return pd.DataFrame(columns=COLUMNS), suspects
    rows = _drawn(rows, seed)
    predicted = {name: out_of_fold(rows, options, build) for name, build in _models(seed).items()}
    losses = {name: _loss(each, rows.truth) for name, each in predicted.items()}
    best = min(losses, key=losses.get)
    scores = np.log(np.clip(predicted[best], FLOOR, 1))
    found = contaminated(scores, rows.truth, rows.groups, confidence, seed)
    clean, noisy = found.pop("clean"), found.pop("without_noise")
    random = np.random.default_rng(seed)
    null = [confident_share(noisy, drawn_labels(noisy, rows.groups, random)) for _ in range(DRAWS)]
    seen = confident_share(noisy, rows.truth)
    record = {
        **found,
        "confident": seen,
        "confident_null": float(np.mean(null)),
        "confident_excess": seen - float(np.mean(null)),
        "log_loss": losses[best],
        "model": best,
        "n": len(rows.ids),
        "classes": len(rows.classes),
    }
    return pd.DataFrame([record], columns=COLUMNS), _suspects(rows, clean, found, suspects)


def fewest_units(rows: Rows) -> int:
    """Return the number of independent groups that hold the rarest class."""
    return min(len(np.unique(rows.groups[rows.truth == number])) for number in range(len(rows.classes)))


def confident_joint(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the estimated joint distribution of given label (rows) and true class (columns), summing to 1.

    Northcutt, Jiang and Chuang (2021, doi:10.1613/jair.1.12125), equations 1 to 3: a sample counts for the
    class whose probability reaches the mean that the class has among its own, for the most probable one where several do (as in
    the authors' library); rows are scaled to the labels' counts.
    """
    classes = probabilities.shape[1]
    thresholds = np.array([probabilities[labels == number, number].mean() for number in range(classes)])
    reached = probabilities >= thresholds - FLOOR
    confident = reached.any(axis=1)
    likely = np.where(reached.sum(axis=1) > 1, probabilities.argmax(axis=1), reached.argmax(axis=1))
    counts = np.zeros((classes, classes))
    np.add.at(counts, (labels[confident], likely[confident]), 1)
    own = np.bincount(labels, minlength=classes)
    np.fill_diagonal(counts, np.maximum(np.diagonal(counts), 1))
    joint = counts / counts.sum(axis=1, keepdims=True) * own[:, None]
    return joint / joint.sum()


def confident_share(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of wrong labels by confident learning; 0 where a class has no label left."""
    if len(np.unique(labels)) < probabilities.shape[1]:
        return 0.0
    return float(1 - np.trace(confident_joint(probabilities, labels)))


def contaminated(scores: np.ndarray, labels: np.ndarray, groups: np.ndarray, confidence: float, seed: int = 0) -> dict:
    """Fit a multinomial model whose labels are wrong with one probability, and return it with its profile-likelihood interval.

    `scores` are out-of-sample log probabilities, (samples, classes). The true class follows softmax(slope x score + level);
    a share of the labels is another class's (Copas 1988, doi:10.1111/j.2517-6161.1988.tb01723.x, for two classes). Overlap
    makes errors rare far from the border, wrong labels do not: that tells them apart, where classes are far enough from one
    another to have a far side. The slope is kept from becoming a step, to which any error is a wrong label. Rows of a group
    weigh as one. Returns share, low, high, p_value (likelihood ratio against labels drawn without noise, a parametric
    bootstrap; low is 0 where it does not reach the level), `clean` probabilities of the true class, and `without_noise`, those of
    the calibrated model whose share is 0.
    """
    weights = 1 / np.bincount(groups)[groups]
    start = np.array([1.0, *np.zeros(scores.shape[1] - 1)])
    first = _fit(scores, labels, weights, 0.0, start, 50.0)
    steepest, fits = STEEPER * first.x[0], [first]
    for share in SHARES[1:]:
        fits.append(_fit(scores, labels, weights, share, fits[-1].x, steepest))
    likelihood = -np.array([fitted.fun for fitted in fits])
    best = int(likelihood.argmax())
    near = np.flatnonzero(2 * (likelihood[best] - likelihood) <= chi2.ppf(confidence, 1))
    clean, noisy = _classes(scores, fits[best].x), _classes(scores, first.x)
    p = _bootstrap(scores, labels, groups, weights, noisy, steepest, seed) if best else 1.0
    low = float(SHARES[near[0]]) if p <= 1 - confidence else 0.0
    found = {"share": float(SHARES[best]), "low": low, "high": float(SHARES[near[-1]]), "p_value": p}
    return found | {"clean": clean, "without_noise": noisy}


def _bootstrap(scores, labels, groups, weights, noisy: np.ndarray, steepest: float, seed: int) -> float:
    """The p-value of the gain on labels drawn without noise; drawing ends at `ENOUGH` as large (Besag and Clifford 1991)."""
    random, seen, larger = np.random.default_rng(seed), _gain(scores, labels, weights, steepest), 0
    for drawn in range(1, DRAWS):
        larger += _gain(scores, drawn_labels(noisy, groups, random), weights, steepest) >= seen
        if larger == ENOUGH:
            return larger / drawn
    return (1 + larger) / DRAWS


def _gain(scores, labels, weights, steepest: float) -> float:
    """What a share of wrong labels adds to the log likelihood."""
    first = _fit(scores, labels, weights, 0.0, np.array([1.0, *np.zeros(scores.shape[1] - 1)]), steepest)
    return first.fun - _fit(scores, labels, weights, None, np.append(first.x, 0.1), steepest).fun


def drawn_labels(probabilities: np.ndarray, groups: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw a label for each row from its probabilities; rows of a group share the draw."""
    draw = random.random(groups.max() + 1)[groups]
    return np.minimum((probabilities.cumsum(axis=1) < draw[:, None]).sum(axis=1), probabilities.shape[1] - 1)


def out_of_fold(rows: Rows, options: dict, build) -> np.ndarray:
    """Return the probabilities (samples, classes) that models trained on the other folds give, groups apart."""
    predicted = np.zeros((len(rows.ids), len(rows.classes)))
    many = rows.table.shape[1] > MOST_FEATURES
    options = {**options, "select": MOST_FEATURES if many else None}
    inputs = rows.inputs
    for _, train, tune in rows.folds:
        prepare, model = rows.preparation(options), build()
        model.fit(prepare.fit_transform(inputs.iloc[train], rows.truth[train]), rows.truth[train])
        predicted[np.ix_(tune, model.classes_)] = model.predict_proba(prepare.transform(inputs.iloc[tune]))
    return predicted


def _models(seed: int) -> dict:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    return {
        "logistic regression": lambda: LogisticRegression(C=1.0, max_iter=2000),
        "logistic regression, strongly penalised": lambda: LogisticRegression(C=0.01, max_iter=2000),
        "random forest": lambda: RandomForestClassifier(TREES, min_samples_leaf=3, random_state=seed),
    }


def _drawn(rows: Rows, seed: int) -> Rows:
    part = rows.part(part_of(rows.groups, MOST_ROWS, seed))
    return dataclasses.replace(part, groups=np.unique(part.groups, return_inverse=True)[1])


def _loss(predicted: np.ndarray, labels: np.ndarray) -> float:
    return float(-np.log(np.clip(predicted[np.arange(len(labels)), labels], FLOOR, 1)).mean())


def _classes(scores: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    logits = parameters[0] * scores + np.append(0.0, parameters[1:])
    logits = logits - logits.max(axis=1, keepdims=True)
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def _fit(scores, labels, weights, share: float | None, start: np.ndarray, steepest: float):
    """Maximum likelihood of slope and levels for a share of wrong labels; without one it is the last parameter."""
    classes, own, free = scores.shape[1], np.arange(len(labels)), share is None
    target = np.eye(classes)[labels]

    def loss(parameters):
        wrong = parameters[-1] if free else share
        true = _classes(scores, parameters[:classes])
        chosen = true[own, labels]
        others = (1 - chosen) / (classes - 1)
        seen = np.maximum((1 - wrong) * chosen + wrong * others, 1e-300)
        outer = weights * (1 - wrong - wrong / (classes - 1)) * chosen / seen
        residual = outer[:, None] * (true - target)
        slope = np.append((residual * scores).sum(), residual.sum(axis=0)[1:])
        if free:
            slope = np.append(slope, (weights * (chosen - others) / seen).sum())
        return -(weights * np.log(seen)).sum(), slope

    bounds = [(1e-3, max(steepest, 2e-3)), *[(-50.0, 50.0)] * (classes - 1), *[(0.0, 0.5)] * free]
    return minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)


def _suspects(rows: Rows, clean: np.ndarray, found: dict, empty: pd.DataFrame) -> pd.DataFrame:
    """The samples whose label is more probably wrong than right, by Bayes' rule; none where no label need be wrong."""
    share = found["share"]
    if found["low"] == 0:
        return empty
    chosen = clean[np.arange(len(rows.truth)), rows.truth]
    others = share / (clean.shape[1] - 1) * (1 - chosen)
    doubt = others / ((1 - share) * chosen + others)
    other = np.where(np.eye(clean.shape[1])[rows.truth] == 1, -1, clean).argmax(axis=1)
    names = np.array(rows.classes, dtype=object)
    table = pd.DataFrame({"sample": rows.ids, "label": names[rows.truth], "suggested": names[other], "doubt": doubt})
    return table[doubt > 0.5].sort_values("doubt", ascending=False, kind="stable", ignore_index=True)
