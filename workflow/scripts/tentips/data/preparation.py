"""What comes before every model: one scikit-learn transformer, fitted on training rows only."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import SelectKBest, f_classif, f_regression
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, RobustScaler, StandardScaler

from tentips.data.combat import UNKNOWN, ComBat
from tentips.data.smooth_clip import SmoothClip
from tentips.data.tidy import BATCH
from tentips.data.tuned_transform import TunedTransform

MISSING = "(missing)"


class CentredLogRatio(TransformerMixin, BaseEstimator):
    """Centred log-ratio of counts: log(x + 1) less its mean over the sample's features (Aitchison 1986).

    Learns nothing: a sample's values depend on that sample alone. Shape (samples, features) to the same.
    """

    def fit(self, X, y=None):
        """Remember the number of features, and nothing else."""
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        """Transform counts; a negative value gives NaN with numpy's warning."""
        logs = np.log1p(np.asarray(X, dtype=float))
        return logs - np.nanmean(logs, axis=1, keepdims=True)

    def get_feature_names_out(self, input_features=None):
        """Return the names unchanged."""
        return np.asarray(input_features, dtype=object)


def categorical_columns(features: pd.DataFrame) -> list[str]:
    """Return the columns that hold text or booleans, which are one-hot encoded."""
    # By dtypes, each looked at once: 20,000 columns take seconds one by one.
    dtypes, types = features.dtypes.to_numpy(), pd.api.types
    category = {dtype: types.is_bool_dtype(dtype) or not types.is_numeric_dtype(dtype) for dtype in set(dtypes)}
    return [column for column, dtype in zip(features.columns, dtypes, strict=True) if category[dtype]]


def numbers_and_text(features: pd.DataFrame) -> pd.DataFrame:
    """Return `features` with numbers as float64 and categories as text, missing ones named; no row looks at another."""
    text = categorical_columns(features)
    frame = features.drop(columns=text).astype("float64")
    for column in text:
        frame[column] = features[column].map(lambda value: MISSING if pd.isna(value) else str(value)).astype(object)
    return frame[features.columns] if text else frame


def with_batch(features: pd.DataFrame, batch: np.ndarray) -> pd.DataFrame:
    """Return `features` with the batch of each row, text or None, beside them for its correction."""
    return pd.concat([features, pd.Series(batch, index=features.index, name=BATCH, dtype=object)], axis=1)


def preparation(features: pd.DataFrame, options: dict, task: str) -> Pipeline:
    """Return the unfitted preparation for these columns: impute, transform, correct batches, scale, one-hot encode, select.

    `options` is the resolved `preprocess` section. Its output is a float array (samples, prepared features). Categories
    not seen in training become a row of zeros. With `batch_correction`, `features` carries the batch beside them
    (`Rows.inputs`); it reaches the correction alone. Raises ValueError where it is missing, or there without a use.
    """
    corrects = options.get("batch_correction", "none") != "none"
    if corrects != (BATCH in features):
        raise ValueError("the batch is beside the features if, and only if, it is corrected for: see Rows.inputs")
    text = [column for column in categorical_columns(features) if column != BATCH]
    numeric = [column for column in features.columns if column not in (*text, BATCH)]
    parts = []
    if numeric and corrects:
        parts.append(("numbers", _corrected_numbers(options, numeric, task), [*numeric, BATCH]))
    elif numeric:
        parts.append(("numbers", _numbers(options, numeric, task), numeric))
    if text:
        parts.append(("categories", OneHotEncoder(handle_unknown="ignore", sparse_output=False), text))
    steps = [("columns", ColumnTransformer(parts, verbose_feature_names_out=False))]
    if options["select"] is not None:
        score = f_classif if task == "classification" else f_regression
        # k beyond the number of features keeps all of them, with a warning.
        steps.append(("select", SelectKBest(score, k=options["select"])))
    return Pipeline(steps)


