"""A shallow tree over a table as it was measured, and its leaves in words: named features, thresholds in their own units."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tentips.data.preparation import categorical_columns


@dataclass(frozen=True)
class ShallowTree:
    """A fitted regression tree on a table: `medians` replace missing numbers, `columns` are (feature, level or None)."""

    tree: object
    columns: list[tuple[str, str | None]]
    medians: dict[str, float]

    @classmethod
    def fit(cls, table: pd.DataFrame, target: np.ndarray, depth: int, smallest: int, seed: int = 0) -> "ShallowTree":
        """Fit a tree (CART, Breiman et al. 1984) of `depth` to `target`, (rows,) or (rows, outputs); a leaf has `smallest` rows."""
        from sklearn.tree import DecisionTreeRegressor

        text = set(categorical_columns(table))
        columns = [(name, None) for name in table if name not in text]
        columns += [(name, level) for name in table if name in text for level in sorted(map(str, table[name].unique()))]
        medians = table.drop(columns=list(text)).median().fillna(0.0).to_dict()
        # Splits that gain nothing but rounding are none.
        least = 1e-6 * float(np.var(target, axis=0).mean())
        # Of a constant that variance is rounding, too: one leaf holds everything.
        if np.ptp(target, axis=0).max() <= 1e-9 * np.abs(target).max():
            smallest = len(target)
        tree = DecisionTreeRegressor(
            max_depth=depth, min_samples_leaf=smallest, min_impurity_decrease=least, random_state=seed
        )
        fitted = cls(tree, columns, medians)
        tree.fit(fitted.matrix(table), target)
        return fitted

    def matrix(self, table: pd.DataFrame) -> np.ndarray:
        """Return the table as the tree sees it: numbers, and a column of zeros and ones for each level of a category."""
        numbers = table[list(self.medians)].to_numpy(dtype=float, na_value=np.nan)
        numbers = np.where(np.isnan(numbers), np.array(list(self.medians.values())), numbers)
        levels = [table[name].map(str) == level for name, level in self.columns if level is not None]
        return np.column_stack([numbers, *levels]).astype(float)

    def predict(self, table: pd.DataFrame) -> np.ndarray:
        """Return what the leaf of each row predicts."""
        return self.tree.predict(self.matrix(table))

    def leaves(self, table: pd.DataFrame) -> np.ndarray:
        """Return the number of the leaf of each row."""
        return self.tree.apply(self.matrix(table))

    def rules(self) -> dict[int, str]:
        """Return the way to each leaf in words, by the leaf's number."""
        inner, found = self.tree.tree_, {}

        def descend(node: int, conditions: list[tuple[int, bool, float]]):
            if inner.children_left[node] == inner.children_right[node]:
                found[node] = self._words(conditions)
                return
            split = inner.feature[node], inner.threshold[node]
            descend(inner.children_left[node], [*conditions, (split[0], True, split[1])])
            descend(inner.children_right[node], [*conditions, (split[0], False, split[1])])

        descend(0, [])
        return found

    def _words(self, conditions: list[tuple[int, bool, float]]) -> str:
        ends: dict[int, list[float]] = {}
        for column, below, threshold in conditions:
            low, high = ends.setdefault(column, [-np.inf, np.inf])
            ends[column] = [low, min(high, threshold)] if below else [max(low, threshold), high]
        words = [self._condition(*self.columns[column], low, high) for column, (low, high) in ends.items()]
        return " and ".join(words) or "all samples"

    def _condition(self, name: str, level: str | None, low: float, high: float) -> str:
        if level is not None:
            return f"{name} is {'not ' if np.isfinite(high) else ''}{level}"
        if np.isfinite(low) and np.isfinite(high):
            return f"{name} above {low:.4g}, at most {high:.4g}"
        return f"{name} above {low:.4g}" if np.isfinite(low) else f"{name} at most {high:.4g}"
