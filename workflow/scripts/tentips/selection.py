"""Which models are compared, as chosen by their scores on the development part; the test part chooses nothing."""

import numpy as np


def compared(bests: list[dict]) -> list[tuple[str, str]]:
    """Return the pairs to compare, chosen by their scores on the development part, so that the test part chooses nothing.

    First the best network against the best baseline, which the verdict is about; then its ensemble against the same, and
    the best baseline and the best network against the trivial predictor.
    """
    network, baseline = best_model(bests, "network"), best_model(bests, "baseline")
    trivial = next(best["model"] for best in bests if best["kind"] == "trivial")
    return [(network, baseline), (f"{network}_ensemble", baseline), (baseline, trivial), (network, trivial)]


def best_model(bests: list[dict], kind: str) -> str:
    """Return the model of that kind with the highest tuned score on the development part, averaged over repeats."""
    scores = {
        best["model"]: np.mean([repeat["tuned"] for repeat in best["repeats"].values()])
        for best in bests
        if best["kind"] == kind
    }
    return max(scores, key=scores.get)
