"""Features and sample sheet of a study, joined, checked and tidy: the same samples in the same order."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tentips.data import other_labels
from tentips.data.ids import matched
from tentips.data.missing_words import check_classes, look_alikes, read_as_missing
from tentips.data.modality import modality
from tentips.data.spellings import settled_columns
from tentips.errors import StudyError, listed
from tentips.study.positive import positive_class, unknown_positive
from tentips.study.roles import check_declared, check_known, role_table, with_patterns

SAMPLE, LABEL, GROUP = "sample", "label", "group"
BATCH = "(batch)"  # the column in which a row's batch reaches its correction, beside the features
MOST_LEVELS = (
    0.5  # a text column with more values than this share of its entries names samples, it does not describe them
)
# Roles in which names that look equal must be one.
NAMES = ("group", "label", "other_labels", "batch", "site", "covariates")
TABLES = {"features": "the features table", "samples": "the sample sheet"}


@dataclass
class StudyData:
    """Tidy features (`sample`, then features) and samples (`sample`, `label`, `group`, then declared columns).

    `exclusions` says how many samples or features there were before and after each step that left some out, and why;
    `roles` describes each column of the sample sheet (`roles.role_table`); `spellings` says in which columns names that
    look equal were counted as one; `looks_missing` are values that may stand for missing ones.
    """

    features: pd.DataFrame
    samples: pd.DataFrame
    exclusions: list[dict] = field(default_factory=list)
    roles: list[dict] = field(default_factory=list)
    spellings: list[dict] = field(default_factory=list)
    looks_missing: list[dict] = field(default_factory=list)

    def missing_features(self) -> dict[str, int]:
        """Return how many values of the features are missing, and in how many columns."""
        gaps = self.features.drop(columns="sample").isna().to_numpy()
        return {"values": int(gaps.sum()), "columns": int(gaps.any(axis=0).sum())}


def tidy(
    features: pd.DataFrame,
    sheet: pd.DataFrame,
    declared: dict,
    split: dict,
    preprocess: dict,
    roles: dict[str, list[str]],
    tables: dict = TABLES,
) -> StudyData:
    """Join `features` and `sheet` on their ids and check both against what is `declared` of them.

    `declared` is the section data of a resolved configuration, `split` and `preprocess` are the sections of these names. `roles`
    maps each role to its columns (`config.role_columns`), `tables` the two to their names in errors. Samples without a label are
    left out, and said so.
    Raises StudyError in one line for whatever a person has to decide.
    """
    data = with_patterns(declared, sheet.columns, roles)
    id_column, missing = data["id"], sheet.attrs.get("missing", {})
    check_known(sheet.columns, "the sample sheet", roles, declared["ignored"])
    _check_sheet(sheet, roles, data["ignored"], one_table=set(sheet.columns) == set(features.columns))
    features = features.assign(**{id_column: matched(features[id_column], sheet[id_column], data["spellings"], tables)})
    kind = modality(data["modality"], features.attrs)
    features, exclusions = kind.choose(features, data, roles)
    features, joined = kind.settle(features, tables["features"], data["spellings"])
    sheet = sheet.set_index(id_column).loc[features[id_column]].reset_index()

    kept = _labelled(sheet, data, tables["samples"], missing)
    if not kept.all():
        reason = f"no value in the label column '{data['label']}'{read_as_missing(missing.get(data['label']))}"
        exclusions.append(_exclusion("samples", len(kept), int((~kept).sum()), reason))
    features, sheet = features[kept].reset_index(drop=True), sheet[kept].reset_index(drop=True)
    kind.check(features.drop(columns=id_column), features[id_column], preprocess)

    if data["task"] == "classification":
        check_classes(sheet[data["label"]], data, tables["samples"])
    names = [column for role in NAMES for column in roles[role] if role != "label" or data["task"] == "classification"]
    sheet, joined_names = settled_columns(sheet, names, tables["samples"], data["spellings"], as_text(data["positive"]))

    if preprocess["batch_correction"] != "none":
        _check_batches(combined_batches(sheet, roles["batch"]), roles["batch"])

    samples = pd.DataFrame(
        {SAMPLE: sheet[id_column], LABEL: _labels(sheet[data["label"]], data, split["folds"], missing)}
    )
    sheet = other_labels.in_sheet(sheet, roles["other_labels"], tables["samples"])
    samples[GROUP] = _groups(sheet, roles["group"], sheet[id_column])
    if split["strategy"] == "homology":
        clusters = kind.clusters(kind.inputs(features.drop(columns=id_column)))
        linked = combined_groups(pd.DataFrame({"cluster": clusters, "group": samples[GROUP]}))
        samples[GROUP] = pd.Series(linked).map(lambda number: f"cluster {number + 1}")
    for role in ("group", "other_labels", "batch", "site", "time", "covariates", "split"):
        for column in roles[role]:
            _place(samples, column, sheet[column], role, data)
    for column in data["ignored"]:
        _place(samples, column, sheet[column], "ignored", data)
    named = [column for role in ("label", *NAMES) for column in roles[role]]
    unusual = look_alikes(features.drop(columns=id_column), sheet[list(dict.fromkeys(named))], tables)
    features = features.rename(columns={id_column: SAMPLE})
    columns = role_table(sheet, roles, data["ignored"])
    return StudyData(features, samples, exclusions, columns, [*joined, *joined_names], unusual)


def _labelled(sheet: pd.DataFrame, data: dict, table: str, missing: dict) -> np.ndarray:
    """Which samples have a label; raises StudyError where none has."""
    kept = sheet[data["label"]].notna().to_numpy()
    if not kept.any():
        raise StudyError(
            f"{table}: label '{data['label']}' has no value in any sample{_class_read_as_missing(data, missing)}; "
            "fill it in, or name another column as data.label."
        )
    return kept


def classes_of(labels: pd.Series, positive=None) -> list[str]:
    """Return the classes in the order in which models score them; the positive class of two comes last."""
    classes = sorted(labels.astype(str).unique())
    if positive is not None:
        last = positive_class(classes, positive) or as_text(positive)
        classes = [name for name in classes if name != last] + [last]
    return classes


def as_text(value) -> str:
    """Write a class as text: a whole number without its decimals, everything else as it is."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def combined_groups(frame: pd.DataFrame) -> np.ndarray:
    """Number the sets of rows that are linked by sharing a value in any column (connected components).

    Two rows that share a patient, or a family, or each one with a third row, must not be divided. Shape (rows,).
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(frame)
    rows, nodes, offset = [], [], n
    for column in frame:
        codes, values = pd.factorize(frame[column])
        rows.append(np.arange(n))
        nodes.append(codes + offset)
        offset += len(values)
    edges = np.concatenate(rows), np.concatenate(nodes)
    graph = coo_array((np.ones(len(edges[0])), edges), shape=(offset, offset))
    return connected_components(graph, directed=False)[1][:n]


def combined_batches(sheet: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Return the batch of each row as text, the combination of `columns` where there are several; None where one is missing."""
    names = sheet[columns].apply(lambda column: column.map(as_text))
    batch = names.agg(" / ".join, axis=1)
    return batch.astype(object).where(sheet[columns].notna().all(axis=1), None).to_numpy()


