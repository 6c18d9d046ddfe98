"""Whether batches are mixed among a sample's nearest neighbours: iLISI and kBET, and what chance alone would give."""

import numpy as np
from scipy import stats

PERPLEXITY = 30  # of iLISI, which looks at three times as many neighbours (Korsunsky et al. 2019)
ALPHA = 0.05  # level of kBET's test at each sample (Buettner et al. 2019)
FEWEST_NEIGHBOURS = 10  # of kBET, whose authors take a quarter of the mean batch size
FEWEST = 20  # samples that can be looked at
SHUFFLES = 199
TRIES, TOLERANCE = 50, 1e-5  # of the search for a kernel of the wanted perplexity


def mixing(points: np.ndarray, codes: np.ndarray, seed: int) -> dict[str, float]:
    """Return how batches mix: median iLISI, kBET's acceptance rate, and both under shuffled batches with a p-value.

    `points` is (samples, components), `codes` the number of each sample's batch. Samples must be independent. Shuffling
    the batches among samples leaves neighbourhoods as they are, so that what comes out is what no batch effect would give
    here, whatever the sizes of batches. `p` is the share of shuffles that mix no better.
    """
    n = len(points)
    perplexity = min(PERPLEXITY, (n - 1) // 3)
    near = min(max(FEWEST_NEIGHBOURS, n // (4 * len(np.unique(codes)))), n - 1)
    distances, neighbours = nearest(points, max(3 * perplexity, near))
    weights = kernel(distances[:, : 3 * perplexity], perplexity)
    around, beside = neighbours[:, : 3 * perplexity], neighbours[:, :near]

    def measured(batch):
        return np.median(inverse_simpson(weights, batch[around])), acceptance(batch[beside], batch)

    random = np.random.default_rng(seed)
    ilisi, kbet = measured(codes)
    shuffled = np.array([measured(random.permutation(codes)) for _ in range(SHUFFLES)])
    p_ilisi, p_kbet = (1 + (shuffled <= np.array([ilisi, kbet]) + 1e-12).sum(axis=0)) / (SHUFFLES + 1)
    sizes = np.bincount(codes) / n
    return {
        "ilisi": ilisi,
        "ilisi_shuffled": shuffled[:, 0].mean(),
        "ilisi_most": 1 / np.square(sizes).sum(),
        "ilisi_p": p_ilisi,
        "kbet": kbet,
        "kbet_shuffled": shuffled[:, 1].mean(),
        "kbet_p": p_kbet,
        "neighbours": near,
    }


def nearest(points: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return distances and row numbers of each sample's `k` nearest other samples, each (samples, k)."""
    from sklearn.neighbors import NearestNeighbors

    # Asked for no points, it leaves each sample out of its own neighbours, twins or not.
    return NearestNeighbors(n_neighbors=k).fit(points).kneighbors()


def kernel(distances: np.ndarray, perplexity: float) -> np.ndarray:
    """Return weights of the neighbours whose entropy is log(perplexity), each row adding up to 1; (samples, k).

    Weights fall exponentially with the distance, as in the authors' program (R's lisi), by bisection.
    """
    wanted = np.log(perplexity)
    rate, low, high = np.ones(len(distances)), np.zeros(len(distances)), np.full(len(distances), np.inf)
    for _ in range(TRIES):
        raw = np.exp(-distances * rate[:, None])
        total = np.maximum(raw.sum(axis=1), np.finfo(float).tiny)
        excess = np.log(total) + rate * (distances * raw).sum(axis=1) / total - wanted
        if np.abs(excess).max() < TOLERANCE:
            break
        wide, going = excess > 0, np.abs(excess) >= TOLERANCE
        low, high = np.where(wide & going, rate, low), np.where(~wide & going, rate, high)
        rate = np.where(going, np.where(np.isinf(high), rate * 2, (low + high) / 2), rate)
    raw = np.exp(-distances * rate[:, None])
    return raw / np.maximum(raw.sum(axis=1, keepdims=True), np.finfo(float).tiny)


def inverse_simpson(weights: np.ndarray, batches: np.ndarray) -> np.ndarray:
    """Return the local inverse Simpson's index (Korsunsky et al. 2019): 1 (one batch around) to the number of batches.

    `batches` are the batch numbers of the neighbours that `weights` belong to, both (samples, k).
    """
    return 1 / np.square(_counted(batches, weights)).sum(axis=1)


def acceptance(batches: np.ndarray, everywhere: np.ndarray) -> float:
    """Return kBET's acceptance rate (Buettner et al. 2019): the share of samples whose neighbours' batches are as everywhere.

    `batches` are the batch numbers of the neighbours, (samples, k); Pearson's chi-squared test at the level `ALPHA`.
    """
    shares = np.bincount(everywhere) / len(everywhere)
    present = shares > 0
    expected = (shares * batches.shape[1])[present]
    observed = _counted(batches, np.ones(batches.shape), len(shares))[:, present]
    statistic = (np.square(observed - expected) / expected).sum(axis=1)
    return float((stats.chi2.sf(statistic, present.sum() - 1) >= ALPHA).mean())


def _counted(batches: np.ndarray, weights: np.ndarray, levels: int = 0) -> np.ndarray:
    """The weight of each batch around each sample, (samples, batches)."""
    levels = max(levels, batches.max() + 1)
    place = np.arange(len(batches))[:, None] * levels + batches
    return np.bincount(place.ravel(), weights.ravel(), len(batches) * levels).reshape(-1, levels)


def too_few(n: int) -> str | None:
    """Return why mixing cannot be measured among `n` samples, or None."""
    return f"{n} independent samples, fewer than {FEWEST}" if n < FEWEST else None
