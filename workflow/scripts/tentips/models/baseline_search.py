"""Tune one baseline on the folds, and refit it on all development rows."""

import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import ParameterSampler
from sklearn.pipeline import Pipeline

from tentips.data.rows import Rows
from tentips.data.sampling import in_proportion
from tentips.data.split import LEAST_OF_A_CLASS
from tentips.jobs.progress import Progress
from tentips.models.baselines import BASELINES, MOST_BINS, MOST_KERNEL_ROWS, MOST_SCREENED, SCREENED_BINS, estimator
from tentips.models.elastic_net import fit_wide
from tentips.models.folds import Fold, check_metric
from tentips.models.journal import Journal
from tentips.models.recipe import Recipe
from tentips.models.trials import Trial, best_of
from tentips.statistics.scores import score

TAKES_NO_WEIGHTS = ("nearest_neighbours", "dummy")
WEIGHTS_OF = {"gradient_boosting": "trees__sample_weight"}  # of what is not "sample_weight"


def configurations(name: str, task: str, trials: int, seed: int) -> list[dict]:
    """Return the configurations to try: first the untuned one (scikit-learn's defaults), then random ones.

    A model without hyperparameters has one configuration.
    """
    space = BASELINES[name].space(task)
    if not space or trials == 1:
        return [{}]
    drawn = ParameterSampler(space, n_iter=trials - 1, random_state=seed)
    return [{}, *({key: _plain(value) for key, value in settings.items()} for settings in drawn)]


def search(
    name: str, rows: Rows, folds: list[Fold], recipe: Recipe, metric: str, journal: Journal, log_line, threads: int = 1
) -> tuple[list[Trial], int]:
    """Try every configuration of `name` on every one of the prepared `folds`; return the trials and the number of the best one.

    The untuned configuration and the best one carry out-of-fold predictions. Trials found in `journal` are not repeated.
    """
    options = recipe.tuning
    check_metric(rows, metric)
    wanted = configurations(name, rows.task, options["trials"], options["seed"])
    smallest = min(len(fold.train) for fold in folds)
    done, progress = journal.read(), Progress(name, len(wanted), log_line)
    if done:
        log_line(f"{name}: {len(done)} of {len(wanted)} trials were finished before; going on")
    deadline = time.monotonic() + 60 * options["minutes"] if options["minutes"] else np.inf
    trials: list[Trial] = []
    for number, settings in enumerate(wanted):
        if number in done and done[number].get("settings") == settings:
            trials.append(Trial(settings, done[number]["scores"], None, done[number]["seconds"], options["seed"]))
            continue
        if number > 0 and time.monotonic() > deadline:
            log_line(f"{name}: the time limit of {options['minutes']} minutes is reached after {number} trials")
            break
        model = estimator(name, rows.task, settings, options["seed"], threads, smallest)
        trial = try_on_folds(model, name, settings, rows, folds, metric, recipe)
        trial.seed = options["seed"]
        journal.write(number, settings=settings, scores=trial.scores, seconds=trial.seconds)
        trials.append(trial)
        progress.report(len(trials), max(trial.score for trial in trials))
    best = best_of(trials)
    for number in {0, best}:
        if trials[number].predictions is None:
            model = estimator(name, rows.task, trials[number].settings, options["seed"], threads, smallest)
            trials[number].predictions = try_on_folds(
                model, name, trials[number].settings, rows, folds, metric, recipe
            ).predictions
    return trials, best


def refit(name: str, rows: Rows, settings: dict, recipe: Recipe, threads: int = 1) -> Pipeline:
    """Fit preparation and model with `settings` on all development rows."""
    everything = np.arange(len(rows.ids))
    model = estimator(name, rows.task, settings, recipe.tuning["seed"], threads, len(everything))
    prepare = rows.preparation(recipe.preprocess)
    pipeline = Pipeline([("prepare", prepare), ("model", model)])
    matrix = prepare.fit_transform(rows.inputs, rows.truth)
    fit(model, name, matrix, rows.truth, rows.class_weights(everything, recipe.class_weight))
    return pipeline


def predict(model, matrix, classes: list[str]) -> np.ndarray:
    """Return probabilities (rows, classes), or values (rows,) where there are no classes."""
    return model.predict_proba(matrix) if classes else model.predict(matrix)


def try_on_folds(model, name: str, settings: dict, rows: Rows, folds: list[Fold], metric: str, recipe: Recipe) -> Trial:
    """Fit an unfitted `model` on the training rows of each fold; return the trial with its scores and predictions of tuning rows."""
    began = time.monotonic()
    shape = (len(rows.ids), rows.outputs) if rows.classes else (len(rows.ids),)
    predictions, scores = np.full(shape, np.nan), []
    for fold in folds:
        weights = rows.class_weights(fold.train, recipe.class_weight)
        fit(
            model,
            name,
            fold.matrix[fold.train],
            rows.truth[fold.train],
            None if weights is None else weights[fold.train],
        )
        predictions[fold.tune] = predict(model, fold.matrix[fold.tune], rows.classes)
        scores.append(score(metric, rows.truth[fold.tune], predictions[fold.tune]))
    return Trial(settings, scores, predictions, time.monotonic() - began)


def fit(model, name: str, matrix, truth, weights) -> None:
    """Fit `model`, with `weights` (one per row, or None) where it takes any."""
    if name == "gradient_boosting":
        _fit_size(model, *matrix.shape)
    if name == "svm" and len(matrix) > MOST_KERNEL_ROWS:
        classes = np.zeros(len(truth)) if np.issubdtype(truth.dtype, np.floating) else truth
        kept = in_proportion(classes, MOST_KERNEL_ROWS, LEAST_OF_A_CLASS, seed=0)
        matrix, truth, weights = matrix[kept], truth[kept], None if weights is None else weights[kept]
    weighted = {} if weights is None or name in TAKES_NO_WEIGHTS else {WEIGHTS_OF.get(name, "sample_weight"): weights}
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        # A configuration that does not converge scores what it scores; the best one is looked at, not every one.
        warnings.simplefilter("ignore", ConvergenceWarning)
        # A feature that is constant in a fold goes with no label, and is screened out.
        warnings.filterwarnings("ignore", "Features .* are constant")
        if getattr(model, "solver", None) == "saga" and matrix.shape[1] > matrix.shape[0]:
            fit_wide(model, matrix, truth, weights)
        else:
            model.fit(matrix, truth, **weighted)


def _fit_size(model, rows: int, features: int) -> None:
    """Fit gradient boosting to the size of the data.

    Its histograms have no more bins than there are rows: the same trees, several times faster on few rows. Of more than
    `MOST_SCREENED` features it sees those that go most with the labels of these rows, in coarser histograms.
    """
    wide = features > MOST_SCREENED
    bins = min(SCREENED_BINS if wide else MOST_BINS, max(rows, 2))
    inner = getattr(model, "regressor", model)
    inner.set_params(screen__k=MOST_SCREENED if wide else "all", trees__max_bins=bins)


def _plain(value):
    return value.item() if hasattr(value, "item") else value