def _check_sheet(sheet: pd.DataFrame, roles: dict[str, list[str]], ignored: list[str], one_table: bool) -> None:
    missing = sheet.attrs.get("missing", {})
    # Where features and samples are one table, a column without a role is a feature.
    if not one_table:
        check_declared(sheet.columns, "the sample sheet", roles, ignored)
    for role in ("group", "site", "time", "split"):
        for column in roles[role]:
            if sheet[column].isna().any():
                rows = np.flatnonzero(sheet[column].isna())
                ids = sheet[roles["id"][0]].iloc[rows]
                raise StudyError(
                    f"column '{column}' has the role {role} but is empty for sample {listed(ids)}{read_as_missing(missing.get(column))}; fill it in, or take these samples out."
                )


def feature_columns(features: pd.DataFrame, data: dict, roles: dict[str, list[str]]) -> tuple[pd.DataFrame, list[dict]]:
    """Return the id and the features of a table, and what was left out, step by step."""
    id_column = data["id"]
    repeated = features.columns[features.columns.duplicated()]
    if len(repeated):
        raise StudyError(
            f"feature {listed(repeated)} is there more than once in the features table; names must differ."
        )
    measured = list(features.columns.drop(id_column))
    taken = {column for columns in roles.values() for column in columns}
    steps = {
        "columns with a role under data, which are no features": lambda column: column in taken,
        "listed under data.ignored": lambda column: column in data["ignored"],
    }
    if data["feature_columns"] != "all":
        unknown = [column for column in data["feature_columns"] if column not in features]
        if unknown:
            raise StudyError(
                f"data.feature_columns names {listed(unknown)}, which the features table does not have; it has: {listed(features.columns, 12)}."
            )
        named = set(data["feature_columns"])
        steps["not named in data.feature_columns"] = lambda column: column not in named
    chosen, exclusions = measured, []
    for reason, left_out in steps.items():
        kept = [column for column in chosen if not left_out(column)]
        if len(kept) < len(chosen):
            exclusions.append(_exclusion("features", len(chosen), len(chosen) - len(kept), reason))
        chosen = kept
    if data["feature_columns"] != "all":
        chosen = data["feature_columns"]
    if not chosen:
        raise StudyError("the features table has no column without another role; nothing is left to predict from.")
    if SAMPLE in chosen and id_column != SAMPLE:
        raise StudyError(f"a feature is called '{SAMPLE}', which is the name that results use for the id; rename it.")
    if BATCH in chosen:
        raise StudyError(f"a feature is called '{BATCH}', a name that batch correction uses; rename it.")
    return features[[id_column, *chosen]], exclusions


