"""Which models are compared, as chosen by their scores on the development part; the test part chooses nothing."""

import numpy as np

from tentips.models.stacking import NAME as STACKED
from tentips.study.config import ALONE, MULTITASK, PRETRAINED, SCRATCH

ENSEMBLE = "_ensemble"  # what follows a network's name where the seeds predict together


def as_used(model: str, networks: list[str]) -> str:
    """Return what predicts and is judged: of a network the ensemble, for its seeds predict together."""
    return f"{model}{ENSEMBLE}" if model in networks else model


def compared(bests: list[dict]) -> list[tuple[str, str, str]]:
    """Return the pairs to compare and the family of each, chosen by their scores on the development part.

    verdict: the best network against the best baseline, the one comparison that was planned; with several repeats its two
    are chosen in each of them (`chosen_in_repeats`), and here are those that came first on average. rivals: every other model
    against the same baseline. trivial: all of them and that baseline against the trivial predictor. transfer: networks with
    pretrained weights against the same network without. labels: the network that learns other labels, too, against the same network
    without.
    """
    network, baseline = best_model(bests, "network"), best_model(bests, "baseline")
    trivial = next(best["model"] for best in bests if best["kind"] == "trivial")
    networks = [best["model"] for best in bests if best["kind"] == "network"]
    others = [best["model"] for best in bests if best["kind"] == "baseline" and best["model"] != baseline]
    others += [name for name in networks if name != network]
    others += [f"{name}{ENSEMBLE}" for name in networks] + [STACKED]
    return [
        (network, baseline, "verdict"),
        *((model, baseline, "rivals") for model in others),
        *((model, trivial, "trivial") for model in (network, baseline, *others)),
        *((model, SCRATCH, "transfer") for model in PRETRAINED if model in networks and SCRATCH in networks),
        *([(MULTITASK, ALONE, "labels")] if {MULTITASK, ALONE} <= set(networks) else []),
    ]


def chosen_in_repeats(bests: list[dict]) -> dict[int, tuple[str, str]]:
    """Return for each repeat the network and the baseline that came first on its development part: the planned comparison there.

    The mean over repeats would not do: what is held out in one repeat is developed on in others, and would choose its own rival.
    """
    repeats = sorted(map(int, bests[0]["repeats"]))
    kinds = [[best for best in bests if best["kind"] == kind] for kind in ("network", "baseline")]
    return {
        repeat: tuple(max(kind, key=lambda best: best["repeats"][str(repeat)]["tuned"])["model"] for kind in kinds)
        for repeat in repeats
    }


def best_overall(bests: list[dict]) -> dict:
    """Return the best.json of the baseline or network with the highest tuned score on the development part."""
    by_name = {best["model"]: best for best in bests}
    return max((by_name[best_model(bests, kind)] for kind in ("baseline", "network")), key=tuned_score)


def tuned_score(best: dict) -> float:
    """Return a search's tuned score on the development part, averaged over repeats."""
    return float(np.mean([repeat["tuned"] for repeat in best["repeats"].values()]))


def best_model(bests: list[dict], kind: str) -> str:
    """Return the model of that kind with the highest tuned score on the development part, averaged over repeats."""
    return max((best for best in bests if best["kind"] == kind), key=tuned_score)["model"]


def parts_of(model: str, networks: list[str], stacked: dict) -> list[str]:
    """Return the baselines and networks that a final model consists of."""
    if model == STACKED:
        return [name for name, weight in stacked["repeats"]["1"]["weights"].items() if weight > 0]
    name = model.removesuffix(ENSEMBLE)
    return [name] if name in networks else [model]