def origins(prepare) -> np.ndarray | None:
    """Return the feature that each column of a fitted preparation comes from, (prepared features,).

    None where a column depends on other features or on the batch of its row: centred log-ratios, corrected batches, images and sequences.
    """
    if not isinstance(prepare, Pipeline) or not isinstance(prepare[0], ColumnTransformer):
        return None
    names = []
    for _, transformer, features in prepare[0].transformers_:
        if isinstance(transformer, OneHotEncoder):
            levels = [len(each) for each in transformer.categories_]
            names += np.repeat(np.array(features, dtype=object), levels).tolist()
        elif isinstance(transformer, Pipeline) and all(map(_each_alone, transformer)):
            names += features
        elif transformer != "drop":
            return None
    names = np.array(names, dtype=object)
    for step in prepare[1:]:
        if isinstance(step, SelectKBest):
            names = names[step.get_support()]
        elif not isinstance(step, SmoothClip):
            return None
    return names


def clipped(prepare) -> Pipeline:
    """Return an unfitted preparation of columns with its numbers bent at the end (`SmoothClip`), as some networks read them."""
    return Pipeline([*prepare.steps, ("clip", SmoothClip())])


def as_measured(prepare):
    """Return an unfitted preparation of pixels without a scale that is learned (`ImagePlanes`), as pretrained networks read them."""
    return prepare.set_params(standardised=False)


def unclipped(prepare):
    """Return a fitted preparation without the bending at its end: what is far away is far away there."""
    return prepare[:-1] if isinstance(prepare, Pipeline) and isinstance(prepare[-1], SmoothClip) else prepare


def _each_alone(step) -> bool:
    """Whether a step makes each column from the same column of its input."""
    if isinstance(step, TunedTransform):
        return _each_alone(step.transform_)
    known = isinstance(step, FunctionTransformer) and step.func in (None, np.log1p)
    return known or isinstance(step, SimpleImputer | StandardScaler | RobustScaler) or step == "passthrough"


def chosen_transform(prepare) -> str | None:
    """Return the transform that a fitted preparation chose where `preprocess.transform` is tuned; None where nothing was to be chosen."""
    if isinstance(prepare, TunedTransform):
        return prepare.chosen_
    parts = ()
    if isinstance(prepare, Pipeline):
        parts = [step for _, step in prepare.steps]
    elif isinstance(prepare, ColumnTransformer):
        parts = [part for _, part, _ in prepare.transformers_]
    return next((found for found in map(chosen_transform, parts) if found), None)


def _numbers(options: dict, numeric: list[str], task: str) -> Pipeline:
    return _steps(_before(options, numeric, task) + _after(options))


def _corrected_numbers(options: dict, numeric: list[str], task: str) -> Pipeline:
    """The same steps with ComBat between; it takes the number of each row's batch from the last column."""
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=UNKNOWN, encoded_missing_value=UNKNOWN, dtype=float
    )
    beside = ColumnTransformer(
        [("numbers", _steps(_before(options, numeric, task)), numeric), ("batch", codes, [BATCH])],
        verbose_feature_names_out=False,
    )
    return Pipeline([("beside", beside), ("correct", ComBat()), *_after(options)])


def _before(options: dict, numeric: list[str], task: str) -> list:
    steps = []
    if options["impute"] != "none":
        # A feature without any value in a training part becomes 0 rather than vanishing.
        steps.append(("impute", SimpleImputer(strategy=options["impute"], keep_empty_features=True)))
    transforms = {"log1p": FunctionTransformer(np.log1p, feature_names_out="one-to-one"), "clr": CentredLogRatio()}
    if options["transform"] == "tuned":
        candidates = [("none", FunctionTransformer(feature_names_out="one-to-one")), *transforms.items()]
        # One feature alone is no composition.
        steps.append(("transform", TunedTransform(candidates if len(numeric) > 1 else candidates[:2], task)))
    elif options["transform"] != "none":
        steps.append(("transform", transforms[options["transform"]]))
    return steps


def _after(options: dict) -> list:
    if options["scale"] == "none":
        return []
    return [("scale", StandardScaler() if options["scale"] == "standard" else RobustScaler())]


def _steps(steps: list) -> Pipeline:
    return Pipeline(steps or [("as_is", "passthrough")])
