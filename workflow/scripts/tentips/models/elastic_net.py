"""Logistic regression with an elastic net where features outnumber samples: scikit-learn's own solver is many times slower there."""

import numpy as np
from scipy.special import expit, log_softmax, softmax
from sklearn.linear_model import ElasticNet, LogisticRegression

STEPS = 25  # of Newton's method over all classes, at most
TOLERANCE = 1e-3  # share of the objective by which a step must lower it, or the fit ends; of its own scale in a step's least squares
FLATTEST = 1e-5  # least weight of a row in a Newton step, glmnet's own bound (Friedman, Hastie and Tibshirani 2010)
HALVINGS = 10  # of a step that would raise the objective


def fit_wide(model: LogisticRegression, matrix, truth, weights=None) -> None:
    """Fit `model`, whose `C` and `l1_ratio` are set, in place: it is then a plain fitted scikit-learn model.

    `matrix` is (rows, features), `truth` (rows,) class numbers, `weights` one per row or None. The objective is that of
    scikit-learn, the sum of the rows' weighted log losses times C, plus the penalty. It is minimised as glmnet does (Friedman, Hastie
    and Tibshirani 2010, doi:10.18637/jss.v033.i01): a Newton step for one class at a time, each a weighted least-squares problem with an elastic
    net, which scikit-learn's coordinate descent solves.
    """
    matrix = np.asfortranarray(matrix, dtype=float)
    classes, codes = np.unique(truth, return_inverse=True)
    if len(classes) < 2:
        raise ValueError("a classifier needs samples of two classes at least")
    targets = np.eye(len(classes))[codes] if len(classes) > 2 else codes[:, None].astype(float)
    weights = np.ones(len(codes)) if weights is None else np.asarray(weights, dtype=float)
    fit = _Fit(model.C, model.l1_ratio, matrix, targets, weights)
    values = [fit.objective()]
    while len(values) <= STEPS:
        values.append(fit.step())
        if values[-2] - values[-1] < TOLERANCE * values[-1]:
            break
    model.classes_, model.coef_, model.intercept_ = classes, fit.coefficients, fit.intercepts
    model.n_iter_, model.n_features_in_ = np.array([len(values) - 1], "int32"), matrix.shape[1]


class _Fit:
    """Coefficients (classes, features) and intercepts (classes,) on their way; one class stands for two."""

    def __init__(self, strength: float, l1_ratio: float, matrix, targets, weights):
        self.strength, self.l1_ratio = strength, l1_ratio
        self.matrix, self.targets, self.weights = matrix, targets, weights
        classes = targets.shape[1]
        self.coefficients, self.intercepts = np.zeros((classes, matrix.shape[1])), np.zeros(classes)
        self.scores = np.zeros(targets.shape)
        self.solvers = [ElasticNet(l1_ratio=l1_ratio, warm_start=True, tol=TOLERANCE) for _ in range(classes)]

    def objective(self, changed: int | None = None, coefficients=None, scores=None) -> float:
        """Return what is minimised; with the coefficients and scores of one class `changed` where they are given."""
        own, seen = self.coefficients, self.scores
        if changed is not None:
            own, seen = own.copy(), seen.copy()
            own[changed], seen[:, changed] = coefficients, scores
        if own.shape[0] > 1:
            losses = -(log_softmax(seen, axis=1) * self.targets).sum(axis=1)
        else:
            losses = np.logaddexp(0, seen[:, 0]) - self.targets[:, 0] * seen[:, 0]
        penalty = self.l1_ratio * np.abs(own).sum() + (1 - self.l1_ratio) / 2 * (own**2).sum()
        return float(self.strength * (self.weights * losses).sum() + penalty)

    def step(self) -> float:
        """Take one Newton step for each class; return the objective after it."""
        value = self.objective()
        for number, solver in enumerate(self.solvers):
            chances = softmax(self.scores, axis=1)[:, number] if len(self.solvers) > 1 else expit(self.scores[:, 0])
            curvature = np.maximum(chances * (1 - chances), FLATTEST)
            working = self.scores[:, number] + (self.targets[:, number] - chances) / curvature
            emphasis = self.weights * curvature
            solver.coef_, solver.alpha = self.coefficients[number].copy(), 1 / (self.strength * emphasis.sum())
            solver.fit(self.matrix, working, sample_weight=emphasis)
            ahead = solver.coef_ - self.coefficients[number]
            further, moved = solver.intercept_ - self.intercepts[number], solver.predict(self.matrix)
            for halving in range(HALVINGS):
                share = 0.5**halving
                own = self.coefficients[number] + share * ahead
                scores = self.scores[:, number] + share * (moved - self.scores[:, number])
                found = self.objective(number, own, scores)
                if found <= value:
                    self.coefficients[number], self.scores[:, number], value = own, scores, found
                    self.intercepts[number] += share * further
                    break
        return value
