"""Checks of the search for hyperparameters: whether enough was tried, long enough, and wide enough (tip 6)."""

import numpy as np
import pandas as pd

from tentips.checks.registry import PASS, WARN, Check, check
from tentips.checks.words import in_text, in_words, title
from tentips.errors import listed
from tentips.models.search_space import edge, ends, searched
from tentips.models.selection import best_model
from tentips.results import Results, only
from tentips.statistics.expected_best import gain_of_second_half, top_share
from tentips.statistics.metric_names import NAMES
from tentips.statistics.smallest_difference import smallest_difference
from tentips.study.config import metric_name
from tentips.wording import number_of


@check("search-adequacy")
def search_adequacy(results: Results) -> Check:
    """Ask of the compared network and baseline whether more trials, longer training or another space would have found a better one."""
    bests = list(results.bests.values())
    network, baseline = best_model(bests, "network"), best_model(bests, "baseline")
    trials, needed, few = _few_trials(results, network)
    gains, rising = _gains(results, [network, baseline])
    trained, stopped = _cut_off(results, network)
    defaults, alone = _defaults(results, [network, baseline])
    problems = [*few, *rising, *stopped, *alone]
    if problems:
        finding, limits = zip(*problems, strict=True)
        return Check(WARN, " ".join(finding), trials, needed, "figure-search", "; ".join(limits))
    return Check(PASS, " ".join([f"{_tried(trials)} for each model.", _reach(trials), *gains, *trained, *defaults]), trials, needed, "figure-search")  # fmt: skip


Problem = tuple[str, str]  # what was found and what to do, and what it limits


def _tried(trials: int) -> str:
    return f"{number_of(trials, 'configuration')} {'was' if trials == 1 else 'were'} tried"


def _few_trials(results: Results, network: str) -> tuple[int, int, list[Problem]]:
    """Trials of the network, how many its hyperparameters ask for, and what is wrong where they are fewer."""
    best, per_one = results.bests[network], results.config["checks"]["trials_per_hyperparameter"]
    trials, names = min(repeat["trials"] for repeat in best["repeats"].values()), searched(best["space"])
    needed = int(np.ceil(per_one * len(names)))
    if trials >= needed:
        return trials, needed, []
    finding = (
        f"Only {_tried(trials)} for the {len(names)} hyperparameters of the "
        f"{in_text(results, network)}, fewer than {per_one:g} for each. {_reach(trials)} {_for_more(results)}, "
        f"so that there are {needed} or more."
    )
    limit = f"Only {_tried(trials)} for {len(names)} hyperparameters of the {in_text(results, network)}, and a better one may have been missed"
    return trials, needed, [(finding, limit)]


def _for_more(results: Results) -> str:
    """Which key to raise so that more configurations are tried: the minutes, where they were what limited the search."""
    tried = [
        repeat for best in results.bests.values() for repeat in best["repeats"].values() if best["kind"] == "network"
    ]
    short = any(repeat["trials"] < repeat["trials_asked"] for repeat in tried)
    return "Raise compute.minutes" if short and results.config["compute"]["minutes"] else "Raise tuning.trials"


def _reach(trials: int) -> str:
    """How far so many random trials get, the untuned one not counted."""
    if trials < 2:
        return "Nothing was searched."
    return f"With a certainty of 95 %, the best of {trials - 1} random ones is among the best {top_share(trials - 1):.0%} of all that could have been drawn."


def _gains(results: Results, models: list[str]) -> tuple[list[str], list[Problem]]:
    """What the second half of the trials brought each model, and what is wrong where that still matters."""
    metric, wanted = metric_name(results.config), smallest(results)
    found = {model: gain(results, model) for model in models}
    found = {model: value for model, value in found.items() if value is not None}
    if not found:
        return [], []
    finding = " and ".join(f"{value:.3f} of the {in_text(results, model)}" for model, value in found.items())
    more = [(model, value) for model, value in found.items() if value > wanted]
    problems = [
        (
            (
                f"The second half of the trials of the {in_text(results, model)} raised the expected best "
                f"{NAMES[metric]} by {value:.3f}, more than the {wanted:.3g} that matters: a longer search "
                f"will probably find a better one. {_for_more(results)}."
            ),
            (
                f"The search of the {in_text(results, model)} had not levelled off (the second half of the "
                f"trials raised the expected best {in_words(results)} by {value:.3f}), and a longer one would "
                "probably find a better configuration"
            ),
        )
        for model, value in more
    ]
    return [f"Their second half raised the expected best {NAMES[metric]} by {finding}; {wanted:.3g} matters."], problems


def gain(results: Results, model: str) -> float | None:
    """Return what the second half of a model's trials brought on average, the mean over repeats.

    None where that is not known: trials of a tuner that learns build on one another, or too many trials failed.
    """
    if not drawn_at_random(results, model):
        return None
    values = [
        gain_of_second_half(*random_trials(results, model, int(number))) for number in results.bests[model]["repeats"]
    ]
    return float(np.mean(values)) if np.isfinite(values).all() else None


def drawn_at_random(results: Results, model: str) -> bool:
    """Whether a model's trials were drawn independently of one another; baselines' always are."""
    return results.bests[model]["kind"] != "network" or results.config["tuning"]["tuner"] == "random"


