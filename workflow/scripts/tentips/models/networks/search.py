"""Tune a network with Keras Tuner on the folds, several trials at a time in one pack, and refit it for several seeds."""

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import keras_tuner
import numpy as np
import pandas as pd
from keras_tuner.engine.base_tuner import BaseTuner

from tentips.data.preparation import preparation
from tentips.data.rows import Rows, fit_and_stop
from tentips.data.split import assert_disjoint
from tentips.jobs.job import log_line
from tentips.jobs.progress import Progress
from tentips.models.folds import Fold, check_metric, prepare_folds
from tentips.models.journal import Journal
from tentips.models.networks import mlp
from tentips.models.networks.pack import Member, Pack, Trained
from tentips.models.networks.shards import Shard, merged
from tentips.models.networks.train import train
from tentips.models.networks.views import Views
from tentips.models.trials import Trial, best_of
from tentips.statistics.scores import score

TOGETHER = {"random": 16, "bayesian": 1, "hyperband": 8}  # trials that are trained in one pack
OBJECTIVE = "score"
WHOLE = Shard()


class Workbench:
    """Turns settings into members on folds, trains them as one pack and scores them on the tuning rows."""

    def __init__(self, rows: Rows, config: dict, metric: str):
        self.rows, self.config, self.metric = rows, config, metric
        self.options = config["tuning"]
        check_metric(rows, metric)
        self.folds = prepare_folds(rows, config["preprocess"])
        self.views = Views(fold.matrix for fold in self.folds)
        self.stopping = [self._stopping(fold) for fold in self.folds]

    def try_all(self, wanted: list[tuple[dict, int, int]], packs: int = 1, largest: int = 0) -> list[Trial]:
        """Train (settings, epochs, seed) triples on every fold and return one Trial for each, with predictions.

        `packs` says how many packs of such trials there are going to be, `largest` how many trials the largest has.
        """
        began = time.monotonic()
        members, scales = [], []
        for settings, epochs, seed in wanted:
            for fold, (fit, stop) in zip(self.folds, self.stopping, strict=True):
                member, scale = self._member(settings, fold.number, fit, stop, seed + fold.number, epochs)
                members.append(member)
                scales.append(scale)
        rows, patience, precision = self.rows, self.options["patience"], self.config["compute"]["precision"]
        largest *= len(self.folds)
        progress = Progress(mlp.NAME, len(members), log_line, unit="networks of this pack")
        pack = Pack(self.views, members, rows.outputs, rows.task, patience, packs, largest, precision)
        trained = train(pack, progress.report)
        seconds = (time.monotonic() - began) / len(wanted)
        n = len(self.folds)
        return [
            self._trial(settings, epochs, seed, trained[n * i : n * i + n], scales[n * i : n * i + n], seconds)
            for i, (settings, epochs, seed) in enumerate(wanted)
        ]

    def _stopping(self, fold: Fold) -> tuple[np.ndarray, np.ndarray]:
        rows, seed = self.rows, self.options["seed"] + fold.number
        fit, stop = fit_and_stop(rows, fold.train, self.options["stopping_fraction"], seed)
        assert_disjoint(fit=rows.ids[fit], stop=rows.ids[stop], tune=rows.ids[fold.tune])
        assert_disjoint(fit=rows.groups[fit], stop=rows.groups[stop], tune=rows.groups[fold.tune])
        return fit, stop

    def _member(self, settings, view, fit, stop, seed, epochs) -> tuple[Member, tuple[float, float]]:
        targets, scale = standardised(self.rows, fit)
        weights = self.rows.class_weights(fit, self.config["models"]["class_weight"])
        return Member(settings, view, fit, stop, targets, seed, epochs, weights), scale

    def _trial(self, settings, allowed, seed, trained: list[Trained], scales, seconds) -> Trial:
        rows, scores, epochs = self.rows, [], []
        predictions = np.full((len(rows.ids), rows.outputs) if rows.classes else len(rows.ids), np.nan)
        for fold, member, (mean, spread) in zip(self.folds, trained, scales, strict=True):
            values = member.predictions[fold.tune]
            predictions[fold.tune] = values if rows.classes else values * spread + mean
            found = np.isfinite(predictions[fold.tune]).all()
            # A network that diverged predicts nothing; it loses rather than stopping the search.
            scores.append(score(self.metric, rows.truth[fold.tune], predictions[fold.tune]) if found else float("-inf"))
            epochs.append(member.best_epoch)
        extra = {
            "epochs_allowed": allowed,
            "epochs": float(np.mean(epochs)),
            "parameters": mlp.parameters(settings, self.views.features, rows.outputs),
        }
        return Trial(settings, scores, predictions, seconds, seed, extra)