def _exclusion(what: str, before: int, left_out: int, reason: str) -> dict:
    return {"what": what, "before": before, "left_out": left_out, "after": before - left_out, "reason": reason}


def check_features(features: pd.DataFrame, ids: pd.Series) -> None:
    """Raise StudyError where a feature is empty or infinite, or names samples rather than describing them."""
    empty = features.columns[features.isna().all()]
    if len(empty):
        raise StudyError(f"feature {listed(empty)} has no value in any sample; take the column out.")
    numeric = features.select_dtypes("number")
    infinite = np.isinf(numeric.to_numpy(dtype=float, na_value=np.nan))
    if infinite.any():
        place = np.flatnonzero(infinite.any(axis=0))[0]
        raise StudyError(
            f"feature '{numeric.columns[place]}' is infinite in sample {listed(ids[infinite[:, place]])}; correct the values, or leave them empty."
        )
    for column in features.columns.difference(numeric.columns, sort=False):
        if pd.api.types.is_bool_dtype(features[column]):
            continue
        present = features[column].dropna()
        levels = present.nunique()
        if levels > MOST_LEVELS * len(present):
            raise StudyError(
                f"feature '{column}' is text with {levels} different values in {len(present)} samples; it names samples rather than describing them. Take it out, or give it a role."
            )


def check_preparation(features: pd.DataFrame, ids: pd.Series, options: dict) -> None:
    """Raise StudyError where the resolved `preprocess` section asks for what these features do not allow."""
    numeric = features.select_dtypes("number")
    if options["impute"] == "none" and numeric.isna().any(axis=None):
        lacking = numeric.columns[numeric.isna().any()]
        raise StudyError(
            f"preprocess.impute is none, but {len(lacking)} features have missing values ({listed(lacking)}), with which most models cannot be trained; set it to median or mean."
        )
    if options["transform"] != "none":
        for column in numeric.columns[(numeric < 0).any()]:
            negative = ids[(numeric[column] < 0).to_numpy()]
            raise StudyError(
                f"preprocess.transform is {options['transform']}, but feature '{column}' is negative in "
                f"sample {listed(negative)}; a logarithm needs values from 0 upwards. Set transform to "
                "none, or correct the values."
            )
    if options["transform"] == "clr" and numeric.shape[1] < 2:
        raise StudyError(
            "preprocess.transform is clr, which compares features with one another, but there is only one."
        )
    if (features.nunique(dropna=False) < 2).all():
        raise StudyError("every feature has one and the same value in all samples; there is nothing to learn from.")


