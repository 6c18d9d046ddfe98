"""The features as each fold sees them, without a copy for each where a scale and a shift will do.

What is learned in preparing features (means, medians, standard deviations) differs by fold, but the prepared matrices of
two folds mostly differ by a scale and a shift of each feature, and by the value that replaces missing ones. Then one
matrix, the base, serves all: a view is base x scale + shift, with `fill` where a value is missing. A view for which that
does not hold gets a base of its own.
"""

from collections.abc import Iterable

import numpy as np

TOLERANCE = 2e-5  # of float32 features around 1: about 200 roundings


class Views:
    """Prepared inputs, all of one shape (rows, ...), float32, held as bases and what tells views apart.

    Inputs with more axes, sequences or images, are laid flat: each of their numbers counts as a feature.
    """

    def __init__(self, matrices: Iterable[np.ndarray]):
        """Take the matrices one at a time, so that a generator of them never holds more than one."""
        self.bases: list[np.ndarray] = []
        self.missing: np.ndarray | None = None
        self._base: list[int] = []
        self._affine: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.shape: tuple[int, ...] = ()
        for matrix in matrices:
            self.shape = matrix.shape[1:]
            self._add(np.asarray(matrix, dtype="float32").reshape(len(matrix), -1))

    def __len__(self) -> int:
        return len(self._base)

    @property
    def rows(self) -> int:
        """Rows of each view."""
        return self.bases[0].shape[0]

    @property
    def features(self) -> int:
        """Features of each view; of inputs with more axes, all their numbers."""
        return self.bases[0].shape[1]

    def matrix(self, view: int) -> np.ndarray:
        """Return one view in full, (rows, *shape)."""
        base = self.bases[self._base[view]]
        scale, shift, fill = self._affine[view]
        if self._base[view] == 0:
            base = base if (scale == 1).all() and (shift == 0).all() else base * scale + shift
            base = base if self.missing is None else np.where(self.missing, fill, base)
        return base.reshape(-1, *self.shape)

    def same_as(self, view: int) -> int:
        """Return the first view that has the same numbers as this one; inputs from which nothing is learned are all alike."""
        for other in range(view):
            same_base = self._base[other] == self._base[view]
            if same_base and all(map(np.array_equal, self._affine[other], self._affine[view])):
                return other
        return view

    def first_row(self, view: int) -> int:
        """Return the row of the stacked bases at which the view's own base begins."""
        return self._base[view] * self.rows

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what a program reads: base (bases x rows, features); scale, shift, fill (views, features) and missing,
        (bases x rows, features), as far as they are needed."""
        found = {"base": np.concatenate(self.bases) if len(self.bases) > 1 else self.bases[0]}
        scale, shift, fill = (np.stack(parts) for parts in zip(*self._affine, strict=True))
        if (scale != 1).any() or (shift != 0).any():
            found |= {"scale": scale, "shift": shift}
        if self.missing is not None:
            others = np.zeros((len(found["base"]) - self.rows, self.features), bool)
            found |= {"fill": fill, "missing": np.concatenate([self.missing, others])}
        return found

    def _add(self, matrix: np.ndarray) -> None:
        ones, zeros = np.ones(matrix.shape[1], "float32"), np.zeros(matrix.shape[1], "float32")
        found = self._as_base(matrix) if self.bases else None
        if found is None:
            self._base.append(len(self.bases))
            self._affine.append((ones, zeros, zeros))
            self.bases.append(matrix)
            return
        scale, shift, fill, missing = found
        self._base.append(0)
        self._affine.append((scale, shift, fill))
        if missing.any():
            self._mark(missing)

    def _as_base(self, matrix: np.ndarray):
        """Scale, shift, fill and the filled entries with which the first base becomes `matrix`; None where nothing does."""
        base = self.bases[0]
        columns = np.arange(base.shape[1])
        # What replaces missing values is a mean or a median: it never is the smallest or the largest value.
        low, high = base.argmin(axis=0), base.argmax(axis=0)
        reach = base[high, columns].astype(float) - base[low, columns]
        span = matrix[high, columns].astype(float) - matrix[low, columns]
        scale = np.where(reach > 0, span / np.where(reach > 0, reach, 1.0), 1.0)
        shift = matrix[low, columns] - scale * base[low, columns]
        scale, shift = scale.astype("float32"), shift.astype("float32")
        close = TOLERANCE * (1 + np.abs(matrix))
        missing = np.abs(base * scale + shift - matrix) > close
        if self.missing is not None:
            missing |= self.missing
        fill, before = np.zeros_like(scale), np.zeros_like(scale)
        any_missing = missing.any(axis=0)
        first = missing.argmax(axis=0)
        fill[any_missing] = matrix[first, columns][any_missing]
        before[any_missing] = base[first, columns][any_missing]
        # Filled entries of a feature have one value in the base and one in this view, or they are no filled entries.
        odd = missing & ((np.abs(matrix - fill) > close) | (np.abs(base - before) > TOLERANCE * (1 + np.abs(base))))
        return None if odd.any() else (scale, shift, fill, missing)

    def _mark(self, missing: np.ndarray) -> None:
        """Take the entries as missing in every view of the first base, each with the value that is there already."""
        columns, first = np.arange(self.features), missing.argmax(axis=0)
        marked = missing.any(axis=0)
        for view, (scale, shift, fill) in enumerate(self._affine[:-1]):
            if self._base[view] == 0:
                known = np.zeros_like(marked) if self.missing is None else self.missing.any(axis=0)
                own = self.bases[0][first, columns] * scale + shift
                self._affine[view] = (scale, shift, np.where(marked & ~known, own, fill).astype("float32"))
        self.missing = missing
