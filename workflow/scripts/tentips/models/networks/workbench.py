"""Configurations of a network on the folds: trained as one pack, scored on the tuning rows."""

import time
from dataclasses import replace

import numpy as np

from tentips.data.rows import Rows
from tentips.data.split import assert_disjoint
from tentips.jobs.job import log_line
from tentips.jobs.progress import Progress
from tentips.models.folds import Fold, check_metric, prepare_folds
from tentips.models.networks import members
from tentips.models.networks.architecture import Architecture
from tentips.models.networks.pack import Member, Trained
from tentips.models.networks.train import train
from tentips.models.networks.views import Views
from tentips.models.recipe import Recipe
from tentips.models.trials import Trial
from tentips.statistics.scores import score


class Workbench:
    """Turns settings into members on folds, trains them as one pack and scores them on the tuning rows.

    `templates` holds for each fold a member without settings: its rows, targets and weights are those of every trial.
    """

    def __init__(self, architecture: Architecture, rows: Rows, recipe: Recipe, metric: str):
        self.architecture, self.rows, self.recipe, self.metric = architecture, rows, recipe, metric
        check_metric(rows, metric)
        self.folds = prepare_folds(rows, recipe.preprocess, architecture.preparation)
        self.views = Views(fold.matrix for fold in self.folds)
        architecture.check_inputs(self.views.shape)
        self.templates = [self._template(fold) for fold in self.folds]

    def try_all(self, wanted: list[tuple[dict, int, int]], packs: int = 1, largest: int = 0) -> list[Trial]:
        """Train (settings, epochs, seed) triples on every fold and return one Trial for each, with predictions.

        `packs` says how many packs of such trials there are going to be, `largest` how many trials the largest has.
        """
        began, n = time.monotonic(), len(self.folds)
        made = [
            replace(template, settings=settings, seed=seed + template.view, epochs=epochs)
            for settings, epochs, seed in wanted
            for template in self.templates
        ]
        progress = Progress(self.architecture.name, len(made), log_line, unit="networks of this pack")
        pack = members.pack(self.architecture, self.rows, self.views, made, self.recipe, packs, largest * n)
        trained = train(pack, progress.report)
        seconds = (time.monotonic() - began) / len(wanted)
        return [
            self._trial(settings, epochs, seed, trained[n * i : n * i + n], seconds)
            for i, (settings, epochs, seed) in enumerate(wanted)
        ]

    def _template(self, fold: Fold) -> Member:
        rows, seed = self.rows, self.recipe.tuning["seed"] + fold.number
        template = members.member(rows, {}, fold.train, seed, self.recipe, view=fold.number)
        assert_disjoint(fit=rows.ids[template.fit], stop=rows.ids[template.stop], tune=rows.ids[fold.tune])
        assert_disjoint(fit=rows.groups[template.fit], stop=rows.groups[template.stop], tune=rows.groups[fold.tune])
        return template

    def _trial(self, settings: dict, allowed: int, seed: int, trained: list[Trained], seconds: float) -> Trial:
        rows, scores, epochs = self.rows, [], []
        predictions = np.full((len(rows.ids), rows.outputs) if rows.classes else len(rows.ids), np.nan)
        for fold, template, member in zip(self.folds, self.templates, trained, strict=True):
            predictions[fold.tune] = template.unscaled(member.predictions[fold.tune])
            found = np.isfinite(predictions[fold.tune]).all()
            # A network that diverged predicts nothing; it loses rather than stopping the search.
            scores.append(score(self.metric, rows.truth[fold.tune], predictions[fold.tune]) if found else float("-inf"))
            epochs.append(member.best_epoch)
        extra = {
            "epochs_allowed": allowed,
            "epochs": float(np.mean(epochs)),
            "cut_off": sum(epoch >= allowed for epoch in epochs),
            "parameters": self.architecture.parameters(settings, self.views.shape, rows.outputs),
        }
        return Trial(settings, scores, predictions, seconds, seed, extra)
