"""Tables: one column per feature, numbers, text or booleans."""

import numpy as np
import pandas as pd

from tentips.data import tidy
from tentips.data.modality import Comparison, Modality
from tentips.data.near_rows import TableComparison
from tentips.data.preparation import categorical_columns, numbers_and_text, preparation
from tentips.data.spellings import settled_columns


class Tabular(Modality):
    """Features in the columns of a table: what simpler models and networks see is the same."""

    name = "tabular"

    def choose(self, features: pd.DataFrame, data: dict, roles: dict) -> tuple[pd.DataFrame, list[dict]]:
        """Take the columns that are features: those without a role, or those that data.feature_columns names."""
        return tidy.feature_columns(features, data, roles)

    def settle(self, features: pd.DataFrame, table: str, spellings: str | dict) -> tuple[pd.DataFrame, list[dict]]:
        """Settle the names in columns of text (`spellings.settled`)."""
        return settled_columns(features, categorical_columns(features.iloc[:, 1:]), table, spellings)

    def check(self, features: pd.DataFrame, ids: pd.Series, preprocess: dict) -> None:
        """Refuse empty and infinite features, names taken for features, and steps that the values do not allow."""
        tidy.check_features(features, ids)
        tidy.check_preparation(features, ids, preprocess)

    def categories(self, measured: pd.DataFrame) -> list[str]:
        """Text and booleans."""
        return categorical_columns(measured)

    def described(self, measured: pd.DataFrame) -> pd.DataFrame:
        """The features themselves."""
        return measured

    def inputs(self, measured: pd.DataFrame) -> pd.DataFrame:
        """Numbers as float64, categories as text."""
        return numbers_and_text(measured)

    def table(self, inputs: pd.DataFrame) -> pd.DataFrame:
        """The table itself."""
        return inputs

    def preparation(self, inputs: pd.DataFrame, options: dict, task: str, axes: int | None = 1):
        """Impute, transform, correct batches, scale, one-hot encode and select, as `options` say."""
        return preparation(inputs, options, task)

    def comparison(self, inputs: pd.DataFrame) -> Comparison:
        """Compare rows by features that take many values."""
        return TableComparison(inputs)

    def parts(self, inputs: pd.DataFrame) -> list[str]:
        """The features."""
        return list(inputs.columns)

    def exchanged(self, inputs: pd.DataFrame, parts: list[str], order: np.ndarray) -> pd.DataFrame:
        """Give each row these features of the row that `order` names."""
        # Numbers as one array: pandas takes seconds for 20,000 columns.
        numbers = inputs.select_dtypes("float64")
        values, at = numbers.to_numpy(copy=True), np.flatnonzero(numbers.columns.isin(parts))
        values[:, at] = values[np.ix_(order, at)]
        numbers = pd.DataFrame(values, index=inputs.index, columns=numbers.columns)
        if numbers.shape[1] == inputs.shape[1]:
            return numbers
        text = inputs.drop(columns=numbers.columns)
        text = text.assign(**{name: text[name].iloc[order].set_axis(text.index) for name in parts if name in text})
        return pd.concat([numbers, text], axis=1)[list(inputs.columns)]

    def summary(self, inputs: pd.DataFrame) -> dict:
        """Return the number of features."""
        statement = f"{inputs.shape[1]:,} features"
        return {
            "features": inputs.shape[1],
            "inputs": statement,
            "seen": f"every model takes the {statement} as a table",
        }
