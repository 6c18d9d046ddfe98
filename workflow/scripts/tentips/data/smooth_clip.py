"""Numbers of heavy tails made fit for a network: scaled by their quartiles, and bent so that no value is far from the others."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

BOUND = 3.0  # no bent value is further from 0


class SmoothClip(TransformerMixin, BaseEstimator):
    """Centre each column on its median, divide it by its interquartile range, and bend it: x / sqrt(1 + (x / 3)^2).

    The robust scaling and smooth clipping of RealMLP (Holzmüller, Grinsztajn and Steinwart 2024, arXiv:2407.04491). Where both
    quartiles are one value half the range divides, as there. Order is kept: each column is bent by itself, and rises with what it was.
    Columns of at most two values, as those of categories are, stay as they are. All is learned from the rows that it is fitted on.

    Shape (samples, columns) to the same. After `fit`: `centre_`, `spread_`, `bent_`, one of each for a column.
    """

    def fit(self, X, y=None):
        """Learn median and spread of each column, and which ones are bent."""
        values = np.asarray(X, dtype=float)
        self.n_features_in_ = values.shape[1]
        first, self.centre_, third = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
        low, high = values.min(axis=0), values.max(axis=0)
        self.bent_ = ((values != low) & (values != high)).any(axis=0)
        self.spread_ = np.where(third > first, third - first, np.where(high > low, (high - low) / 2, 1.0))
        return self

    def transform(self, X):
        """Bend the columns; NaN stays NaN."""
        values = np.asarray(X, dtype=float)
        scaled = (values - self.centre_) / self.spread_
        return np.where(self.bent_, scaled / np.sqrt(1 + np.square(scaled / BOUND)), values)

    def get_feature_names_out(self, input_features=None):
        """Return the names unchanged."""
        return np.asarray(input_features, dtype=object)
