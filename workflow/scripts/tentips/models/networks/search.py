"""Tune a network with Keras Tuner on the folds, several trials at a time in one pack."""

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import keras_tuner
import numpy as np
from keras_tuner.engine.base_tuner import BaseTuner
from sklearn import config_context
from threadpoolctl import threadpool_limits

from tentips.jobs.progress import Progress
from tentips.models.journal import Journal
from tentips.models.networks.architecture import Architecture
from tentips.models.networks.members import seed_of
from tentips.models.networks.shards import Shard, merged
from tentips.models.networks.workbench import Workbench
from tentips.models.search_space import of_hyperparameters
from tentips.models.trials import Trial, best_of

TOGETHER = {"random": 16, "bayesian": 1, "hyperband": 8}  # trials that are trained in one pack
OBJECTIVE = "score"
WHOLE = Shard()


class PackTuner(BaseTuner):
    """A Keras Tuner that asks its oracle for several trials at a time and trains them as one pack.

    Its state lies in `directory`, from where a killed search goes on; trials that were being trained are trained again.
    """

    def search(
        self, bench: Workbench, journal: Journal, shard: Shard, with_untuned: bool, deadline: float, report
    ) -> None:
        """Run the shard's trials until it has its share, the oracle has no more, or `deadline` (monotonic) is over.

        With `with_untuned` the first pack holds the untuned network, too, as trial 0. Where time is limited it is the whole
        of the first pack, and packs are as large as the time left allows by what trials took until then.
        """
        self.oracle.verbose = 0
        options, architecture = bench.recipe.tuning, bench.architecture
        tuner, epochs = options["tuner"], options["epochs"]
        size, proposals = TOGETHER[tuner], shard.proposals(tuner, options["trials"])
        packs = max(1, -(-(shard.share(options["trials"]) - shard.has_untuned) // size))
        limited, seconds = bool(options["minutes"]), []
        waiting = [(0, untuned(architecture), epochs)] if with_untuned else []
        while waiting or time.monotonic() < deadline:
            most = min(together(self.oracle, tuner), proposals - len(self.oracle.end_order))
            if limited:
                most = (
                    min(most, int((deadline - time.monotonic()) / np.mean(seconds)) + 1)
                    if seconds
                    else 1 - with_untuned
                )
            asked = self._ask(most, shard, tuner)
            waiting += [
                (number, architecture.declare(each), each.values.get("tuner/epochs", epochs))
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
            # The Gaussian process of the Bayesian search is asked ten thousand times for a few rows: threads and checks cost most of it.
            with threadpool_limits(1, "blas"), config_context(assume_finite=True, skip_parameter_validation=True):
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
    bench: Workbench, journal: Journal, folder: str | Path, log_line, shards: Sequence[dict] = ()
) -> tuple[list[Trial], int]:
    """Try the untuned network and those that the tuner proposes; return the trials and the number of the best one.

    The untuned trial (number 0) and the best one carry out-of-fold predictions. Where `shards` have carried the trials
    out already, theirs are taken.
    """
    asked = bench.recipe.tuning["trials"]
    trials = merged(shards) if shards else run_trials(bench, journal, folder, log_line)
    ordered = [trials[number] for number in sorted(trials)]
    if len(ordered) < asked:
        log_line(f"{bench.architecture.name}: the search ended after {len(ordered)} of {asked} trials")
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
    name, options = bench.architecture.name, bench.recipe.tuning
    share = shard.share(options["trials"])
    trials = {number: read_journal(entry) for number, entry in journal.read().items()}
    if trials:
        log_line(f"{name}: {len(trials)} of {share} trials were finished before; going on")
    progress = Progress(name, share, log_line)
    deadline = time.monotonic() + 60 * options["minutes"] / shard.of if options["minutes"] else np.inf

    def report(found: dict[int, Trial]) -> None:
        trials.update(found)
        progress.report(len(trials), max(each.score for each in trials.values()))

    restore(Path(folder) / journal.fingerprint)
    tuner = PackTuner(
        oracle(bench.architecture, options, shard), directory=str(folder), project_name=journal.fingerprint
    )
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


def oracle(architecture: Architecture, options: dict, shard: Shard = WHOLE):
    """Return the Keras Tuner oracle that `options`, the tuning section, asks for, over the architecture's search space.

    Shards of a random search have one seed, those of a search that learns have one each.
    """
    space = keras_tuner.HyperParameters()
    architecture.declare(space)
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


def untuned(architecture: Architecture) -> dict:
    """Return the settings of the untuned network, the defaults of the search space."""
    return architecture.declare(keras_tuner.HyperParameters())


def search_space(architecture: Architecture) -> dict[str, dict]:
    """Return what is searched, as best.json holds it (`models.search_space`)."""
    space = keras_tuner.HyperParameters()
    architecture.declare(space)
    return of_hyperparameters(space.space)


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
