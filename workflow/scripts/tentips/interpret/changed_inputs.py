"""What a model predicts where features are taken from other samples, or set to a value.

Most preparations make each of their columns from one feature alone. Then the inputs are prepared once, and prepared columns are changed
rather than features: the same predictions, for a small part of the time.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tentips.data.modality import Modality
from tentips.data.preparation import origins
from tentips.models.final_models import FinalBaseline, FinalModel, FinalNetwork

AT_ONCE = 20_000  # rows that are predicted in one call
CELLS_AT_ONCE = 40_000_000  # and their values, 320 MB: 20,000 rows of 20,000 features would be several GB in each copy
Predict = Callable[[pd.DataFrame], np.ndarray]


@dataclass(frozen=True)
class PreparedModel:
    """A model whose prepared columns come from one feature of the same row each; it is called with raw inputs, as any other model.

    `prepare` makes prepared columns of raw inputs, (rows, columns), `predict_prepared` predicts from them. `columns` has the numbers of
    the prepared columns of each feature, none of a feature that was not selected.
    """

    prepare: Predict
    predict_prepared: Callable[[np.ndarray], np.ndarray]
    columns: dict[str, list[int]]

    def __call__(self, inputs: pd.DataFrame) -> np.ndarray:
        """Predict from raw inputs."""
        return self.predict_prepared(self._matrix(inputs))

    def exchanged(self, inputs: pd.DataFrame, wanted: Iterable[tuple[list[str], np.ndarray]]) -> Iterator[np.ndarray]:
        """Yield a prediction of all rows for each (features, order): these features come from the row that `order` names."""
        matrix = self._matrix(inputs)
        places = ((self._columns(features), order) for features, order in wanted)
        yield from self._predicted(matrix, ((at, matrix[np.ix_(order, at)]) for at, order in places))

    def set_to(self, inputs: pd.DataFrame, wanted: list[tuple[str, object]]) -> Iterator[np.ndarray]:
        """Yield a prediction of all rows for each (feature, value) to which it is set."""
        # A value is prepared alike in every row: one row for each is enough.
        anyone = inputs.iloc[np.zeros(len(wanted), dtype=int)].reset_index(drop=True)
        for feature in dict(wanted):
            own = {row: value for row, (name, value) in enumerate(wanted) if name == feature}
            anyone = anyone.assign(**{feature: [own.get(row, anyone.at[row, feature]) for row in anyone.index]})
        prepared, places = self.prepare(anyone), [self._columns([feature]) for feature, _ in wanted]
        changes = ((at, row[at]) for at, row in zip(places, prepared, strict=True))
        yield from self._predicted(self._matrix(inputs), changes)

    def _matrix(self, inputs: pd.DataFrame) -> np.ndarray:
        """The prepared inputs, column by column in memory, as all that is predicted from: a sum is rounded alike then."""
        return np.asfortranarray(self.prepare(inputs))

    def _columns(self, features: list[str]) -> np.ndarray:
        return np.array([column for feature in features for column in self.columns[feature]], dtype=int)

    def _predicted(self, matrix: np.ndarray, changes: Iterable[tuple[np.ndarray, np.ndarray]]) -> Iterator[np.ndarray]:
        """Yield a prediction of all rows for each (columns, their values); memory is taken once and used again."""
        rows = len(matrix)
        several = max(min(AT_ONCE // max(rows, 1), CELLS_AT_ONCE // max(matrix.size, 1)), 1)
        whole, tables = self.predict_prepared(matrix), np.asfortranarray(np.tile(matrix, (several, 1)))
        parts, changes = [tables[start : start + rows] for start in range(0, len(tables), rows)], iter(changes)
        while batch := list(itertools.islice(changes, several)):
            for part, (at, values) in zip(parts, batch, strict=False):
                part[:, at] = values
            predicted = self.predict_prepared(tables[: len(batch) * rows])
            for each, (at, values) in zip(np.split(predicted, len(batch)), batch, strict=True):
                # What no model can tell apart is no difference by rounding either.
                yield whole if np.array_equal(values, matrix[:, at]) else each
            for part, (at, _) in zip(parts, batch, strict=False):
                part[:, at] = matrix[:, at]


def prepared_model(preparation, prepare: Predict, predict_prepared: Callable[[np.ndarray], np.ndarray]) -> Predict:
    """Return the model as a `PreparedModel`, or as a plain function where its fitted `preparation` mixes features (`origins`)."""
    found = origins(preparation)
    if found is None:
        return lambda inputs: predict_prepared(prepare(inputs))
    columns: dict[str, list[int]] = {name: [] for name in preparation.feature_names_in_}
    for number, name in enumerate(found):
        columns[name].append(number)
    return PreparedModel(prepare, predict_prepared, columns)


def of_final(final: FinalModel) -> Predict:
    """Return what a final model predicts from raw inputs, as a `PreparedModel` where it is one."""
    if isinstance(final, FinalBaseline):
        return prepared_model(final.pipeline.named_steps["prepare"], final.prepare, final.predict_prepared)
    if isinstance(final, FinalNetwork):
        return prepared_model(final.preparation, final.prepare, final.predict_prepared)
    return final.predict


def predicted_exchanged(
    predict: Predict, modality: Modality, inputs: pd.DataFrame, wanted: Iterable[tuple[list[str], np.ndarray]]
) -> Iterator[np.ndarray]:
    """Yield the prediction of the inputs for each (parts, order): these parts come from the row that `order` names."""
    if isinstance(predict, PreparedModel):
        yield from predict.exchanged(inputs, wanted)
    else:
        tables = (modality.exchanged(inputs, parts, order) for parts, order in wanted)
        yield from predicted_together(predict, tables, len(inputs))


def predicted_set_to(predict: Predict, inputs: pd.DataFrame, wanted: list[tuple[str, object]]) -> Iterator[np.ndarray]:
    """Yield the prediction of the inputs for each (feature, value) to which it is set in all rows."""
    if isinstance(predict, PreparedModel):
        yield from predict.set_to(inputs, wanted)
    else:
        tables = (inputs.assign(**{feature: value}) for feature, value in wanted)
        yield from predicted_together(predict, tables, len(inputs))


def predicted_together(predict: Predict, tables: Iterable[pd.DataFrame], rows: int) -> Iterator[np.ndarray]:
    """Yield the prediction of each table of `rows` rows; several are predicted in one call, which costs less than many.

    One call holds `AT_ONCE` rows and `CELLS_AT_ONCE` values, or one table.
    """
    waiting = []
    for table in tables:
        waiting.append(table)
        held = len(waiting) * rows
        # The next table would exceed the values; rows may be exceeded by one table.
        if held >= AT_ONCE or (held + rows) * table.shape[1] > CELLS_AT_ONCE:
            yield from _divided(predict, waiting, rows)
            waiting = []
    if waiting:
        yield from _divided(predict, waiting, rows)


def _divided(predict: Predict, tables: list[pd.DataFrame], rows: int):
    predicted = predict(pd.concat(tables, ignore_index=True))
    return (predicted[start : start + rows] for start in range(0, len(predicted), rows))
