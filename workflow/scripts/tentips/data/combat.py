"""ComBat: take the location and scale of technical batches out of the features, learned from training rows alone."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

UNKNOWN = -1  # the code of a row whose batch is missing, or was not seen in training
LEAST_ROWS = 2  # of a batch: its variance needs two
CHANGE = 1e-4  # relative change at which the iteration ends, as in the original program
MOST_ROUNDS = 200
TINY = 1e-12


class ComBat(TransformerMixin, BaseEstimator):
    """Parametric empirical Bayes adjustment of location and scale (Johnson, Li and Rabinovic 2007).

    X has shape (samples, features + 1): its last column holds the number of each row's batch, which is used and taken
    away. The label is never looked at. A batch that was not seen in training, or stood there in fewer than two rows, has
    no estimate of its own, and the expected effect of a batch about which nothing is known is none: its rows stay as they
    are. They are not adjusted by their own mean, which would make a sample's values depend on the samples that happen to
    be predicted beside it, and would erase the label where a new batch holds mostly one class.

    A feature that does not vary inside any batch is only centred, and takes no part in the priors.
    """

    def fit(self, X, y=None):
        """Estimate grand mean, pooled spread, and the shrunken location and scale of each batch."""
        X = np.asarray(X, dtype=float)
        values, codes = X[:, :-1], X[:, -1]
        self.n_features_in_ = X.shape[1]
        levels, counts = np.unique(codes[codes != UNKNOWN], return_counts=True)
        self.levels_ = levels[counts >= LEAST_ROWS]
        used = np.isin(codes, self.levels_)
        shape = (len(self.levels_), values.shape[1])
        self.location_, self.scale_ = np.zeros(shape), np.ones(shape)
        self.mean_, self.spread_ = np.zeros(shape[1]), np.ones(shape[1])
        if len(self.levels_) < 2 or not shape[1]:
            return self
        values = values[used]
        number = np.searchsorted(self.levels_, codes[used])
        sizes = np.bincount(number)
        means = np.stack([values[number == each].mean(axis=0) for each in range(len(sizes))])
        pooled = np.square(values - means[number]).mean(axis=0)
        still = pooled <= TINY * np.maximum(values.var(axis=0), TINY)
        self.mean_ = values.mean(axis=0)
        self.spread_ = np.sqrt(np.where(still, 1.0, pooled))
        standardised = (values - self.mean_) / self.spread_
        for each in range(len(sizes)):
            own = standardised[number == each]
            self.location_[each] = own.mean(axis=0)
            if not still.all():
                self.location_[each, ~still], variance = posterior(own[:, ~still])
                self.scale_[each, ~still] = np.sqrt(variance)
        return self

    def transform(self, X):
        """Return the adjusted features, shape (samples, features)."""
        X = np.asarray(X, dtype=float)
        values, codes = X[:, :-1].copy(), X[:, -1]
        for each, level in enumerate(self.levels_):
            own = codes == level
            standardised = (values[own] - self.mean_) / self.spread_
            values[own] = (standardised - self.location_[each]) / self.scale_[each] * self.spread_ + self.mean_
        return values

    def get_feature_names_out(self, input_features=None):
        """Return the names without that of the batch."""
        return np.asarray(input_features, dtype=object)[:-1]


def posterior(standardised: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the posterior mean and variance of one batch for each feature; `standardised` is (rows, features).

    The priors, normal for the location and inverse gamma for the scale, are those of this batch over all features, their
    parameters by the method of moments (Johnson et al. 2007, section 3.2). With a single feature there is no prior.
    """
    n = len(standardised)
    mean, variance = standardised.mean(axis=0), standardised.var(axis=0, ddof=1)
    if len(mean) < 2:
        return mean, np.maximum(variance, TINY)
    centre, width = mean.mean(), mean.var(ddof=1)
    usual, spread = variance.mean(), max(variance.var(ddof=1), TINY)
    shape, rate = 2 + usual**2 / spread, usual + usual**3 / spread
    location, scale = mean, np.maximum(variance, TINY)
    for _ in range(MOST_ROUNDS):
        before = location, scale
        location = (n * width * mean + scale * centre) / (n * width + scale)
        squares = (n - 1) * variance + n * np.square(mean - location)
        scale = np.maximum((rate + squares / 2) / (n / 2 + shape - 1), TINY)
        changes = (
            np.abs(new - old) / np.maximum(np.abs(old), TINY)
            for new, old in zip((location, scale), before, strict=True)
        )
        if max(change.max() for change in changes) < CHANGE:
            break
    return location, scale