def _check_batches(batch: np.ndarray, columns: list[str]) -> None:
    counts = pd.Series(batch).value_counts()
    if (counts >= 2).sum() < 2:
        raise StudyError(
            f"preprocess.batch_correction is combat, but data.batch ({listed(columns)}) has {len(counts)} "
            f"different values in {len(batch)} samples and fewer than two of them are in several "
            "samples; nothing can be corrected. Set it to none, or declare coarser batches."
        )


def _labels(labels: pd.Series, data: dict, folds: int, missing: dict) -> pd.Series:
    if data["task"] == "regression":
        numbers = pd.to_numeric(labels, errors="coerce")
        if numbers.isna().any():
            raise StudyError(
                f"label '{data['label']}' holds text ({listed(labels[numbers.isna()].unique())}) but data.task is regression; correct it, or set data.task to classification."
            )
        if np.isinf(numbers).any():
            raise StudyError(f"label '{data['label']}' holds infinite values; correct them, or leave them empty.")
        if numbers.nunique() < 3:
            raise StudyError(
                f"label '{data['label']}' has {numbers.nunique()} different value(s), too few for regression; is it a classification?"
            )
        return numbers.astype(float)
    text = labels.map(as_text)
    counts = text.value_counts()
    if len(counts) < 2:
        raise StudyError(
            f"label '{data['label']}' has one class only ({listed(counts.index)}); there is nothing to tell "
            f"apart{_class_read_as_missing(data, missing)}. A classification needs two classes; see whether data.label is the "
            "right column."
        )
    if len(counts) > 0.5 * len(text):
        raise StudyError(
            f"label '{data['label']}' has {len(counts)} classes in {len(text)} samples; is it a number to be predicted (data.task: regression)?"
        )
    if data["positive"] is not None:
        if len(counts) > 2:
            raise StudyError(
                f"data.positive is declared, but label '{data['label']}' has {len(counts)} classes ({listed(counts.index)}); it is for two."
            )
        if positive_class(counts.index, data["positive"]) is None:
            raise StudyError(unknown_positive(data, counts.index))
    if counts.min() <= folds:
        raise StudyError(
            f"class '{counts.idxmin()}' of label '{data['label']}' has {counts.min()} samples, too few for {folds} folds and a test part; lower split.folds, or join or drop the class."
        )
    return text


def _class_read_as_missing(data: dict, missing: dict) -> str:
    statement = read_as_missing(missing.get(data["label"]))
    return f"{statement}. If such a word is a class, write data.missing: {{{data['label']}: []}}" if statement else ""


def _groups(sheet: pd.DataFrame, columns: list[str], ids: pd.Series) -> pd.Series:
    if not columns:
        return ids.astype(str)
    if len(columns) == 1:
        return sheet[columns[0]].map(as_text)
    return pd.Series(combined_groups(sheet[columns]), index=sheet.index).map(lambda number: f"group {number}")


def _place(samples: pd.DataFrame, column: str, values: pd.Series, role: str, data: dict) -> None:
    if column in (SAMPLE, LABEL, GROUP):
        # These names are taken in the results; a column of that name is only fine where it is the same thing.
        same = {SAMPLE: column == data["id"], LABEL: column == data["label"], GROUP: data["group"] == [column]}[column]
        if not same:
            raise StudyError(
                f"column '{column}' has the role {role}, but results use that name for the {column}; rename it."
            )
        return
    samples[column] = values
