"""The simpler models: what each one is, and the space its hyperparameters are searched in."""

from dataclasses import dataclass

from scipy.stats import loguniform, randint, uniform
from sklearn.base import BaseEstimator

TREES = 100
# Features that gradient boosting sees: those that go most with the labels of its training rows, by F test. Its time grows with
# features times bins; on 500 x 10,000 this is a hundred times faster, and ROC AUC was the same within its error (docs/results.md).
MOST_SCREENED = 500
# Training rows that a support vector machine sees, drawn at random: its time grows with their square (docs/results.md).
MOST_KERNEL_ROWS = 10_000
MOST_BINS, SCREENED_BINS = 255, 32  # of a histogram: scikit-learn's default and limit, and where features are screened


@dataclass(frozen=True)
class Baseline:
    """A simpler model: its name in words and its search space for scikit-learn's ParameterSampler.

    A hyperparameter that a task does not have is not in that task's space.
    """

    title: str
    classification: dict
    regression: dict

    def space(self, task: str) -> dict:
        """Return the distributions of the hyperparameters for `task`; empty where there is nothing to tune."""
        return self.classification if task == "classification" else self.regression


_REGULARISED = {"C": loguniform(1e-4, 1e3), "l1_ratio": [0.0, 0.5, 1.0]}
_TREES = {"max_features": uniform(0.05, 0.95), "min_samples_leaf": randint(1, 21), "max_depth": [None, 4, 8, 16]}
_NEIGHBOURS = {"n_neighbors": randint(1, 41), "weights": ["uniform", "distance"], "p": [1, 2]}
_KERNEL = {"C": loguniform(1e-2, 1e3), "gamma": loguniform(1e-5, 1e1)}
_BOOSTING = {
    "learning_rate": loguniform(0.01, 0.5),
    "max_iter": randint(20, 201),
    "max_leaf_nodes": randint(3, 64),
    "min_samples_leaf": randint(2, 41),
    "l2_regularization": loguniform(1e-6, 1e2),
    "max_features": uniform(0.1, 0.9),
}

BASELINES = {
    "dummy": Baseline("Trivial predictor", {}, {}),
    "logistic": Baseline(
        "Logistic regression", _REGULARISED, {"alpha": loguniform(1e-4, 1e1), "l1_ratio": [0.01, 0.1, 0.5, 1.0]}
    ),
    "random_forest": Baseline("Random forest", _TREES, _TREES),
    "nearest_neighbours": Baseline("Nearest-neighbour model", _NEIGHBOURS, _NEIGHBOURS),
    "naive_bayes": Baseline(
        "Naive Bayes",
        {"var_smoothing": loguniform(1e-12, 1.0)},
        {name: loguniform(1e-8, 1e2) for name in ("alpha_1", "alpha_2", "lambda_1", "lambda_2")},
    ),
    "svm": Baseline("Support vector machine", _KERNEL, {**_KERNEL, "epsilon": loguniform(1e-3, 1.0)}),
    "gradient_boosting": Baseline("Gradient boosting", _BOOSTING, _BOOSTING),
}
REGRESSION_TITLES = {"logistic": "Elastic net", "naive_bayes": "Bayesian ridge"}


def title(name: str, task: str) -> str:
    """Return a model's name in words."""
    if task == "regression" and name in REGRESSION_TITLES:
        return REGRESSION_TITLES[name]
    return BASELINES[name].title


def estimator(
    name: str, task: str, settings: dict, seed: int, threads: int = 1, smallest_part: int = 1000
) -> BaseEstimator:
    """Return the unfitted model with `settings` over scikit-learn's defaults, which are the untuned model.

    `smallest_part` is the number of training rows in the smallest fold: nearest neighbours cannot ask for more.
    Numeric labels are standardised inside the model, so that regularisation means the same for every unit.
    """
    build = _classifier if task == "classification" else _regressor
    return build(name, dict(settings), seed, threads, smallest_part)


def _classifier(name, settings, seed, threads, smallest_part) -> BaseEstimator:
    match name:
        case "dummy":
            from sklearn.dummy import DummyClassifier

            return DummyClassifier(strategy="prior")
        case "logistic":
            from sklearn.linear_model import LogisticRegression

            # saga is the solver that knows the L1 penalty; lbfgs is the default and faster.
            solver = "saga" if settings.get("l1_ratio", 0.0) > 0 else "lbfgs"
            tolerance = 1e-3 if solver == "saga" else 1e-4
            return LogisticRegression(solver=solver, tol=tolerance, max_iter=1000, random_state=seed, **settings)
        case "random_forest":
            from sklearn.ensemble import RandomForestClassifier

            return RandomForestClassifier(n_estimators=TREES, n_jobs=threads, random_state=seed, **settings)
        case "nearest_neighbours":
            from sklearn.neighbors import KNeighborsClassifier

            return KNeighborsClassifier(**_fewer_neighbours(settings, smallest_part))
        case "naive_bayes":
            from sklearn.naive_bayes import GaussianNB

            return GaussianNB(**settings)
        case "svm":
            from sklearn.calibration import CalibratedClassifierCV
            from sklearn.svm import SVC

            # Platt's sigmoid on out-of-fold decision values; the margin itself is fitted on all rows.
            return CalibratedClassifierCV(SVC(random_state=seed, **settings), method="sigmoid", cv=3, ensemble=False)
        case "gradient_boosting":
            from sklearn.ensemble import HistGradientBoostingClassifier
            from sklearn.feature_selection import f_classif

            return _screened(
                f_classif, HistGradientBoostingClassifier(early_stopping=False, random_state=seed, **settings)
            )
    raise ValueError(f"no such baseline: {name}")


def _regressor(name, settings, seed, threads, smallest_part) -> BaseEstimator:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler

    match name:
        case "dummy":
            from sklearn.dummy import DummyRegressor

            return DummyRegressor(strategy="mean")
        case "logistic":
            from sklearn.linear_model import ElasticNet

            model = ElasticNet(random_state=seed, max_iter=5000, tol=1e-3, **settings)
        case "random_forest":
            from sklearn.ensemble import RandomForestRegressor

            model = RandomForestRegressor(n_estimators=TREES, n_jobs=threads, random_state=seed, **settings)
        case "nearest_neighbours":
            from sklearn.neighbors import KNeighborsRegressor

            model = KNeighborsRegressor(**_fewer_neighbours(settings, smallest_part))
        case "naive_bayes":
            from sklearn.linear_model import BayesianRidge

            model = BayesianRidge(**settings)
        case "svm":
            from sklearn.svm import SVR

            model = SVR(**settings)
        case "gradient_boosting":
            from sklearn.ensemble import HistGradientBoostingRegressor
            from sklearn.feature_selection import f_regression

            model = _screened(
                f_regression, HistGradientBoostingRegressor(early_stopping=False, random_state=seed, **settings)
            )
        case _:
            raise ValueError(f"no such baseline: {name}")
    return TransformedTargetRegressor(model, transformer=StandardScaler())


def _screened(score, boosting: BaseEstimator) -> BaseEstimator:
    """Put a choice of features in front: boosted trees take time for each feature in each split, however little it tells."""
    from sklearn.feature_selection import SelectKBest
    from sklearn.pipeline import Pipeline

    return Pipeline([("screen", SelectKBest(score, k="all")), ("trees", boosting)])


def _fewer_neighbours(settings: dict, rows: int) -> dict:
    return {**settings, "n_neighbors": min(settings.get("n_neighbors", 5), rows)}
