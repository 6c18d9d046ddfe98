"""The chosen network trained with differential privacy: what it costs in score, and what it does to membership inference.

Development rows only. Epsilon is that of training the weights, one time; what else has seen the same samples is told by
`tuning_epsilon`.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.models.networks import members
from tentips.models.networks.architecture import Architecture
from tentips.models.networks.private_descent import Descent, private_settings, train_privately
from tentips.models.networks.views import Views
from tentips.models.networks.workbench import Workbench
from tentips.models.recipe import Recipe
from tentips.privacy import accountant, shadows
from tentips.privacy.likelihood_ratio import attack_shadows, first_of_units, fit_of
from tentips.privacy.recognition import recognition
from tentips.statistics.intervals import score_interval

LEVELS = 8.0, 3.0, 1.0  # weak, usual and strong (Ponomareva et al. 2023, arXiv:2303.00654, section 5.2)
# Of 100 steps, norm 1 and rates from 0.25 to 4 these did best at all levels on wdbc and two simulated tables, and it is known
# that large batches do (Ponomareva et al. 2023). The study's own samples choose none of them: that would cost privacy.
STEPS, NORM, LEARNING_RATE, EXPECTED_UNITS, LARGEST_RATE = 100, 1.0, 0.25, 256, 0.5
PRIVATE_SEED = 800_000  # of the first private network
COLUMNS = [
    "model",
    "epsilon",
    "delta",
    "noise_multiplier",
    "sampling_rate",
    "steps",
    "clipping_norm",
    "tuning_epsilon",
    "measure",
    "value",
    "low",
    "high",
    "units",
]
ATTACKED = ("roc_auc", "tpr_at_0.01")
RESAMPLES = 300


def default_delta(units: int) -> float:
    """Return delta where none is declared: units^-1.1 (Ponomareva et al. 2023, section 5.1)."""
    return float(units**-1.1)


def descents(epsilon: float, delta: float, units: int) -> dict[float | None, Descent | None]:
    """Return how the network is trained at each epsilon, the weakest first; None is training without privacy.

    `units` are those that a fold's training rows hold.
    """
    rate, found = min(LARGEST_RATE, EXPECTED_UNITS / units), {None: None}
    for level in sorted({*LEVELS, float(epsilon)}, reverse=True):
        noise = accountant.noise_for(level, delta, rate, STEPS)
        found[level] = Descent(noise, rate, STEPS, NORM, LEARNING_RATE)
    return found


def tuning_epsilon(descent: Descent, delta: float, trials: int, folds: int) -> float:
    """Return what epsilon would be if the networks of the search had been trained with the same noise.

    Every unit is among the training rows of `folds` - 1 networks of each trial, and of the final one.
    """
    trained = 1 + trials * max(folds - 1, 1)
    return accountant.by_moments(descent.noise, descent.rate, descent.steps * trained, delta)


class PrivateNetworks:
    """Trains one architecture with the chosen settings, with privacy and without, on folds and on halves."""

    def __init__(self, architecture: Architecture, settings: dict, rows: Rows, recipe: Recipe, metric: str):
        self.architecture, self.settings, self.rows, self.recipe = architecture, settings, rows, recipe
        self.metric = metric
        self.bench = Workbench(architecture, rows, recipe, metric)

    def out_of_fold(self, descent: Descent | None, seeds: int) -> list[np.ndarray]:
        """Return the out-of-fold predictions of each seed."""
        wanted = [members.seed_of(self.recipe.tuning["seed"], PRIVATE_SEED + seed) for seed in range(seeds)]
        if descent is None:
            epochs = self.recipe.tuning["epochs"]
            return [
                trial.predictions for trial in self.bench.try_all([(self.settings, epochs, each) for each in wanted])
            ]
        return [self._private(descent, seed) for seed in wanted]

    def of_halves(self, inside: np.ndarray, descent: Descent | None) -> np.ndarray:
        """Return the predictions of networks that were trained on each half, as `shadows.of_network` does."""
        rows, recipe = self.rows, self.recipe
        if descent is None:
            return shadows.of_network(self.architecture.name, self.settings, rows, inside, recipe)
        found = []
        halves = shadows.prepared(rows, inside, recipe.preprocess, self.architecture.preparation)
        for number, (learned, matrix) in enumerate(halves):
            seed = members.seed_of(recipe.tuning["seed"], PRIVATE_SEED + shadows.SHADOW_SEED + number)
            found.append(self._trained(descent, learned, matrix.astype("float32"), seed))
        return np.stack(found)

    def _private(self, descent: Descent, seed: int) -> np.ndarray:
        rows = self.rows
        predictions = np.full((len(rows.ids), rows.outputs) if rows.classes else len(rows.ids), np.nan)
        for fold in self.bench.folds:
            trained = self._trained(descent, fold.train, fold.matrix.astype("float32"), seed + fold.number)
            predictions[fold.tune] = trained[fold.tune]
        return predictions

    def _trained(self, descent: Descent, learned: np.ndarray, matrix: np.ndarray, seed: int) -> np.ndarray:
        member = members.unstopped(self.rows, private_settings(self.settings), learned, seed, self.recipe)
        pack = members.pack(self.architecture, self.rows, Views([matrix]), [member], self.recipe)
        return member.unscaled(train_privately(pack, self.rows.groups, descent)[0].predictions)


def attack_measures(predictions: np.ndarray, rows: Rows, inside: np.ndarray, confidence: float, seed: int) -> dict:
    """Return how well it is recognised whom networks trained like this know: the stronger of both attacks, by measure.

    `predictions` are those of networks trained on the halves `inside`, each attacked with the help of the others.
    """
    fits = fit_of(predictions, rows.truth, rows.classes)
    known = first_of_units(inside, rows.groups)
    found = [
        recognition(scores, known, confidence, RESAMPLES, seed).measures
        for scores in attack_shadows(fits, inside, rows.groups).values()
    ]
    return {name: max((each[name] for each in found), key=lambda interval: interval.low) for name in ATTACKED}


def private_table(
    networks: PrivateNetworks,
    epsilon: float,
    delta: float,
    inside: np.ndarray | None,
    evaluation: dict,
    log_line: Callable[[str], None],
) -> pd.DataFrame:
    """Return score and recognition by epsilon, one row for each level and measure.

    `inside` are halves for membership inference without privacy and at the epsilon that is asked for; None where it is not
    tried. `evaluation` holds confidence.
    """
    rows, tuning, confidence = networks.rows, networks.recipe.tuning, evaluation["confidence"]
    folds = int(rows.fold.max()) + 1
    units = len(np.unique(rows.groups))
    fewest = min(len(np.unique(rows.groups[train])) for _, train, _ in rows.folds)
    records = []
    for level, descent in descents(epsilon, delta, fewest).items():
        log_line(f"private training: epsilon {'none' if level is None else f'{level:g}'}")
        found = networks.out_of_fold(descent, tuning["seeds"])
        measures = {networks.metric: score_interval(networks.metric, rows.truth, found, rows.groups, confidence)}
        if inside is not None and level in (None, float(epsilon)):
            attacked = networks.of_halves(inside, descent)
            own = attack_measures(attacked, rows, inside, confidence, tuning["seed"])
            measures |= {f"attack_{name}": interval for name, interval in own.items()}
        head = [networks.architecture.name, level]
        head += (
            [np.nan] * 6
            if descent is None
            else [
                delta,
                descent.noise,
                descent.rate,
                descent.steps,
                descent.norm,
                tuning_epsilon(descent, delta, tuning["trials"], folds),
            ]
        )
        records += [[*head, name, each.value, each.low, each.high, units] for name, each in measures.items()]
    return pd.DataFrame(records, columns=COLUMNS)