class PackTuner(BaseTuner):
    """A Keras Tuner that asks its oracle for several trials at a time and trains them as one pack.

    Its state lies in `directory`, from where a killed search goes on; trials that were being trained are trained again.
    """

    def search(self, bench: Workbench, journal: Journal, shard: Shard, untuned: bool, deadline: float, report) -> None:
        """Run the shard's trials until it has its share, the oracle has no more, or `deadline` (monotonic) is over.

        With `untuned` the first pack holds the untuned network, too, as trial 0. Where time is limited it is the whole
        of the first pack, and packs are as large as the time left allows by what trials took until then.
        """
        self.oracle.verbose = 0
        options = bench.options
        tuner, epochs = options["tuner"], options["epochs"]
        size, proposals = TOGETHER[tuner], shard.proposals(tuner, options["trials"])
        packs = max(1, -(-(shard.share(options["trials"]) - shard.has_untuned) // size))
        limited, seconds = bool(options["minutes"]), []
        waiting = [(0, untuned_settings(), epochs)] if untuned else []
        while waiting or time.monotonic() < deadline:
            most = min(together(self.oracle, tuner), proposals - len(self.oracle.end_order))
            if limited:
                most = min(most, int((deadline - time.monotonic()) / np.mean(seconds)) + 1) if seconds else 1 - untuned
            asked = self._ask(most, shard, tuner)
            waiting += [
                (number, mlp.declare(each), each.values.get("tuner/epochs", epochs))
                for number, each in ((number, trial.hyperparameters) for number, trial in asked)
            ]
            if not waiting:
                break
            wanted = [(settings, allowed, seed_of(options["seed"], number)) for number, settings, allowed in waiting]
            # The untuned network joins the first pack: one more where packs are made for several.
            largest = size + 1 if size > 1 else size
            results = dict(zip((number for number, *_ in waiting), bench.try_all(wanted, packs, largest), strict=True))
            waiting = []
            seconds += [result.seconds for result in results.values()]
            for number, result in results.items():
                write_journal(journal, number, result)
            report(results)
            for number, trial in asked:
                self._end(trial, max(results[number].score, -1e9))
            self.keep()

    def keep(self) -> None:
        """Keep the state as it is between two packs: Keras Tuner writes in place, and a kill can leave half a file."""
        self.save()
        archive = shutil.make_archive(f"{self.project_dir}.fresh", "tar", self.project_dir)
        os.replace(archive, kept_state(self.project_dir))

    def _ask(self, most: int, shard: Shard, tuner: str) -> list[tuple]:
        asked = []
        while len(asked) < most:
            trial = self.oracle.create_trial(f"slot{len(asked)}")
            if trial.status != "RUNNING":
                break
            number = shard.trial_number(tuner, int(trial.trial_id))
            if number is None:
                # Random search does not look at scores.
                self._end(trial, 0.0)
            else:
                asked.append((number, trial))
        return asked

    def _end(self, trial, score: float) -> None:
        self.oracle.update_trial(trial.trial_id, {OBJECTIVE: score})
        trial.status = "COMPLETED"
        self.oracle.end_trial(trial)


def together(oracle, tuner: str) -> int:
    """Return how many trials the next pack holds.

    Random search looks at no score, and Hyperband promotes from whatever is finished. The Bayesian search learns from
    every score, and asked for several trials at once it finds less: only its random points are trained together.
    """
    random_points = oracle.num_initial_points - len(oracle.end_order) if tuner == "bayesian" else 0
    return max(TOGETHER[tuner], random_points)


def search(
    rows: Rows, config: dict, metric: str, journal: Journal, folder: str | Path, log_line, shards: Sequence[dict] = ()
) -> tuple[list[Trial], int]:
    """Try the untuned network and those that the tuner proposes; return the trials and the number of the best one.

    The untuned trial (number 0) and the best one carry out-of-fold predictions. Where `shards` have carried the trials
    out already, theirs are taken.
    """
    bench = Workbench(rows, config, metric)
    trials = merged(shards) if shards else run_trials(bench, journal, folder, log_line)
    ordered = [trials[number] for number in sorted(trials)]
    if len(ordered) < bench.options["trials"]:
        log_line(f"mlp: the search ended after {len(ordered)} of {bench.options['trials']} trials")
    best = best_of(ordered)
    for number in sorted({0, best}):
        trial = ordered[number]
        if trial.predictions is None:
            trial.predictions = bench.try_all([(trial.settings, trial.extra["epochs_allowed"], trial.seed)])[
                0
            ].predictions
    return ordered, best


def run_trials(
    bench: Workbench, journal: Journal, folder: str | Path, log_line, shard: Shard = WHOLE
) -> dict[int, Trial]:
    """Carry out the trials of a shard and return them by number.

    The search is resumed from `journal` and from the tuner's state in `folder`. Shards divide the time limit among them.
    """
    options, share = bench.options, shard.share(bench.options["trials"])
    trials = {number: read_journal(entry) for number, entry in journal.read().items()}
    if trials:
        log_line(f"mlp: {len(trials)} of {share} trials were finished before; going on")
    progress = Progress("mlp", share, log_line)
    deadline = time.monotonic() + 60 * options["minutes"] / shard.of if options["minutes"] else np.inf

    def report(found: dict[int, Trial]) -> None:
        trials.update(found)
        progress.report(len(trials), max(each.score for each in trials.values()))

    restore(Path(folder) / journal.fingerprint)
    tuner = PackTuner(oracle(bench.config, shard), directory=str(folder), project_name=journal.fingerprint)
    tuner.search(bench, journal, shard, shard.has_untuned and 0 not in trials, deadline, report)
    return trials


def kept_state(project: str | Path) -> Path:
    """Return where the state of the tuner that works in `project` is kept between packs."""
    return Path(f"{project}.tar")


def restore(project: Path) -> None:
    """Put back the state that was kept after the last whole pack; without one the tuner begins anew."""
    shutil.rmtree(project, ignore_errors=True)
    if kept_state(project).exists():
        shutil.unpack_archive(kept_state(project), project, filter="data")


def oracle(config: dict, shard: Shard = WHOLE):
    """Return the Keras Tuner oracle that the config asks for, over the multilayer perceptron's search space.

    Shards of a random search have one seed, those of a search that learns have one each.
    """
    space = keras_tuner.HyperParameters()
    mlp.declare(space)
    options = config["tuning"]
    common = {
        "objective": keras_tuner.Objective(OBJECTIVE, "max"),
        "hyperparameters": space,
        "seed": options["seed"] + 1 + (0 if options["tuner"] == "random" else 1_000_003 * (shard.number - 1)),
    }
    trials = max(shard.proposals(options["tuner"], options["trials"]), 1)
    match options["tuner"]:
        case "random":
            return keras_tuner.oracles.RandomSearchOracle(max_trials=trials, **common)
        case "bayesian":
            # Keras Tuner's own choice, three points per dimension, would make most searches random ones.
            return keras_tuner.oracles.BayesianOptimizationOracle(
                max_trials=trials, num_initial_points=max(3, trials // 3), **common
            )
        case "hyperband":
            return keras_tuner.oracles.HyperbandOracle(
                max_epochs=options["epochs"], factor=3, hyperband_iterations=100, **common
            )
    raise ValueError(f"no such tuner: {options['tuner']}")


def untuned_settings() -> dict:
    """Return the settings of the untuned network, the defaults of the search space."""
    return mlp.declare(keras_tuner.HyperParameters())


def seed_of(base: int, trial: int) -> int:
    """Return the seed of a trial: each trial has its own, so that a lucky seed cannot be told from good settings."""
    return base * 1_000_003 + trial * 1_009


def refit(rows: Rows, settings: dict, config: dict, seeds: list[int]):
    """Train the chosen network once per seed on all development rows, but for a slice that stops it (other per seed).

    Returns the fitted preparation, and per seed the trained member with weights that predict in the label's own unit.
    """
    options = config["tuning"]
    prepare = preparation(rows.inputs, config["preprocess"], rows.task).fit(rows.inputs, rows.truth)
    matrix = np.asarray(prepare.transform(rows.inputs), dtype="float32")
    members, scales = [], []
    for seed in seeds:
        fit, stop = fit_and_stop(rows, np.arange(len(rows.ids)), options["stopping_fraction"], seed)
        assert_disjoint(fit=rows.ids[fit], stop=rows.ids[stop])
        targets, scale = standardised(rows, fit)
        weights = rows.class_weights(fit, config["models"]["class_weight"])
        members.append(Member(settings, 0, fit, stop, targets, seed, options["epochs"], weights))
        scales.append(scale)
    precision = config["compute"]["precision"]
    trained = train(Pack(Views([matrix]), members, rows.outputs, rows.task, options["patience"], precision=precision))
    if not rows.classes:
        for member, (mean, spread) in zip(trained, scales, strict=True):
            member.weights[-2] = member.weights[-2] * np.float32(spread)
            member.weights[-1] = member.weights[-1] * np.float32(spread) + np.float32(mean)
            member.predictions = member.predictions * spread + mean
    return prepare, trained


def standardised(rows: Rows, fit: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """Return what a network is trained on: class numbers, or values with mean 0 and standard deviation 1 on `fit`."""
    if rows.classes:
        return rows.truth, (0.0, 1.0)
    mean, spread = float(rows.truth[fit].mean()), float(rows.truth[fit].std()) or 1.0
    return (rows.truth - mean) / spread, (mean, spread)


def history_table(member: Trained, repeat: int, seed: int) -> pd.DataFrame:
    """Return the training history: repeat, seed, epoch, loss, stop_loss, and whether the epoch is the chosen one."""
    epochs = np.arange(1, len(member.history["loss"]) + 1)
    return pd.DataFrame(
        {"repeat": repeat, "seed": seed, "epoch": epochs, **member.history, "chosen": epochs == member.best_epoch}
    )


def write_journal(journal: Journal, number: int, trial: Trial) -> None:
    """Write a finished trial to the journal."""
    journal.write(
        number, settings=trial.settings, scores=trial.scores, seconds=trial.seconds, seed=trial.seed, extra=trial.extra
    )


def read_journal(entry: dict) -> Trial:
    """Read a finished trial back; its predictions are made again where they are needed."""
    return Trial(entry["settings"], entry["scores"], None, entry["seconds"], entry["seed"], entry["extra"])


def clear(folder: str | Path) -> None:
    """Remove the tuner's state once the search is finished and its table written."""
    shutil.rmtree(folder, ignore_errors=True)
