"""A transform of numbers that is chosen by the training rows, anew in every fold and refit."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone

FOLDS, REPEATS, SEED = 3, 3, 0
MOST_ROWS = 1000
MOST_COLUMNS = 500  # those that vary most in logarithms
PENALTIES = (10.0, 100.0, 1000.0)  # of squared coefficients; columns have a standard deviation of 1
FEWEST = 5  # rows of a class, or values for each fold of a regression; less is not compared


class TunedTransform(TransformerMixin, BaseEstimator):
    """Chooses among transforms by how well a linear model predicts the label from each, in cross-validation on the rows it is fitted on.

    `candidates` are (name, transformer), the simplest first. The score is the mean log-likelihood of logistic regression, or R2 of
    ridge regression, at the best of three penalties. The first candidate within one standard error of the best is taken (Breiman et
    al. 1984), and the first of all where the best is not better than class frequencies or the mean by its standard error, corrected
    for training rows that folds share (Nadeau and Bengio 2003). Without a choice, because a value is negative or rows are few, the
    first is taken. Folds are of rows: groups are not known here.

    Shape (samples, features) to the same. After `fit`: `chosen_`, a name; `scores_`, the mean score of each candidate compared.
    """

    def __init__(self, candidates: list, task: str = "classification"):
        self.candidates = candidates
        self.task = task

    def fit(self, X, y):
        """Choose by the labels of these rows, class numbers or values, and fit the chosen transform on all of them."""
        values, truth, known = np.asarray(X, dtype=float), np.asarray(y), dict(self.candidates)
        self.n_features_in_ = values.shape[1]
        classes = self.task == "classification"
        rows, columns = _rows(truth, classes), np.array([])
        if len(known) > 1 and len(rows) and not (values < 0).any():
            columns = _columns(values[rows])
        self.scores_, self.chosen_ = {}, next(iter(known))
        if len(columns):
            truth = np.unique(truth[rows], return_inverse=True)[1] if classes else truth[rows]
            # All columns are transformed: a centred log-ratio is centred on all of them.
            matrices = {name: clone(each).fit_transform(values[rows])[:, columns] for name, each in known.items()}
            scores = {name: _scores(matrix, truth, classes) for name, matrix in matrices.items()}
            self.scores_ = {name: float(found.mean()) for name, found in scores.items()}
            self.chosen_ = simplest(scores, _by_chance(truth, classes))
        self.transform_ = clone(known[self.chosen_]).fit(X)
        return self

    def transform(self, X):
        """Transform by what was chosen."""
        return self.transform_.transform(X)

    def get_feature_names_out(self, input_features=None):
        """Return the names unchanged."""
        return np.asarray(input_features, dtype=object)


def simplest(scores: dict[str, np.ndarray], chance: float) -> str:
    """Return the first candidate whose scores on the same folds are within one standard error of the best one's.

    The very first where the best is not one corrected standard error better than `chance`. `scores` are (repeats x folds,) of each.
    """
    best = max(scores, key=lambda name: scores[name].mean())
    # Test rows for each training row are 1 / (FOLDS - 1).
    if scores[best].mean() - chance <= _error(scores[best], 1 / (FOLDS - 1)):
        return next(iter(scores))
    # Without the correction: where there is a signal, a scale that holds it back costs more than one that does not help.
    return next(name for name in scores if (scores[best] - scores[name]).mean() <= _error(scores[best] - scores[name]))


def _error(values: np.ndarray, shared: float = 0.0) -> float:
    """Standard error of the mean over folds, with what training rows that they share add to it."""
    return float(np.sqrt(values.var(ddof=1) * (1 / len(values) + shared)))


def _rows(truth: np.ndarray, classes: bool) -> np.ndarray:
    """The rows that are compared on: at most `MOST_ROWS`, of classes that are in several; none where there are too few."""
    rows = np.arange(len(truth))
    if classes:
        _, codes, counts = np.unique(truth, return_inverse=True, return_counts=True)
        rows = rows[counts[codes] >= FEWEST]
    rows = np.random.default_rng(SEED).permutation(rows)[:MOST_ROWS]
    if classes and len(rows):
        _, codes, counts = np.unique(truth[rows], return_inverse=True, return_counts=True)
        rows = rows[counts[codes] >= FOLDS]
    enough = len(np.unique(truth[rows])) > 1 and len(rows) >= FEWEST * FOLDS
    return np.sort(rows) if enough else rows[:0]


def _columns(values: np.ndarray) -> np.ndarray:
    """The columns that vary most in logarithms, missing values left out; none that do not vary."""
    logs = np.log1p(values)
    present = np.isfinite(logs)
    counts = np.maximum(present.sum(axis=0), 1)
    logs = np.where(present, logs, 0.0)
    logs = np.where(present, logs - logs.sum(axis=0) / counts, 0.0)
    variance = np.square(logs).sum(axis=0) / counts
    columns = np.argsort(-variance, kind="stable")[:MOST_COLUMNS]
    return np.sort(columns[variance[columns] > 0])


def _scores(matrix: np.ndarray, truth: np.ndarray, classes: bool) -> np.ndarray:
    """The score on each fold, (repeats x folds,), at the penalty with the highest mean."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from tentips.statistics.scores import score

    split, scores = (RepeatedStratifiedKFold if classes else RepeatedKFold), []
    for train, test in split(n_splits=FOLDS, n_repeats=REPEATS, random_state=SEED).split(matrix, truth):
        prepare = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler())
        own, other, found = prepare.fit_transform(matrix[train]), prepare.transform(matrix[test]), []
        for penalty in PENALTIES:
            model = LogisticRegression(C=1 / penalty, max_iter=500) if classes else Ridge(penalty)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(own, truth[train])
            predicted = model.predict_proba(other) if classes else model.predict(other)
            found.append(score("neg_log_loss" if classes else "r2", truth[test], predicted))
        scores.append(found)
    scores = np.array(scores)
    return scores[:, scores.mean(axis=0).argmax()]


def _by_chance(truth: np.ndarray, classes: bool) -> float:
    """The score of class frequencies, or of the mean."""
    if not classes:
        return 0.0
    shares = np.bincount(truth) / len(truth)
    return float(shares @ np.log(shares))
