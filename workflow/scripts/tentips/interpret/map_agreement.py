"""Whether two explanations of the same samples point at the same places, against what places by chance would give."""

import numpy as np
from scipy.stats import rankdata

SHIFTS = 999  # draws by chance
FEWEST = 3  # samples with a map that is not the same everywhere
COLUMNS = ["model", "a", "b", "n", "correlation", "chance_low", "chance_high", "p_value", "reason"]


def map_agreement(model: str, names: tuple[str, str], a: np.ndarray, b: np.ndarray, seed: int = 0) -> dict:
    """Hold the maps `a` and `b` of the same samples against each other, both (samples, *places).

    `correlation` is the mean over samples of the rank correlation over places. By chance: each map of `b` is shifted around its edges by
    a random distance of its own, which keeps how smooth it is (toroidal shift; Lotwick and Silverman 1982,
    doi:10.1111/j.2517-6161.1982.tb01221.x); `chance_low` and `chance_high` hold 95 % of such means, `p_value` is the share of at least as
    high ones. A map that is the same everywhere says nothing and is left out.
    """
    a, b = (np.nan_to_num(np.asarray(each, dtype=float)) for each in (a, b))
    axes = tuple(range(1, a.ndim))
    usable = (np.ptp(a, axis=axes) > 0) & (np.ptp(b, axis=axes) > 0)
    record = {"model": model, "a": names[0], "b": names[1], "n": int(usable.sum()), "reason": ""}
    if usable.sum() < FEWEST or np.prod(a.shape[1:]) < 4:
        return record | {"reason": f"fewer than {FEWEST} samples have maps that differ between places"}
    shifted = np.stack([_of_all_shifts(*pair) for pair in zip(a[usable], b[usable], strict=True)])
    seen, random = shifted[:, 0].mean(), np.random.default_rng(seed)
    drawn = random.integers(0, shifted.shape[1], (SHIFTS, len(shifted)))
    chance = shifted[np.arange(len(shifted)), drawn].mean(axis=1)
    low, high = np.quantile(chance, [0.025, 0.975])
    p_value = (1 + (chance >= seen - 1e-12).sum()) / (1 + SHIFTS)
    return record | {
        "correlation": float(seen),
        "chance_low": float(low),
        "chance_high": float(high),
        "p_value": float(p_value),
    }


def _of_all_shifts(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Spearman's correlation of `a` with `b` shifted around its edges by every distance; first without a shift."""
    ranks = [rankdata(each).reshape(a.shape) for each in (a, b)]
    first, second = ((each - each.mean()) / np.linalg.norm(each - each.mean()) for each in ranks)
    return np.fft.ifftn(np.fft.fftn(first) * np.conj(np.fft.fftn(second))).real.ravel()
