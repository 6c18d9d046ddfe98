"""Train the chosen model once more with the same seeds and compare what comes out, bit for bit."""

import numpy as np

from tentips.controls.trainings import Contender
from tentips.data.rows import Rows
from tentips.wording import number_of


def repeat(contender: Contender, rows: Rows, folder: str = "results") -> dict:
    """Refit the final model of the first repeat, in this other process, and compare it with the one on disk.

    Networks are compared by the weights of every seed, baselines by their predictions of the development rows. Returns
    {"model", "compared", "runs", "equal", "largest_difference", "device"}.
    """
    compare = _networks if contender.kind == "network" else _baselines
    compared, device, differences = compare(contender, rows, f"{folder}/{contender.kind}/{contender.model}")
    return {
        "model": contender.model,
        "compared": compared,
        "runs": 2,
        "equal": all(difference == 0 for difference in differences),
        "largest_difference": float(max(differences)),
        "device": device,
    }


def _networks(contender: Contender, rows: Rows, folder: str) -> tuple[str, str, list[float]]:
    from tentips.models.networks import backend
    from tentips.models.networks.architecture import architecture
    from tentips.models.networks.keras_files import load_keras
    from tentips.models.networks.refit import refit

    seeds = list(range(1, contender.recipe.tuning["seeds"] + 1))
    _, trained = refit(
        architecture(contender.model, contender.recipe), rows, contender.settings, contender.recipe, seeds
    )
    differences = []
    for seed, member in zip(seeds, trained, strict=True):
        kept = load_keras(f"{folder}/seeds/1_{seed}.keras").get_weights()
        differences += [_largest(own, other) for own, other in zip(member.weights, kept, strict=True)]
    return f"the weights of {number_of(len(seeds), 'seed')}", backend.device(), differences


def _baselines(contender: Contender, rows: Rows, folder: str) -> tuple[str, str, list[float]]:
    from tentips.models.baseline_search import predict, refit
    from tentips.models.pipeline_files import load_pipeline

    again = refit(contender.model, rows, contender.settings, contender.recipe, contender.threads)
    pipelines = again, load_pipeline(f"{folder}/model_1.skops")
    predictions = [predict(pipeline, rows.inputs, rows.classes) for pipeline in pipelines]
    return f"predictions of {len(rows.ids)} development samples", "cpu", [_largest(*predictions)]


def _largest(a: np.ndarray, b: np.ndarray) -> float:
    """The largest absolute difference; 0 only where all bits agree."""
    return (
        0.0
        if a.dtype == b.dtype and a.tobytes() == b.tobytes()
        else float(max(np.abs(a - b).max(), np.finfo(float).tiny))
    )
