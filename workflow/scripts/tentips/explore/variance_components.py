"""How much of the variance of the features goes with each declared factor: principal variance component analysis."""

import numpy as np
import pandas as pd
from scipy import optimize, sparse
from scipy.linalg import cholesky, solve_triangular

from tentips.explore.factors import MISSING, Factor

EXPLAINED = 0.6  # share of the variance that the components taken must explain (Boedigheimer's default in R's pvca)
FEWEST, MOST = 3, 20  # components
MOST_ROWS = 1500  # that a mixed model is fitted to
LARGEST = 1e3  # standard deviation of a factor over that of the residual


def variance_shares(scores: np.ndarray, shares: np.ndarray, factors: list[Factor]) -> pd.DataFrame:
    """Return each factor's share of the variance: factor, role, levels, share, components, explained, n, note.

    Principal variance component analysis (Li et al. 2009, doi:10.1002/9780470685983.ch12): a mixed model with a random
    intercept for each factor, without interactions, is fitted by REML to each leading principal component; its variance
    components, as shares of their sum, are averaged over components, weighted by the variance that each explains.
    `scores` is (samples, components), `shares` their shares of the whole variance. The last row is the residual. Factors
    that divide the samples in the same way cannot be told apart and share one row. Rows without a value have no effect of
    that factor.
    """
    factors = _told_apart(factors)
    enough = int(np.searchsorted(np.cumsum(shares), EXPLAINED * shares.sum())) + 1
    taken = min(max(FEWEST, enough), MOST, scores.shape[1], int((shares > 1e-12).sum()))
    found = np.array([_as_shares(reml(scores[:, number], factors)) for number in range(taken)])
    weighted = np.average(found, axis=0, weights=shares[:taken])
    return pd.DataFrame(
        {
            "factor": [*(factor.name for factor in factors), "residual"],
            "role": [*(factor.role for factor in factors), ""],
            "levels": [*(len(factor.levels) for factor in factors), 0],
            "share": weighted,
            "components": taken,
            "explained": shares[:taken].sum(),
            "n": len(scores),
            "note": [*(factor.note for factor in factors), ""],
        }
    )


def reml(values: np.ndarray, factors: list[Factor]) -> np.ndarray:
    """Return the REML estimates of the variances of crossed random intercepts, the residual's last.

    The residual variance is profiled out (Bates et al. 2015, doi:10.18637/jss.v067.i01, section 3.4); what is left depends
    on the rows only through products of the size of all levels together, by Woodbury's identity. Shape (factors + 1,).
    """
    n = len(values)
    if not factors or np.ptp(values) == 0:
        return np.array([*np.zeros(len(factors)), np.var(values, ddof=1)])
    design = sparse.hstack([_indicators(factor) for factor in factors]).tocsr()
    owner = np.repeat(np.arange(len(factors)), [len(factor.levels) for factor in factors])
    values = values - values.mean()
    cross, of_one, of_values = (design.T @ design).toarray(), design.T @ np.ones(n), design.T @ values
    square = values @ values

    def pieces(ratios):
        width = ratios[owner]
        factor = cholesky(np.eye(len(owner)) + width[:, None] * cross * width, lower=True)
        one, value = (solve_triangular(factor, width * each, lower=True) for each in (of_one, of_values))
        ones = n - one @ one
        mean = -(one @ value) / ones
        rest = square - value @ value - ones * mean**2
        return width, factor, one, value - mean * one, ones, mean, rest

    def deviance(ratios):
        width, factor, one, left, ones, mean, rest = pieces(ratios)
        minus2 = (n - 1) * np.log(rest) + 2 * np.log(np.diag(factor)).sum() + np.log(ones)
        inner = solve_triangular(factor, width[:, None] * cross, lower=True)
        trace = np.diag(cross) - np.square(inner).sum(axis=0)
        by_one, by_rest = of_one - inner.T @ one, of_values - mean * of_one - inner.T @ left
        slope = trace - by_one**2 / ones - (n - 1) * by_rest**2 / rest
        return minus2, 2 * ratios * np.bincount(owner, weights=slope)

    found = optimize.minimize(
        deviance,
        np.ones(len(factors)),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, LARGEST)] * len(factors),
        options={"ftol": 1e-12, "gtol": 1e-6, "maxiter": 500},
    )
    residual = pieces(found.x)[-1] / (n - 1)
    return np.array([*(residual * found.x**2), residual])


def _indicators(factor: Factor) -> sparse.coo_array:
    rows = np.flatnonzero(factor.codes != MISSING)
    return sparse.coo_array(
        (np.ones(len(rows)), (rows, factor.codes[rows])), shape=(len(factor.codes), len(factor.levels))
    )


def _as_shares(variances: np.ndarray) -> np.ndarray:
    return variances / variances.sum()


def _told_apart(factors: list[Factor]) -> list[Factor]:
    """One factor for all that divide the rows alike, named after all of them."""
    partitions: dict[bytes, Factor] = {}
    for factor in factors:
        known = factor.codes != MISSING
        alike = np.where(known, pd.factorize(np.where(known, factor.codes, -1))[0], -1).tobytes()
        first = partitions.get(alike)
        if first is None:
            partitions[alike] = factor
        else:
            partitions[alike] = Factor(
                f"{first.name} = {factor.name}", first.role, first.codes, first.levels, "they divide the samples alike"
            )
    return list(partitions.values())