def random_trials(results: Results, model: str, repeat: int) -> tuple[float, np.ndarray]:
    """Return the score of the untuned configuration and those of all others."""
    table = only(results.trials(model), repeat=repeat).sort_values("trial")
    scores = table["score"].fillna(-np.inf).to_numpy(dtype=float)
    return float(scores[0]), scores[1:]


def _cut_off(results: Results, network: str) -> tuple[list[str], list[Problem]]:
    """How many trainings of the chosen network ended at the limit of epochs with their best epoch last."""
    limit, allowed = results.config["tuning"]["epochs"], results.config["checks"]["cut_off_share"]
    cut, trainings = cut_off(results, network)
    counted = f"{cut} of {trainings} trainings of the chosen {in_text(results, network)}"
    if cut <= allowed * trainings:
        return [f"{counted} ended at the limit of {limit} epochs, still improving."], []
    finding = f"{counted} ended at the limit of {limit} epochs with the last one their best: they were still improving. Raise tuning.epochs."
    return [], [(finding, f"{counted} were cut off by the limit of {limit} epochs while they were still improving")]


def cut_off(results: Results, network: str) -> tuple[int, int]:
    """Return how many trainings of the chosen network, on folds and on all rows, had their best epoch at the limit, and of how many."""
    repeats = results.bests[network]["repeats"].values()
    history = results.histories(network)
    chosen = history[history["chosen"]]
    final = int((chosen["epoch"] >= results.config["tuning"]["epochs"]).sum())
    return final + sum(repeat["cut_off"] for repeat in repeats), len(chosen) + sum(
        repeat["folds"] for repeat in repeats
    )


def _defaults(results: Results, models: list[str]) -> tuple[list[str], list[Problem]]:
    """Which models keep their default settings, and what is wrong where nothing else that was tried does as well."""
    finding, problems = [], []
    for model in models:
        repeats = results.bests[model]["repeats"]
        kept = {number: repeat for number, repeat in repeats.items() if repeat["trial"] == 0 and repeat["trials"] > 1}
        lonely = [number for number, repeat in kept.items() if not random_trials(results, model, int(number))[1].max() >= repeat["tuned"] - standard_error(repeat)]  # fmt: skip
        where = "" if len(repeats) == 1 else f" in {len(kept)} of {len(repeats)} repeats"
        if lonely:
            problems.append(
                (
                    (
                        f"The {in_text(results, model)} does best with its default settings{where}, and "
                        "nothing else that was tried comes within one standard error: the search brought "
                        f"nothing. {_for_more(results)}."
                    ),
                    f"The search found no settings for the {in_text(results, model)} that come near its default ones, and better ones may have been missed",
                )
            )
        elif kept:
            finding.append(
                f"The {in_text(results, model)} does best with its default settings{where}; others come within one standard error."
            )
    return finding, problems


@check("search-edge")
def search_edge(results: Results) -> Check:
    """Ask whether the best settings lie on the edge of what was declared to be searched and none inside does as well."""
    found = [
        f"{title(results, model)}: {finding}"
        for model, best in results.bests.items()
        for number, repeat in best["repeats"].items()
        for finding in settings_on_edge(results, model, best, int(number), repeat)
    ]
    if found:
        return Check(
            WARN,
            f"The best value lies on the edge of what was searched, and none inside comes within one standard error: {listed(found)}. A better one may lie beyond.",
            len(found),
            0,
            "figure-coordinates",
            f"{len(found)} of the chosen hyperparameters {'is' if len(found) == 1 else 'are'} on the edge of what was searched, and better values may lie beyond",
        )
    judged = sum(
        len([name for name in searched(best["space"]) if ends(best["space"][name])]) for best in results.bests.values()
    )
    return Check(PASS, f"No model owes its score to a value on the edge of its range ({judged} ranges were searched).", 0, 0, "figure-coordinates")  # fmt: skip


def settings_on_edge(results: Results, model: str, best: dict, number: int, repeat: dict) -> list[str]:
    """Return the chosen settings that lie on an edge, where no trial away from that edge comes within one standard error."""
    space = best["space"]
    edges = {name: edge(name, value, space[name]) for name, value in repeat["settings"].items() if name in space}
    edges = {name: at for name, at in edges.items() if at}
    if not edges:
        return []
    trials, near = only(results.trials(model), repeat=number), repeat["tuned"] - standard_error(repeat)
    notes = []
    for name, at in edges.items():
        inside = trials[[pd.notna(each) and edge(name, each, space[name]) != at for each in trials[name]]]
        if not (inside["score"] >= near).any():
            low, high = ends(space[name])
            notes.append(f"{name} = {repeat['settings'][name]:.3g} (searched from {low:g} to {high:g})")
    return notes


def standard_error(repeat: dict) -> float:
    """Return the standard error of the chosen configuration's score over folds; 0 where fewer than two have one."""
    folds = np.array(repeat["fold_scores"]["tuned"], dtype=float)
    folds = folds[np.isfinite(folds)]
    return float(folds.std(ddof=1) / np.sqrt(len(folds))) if len(folds) > 1 else 0.0


def smallest(results: Results) -> float:
    """Return the smallest difference of the study's metric that matters."""
    numeric = results.config["data"]["task"] == "regression"
    spread = float(results.samples["label"].std()) if numeric else None
    return smallest_difference(metric_name(results.config), results.config["evaluation"]["smallest_difference"], spread)
