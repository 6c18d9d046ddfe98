import numpy as np
import pandas as pd
import pytest
from small import resolved

from tentips.data.tidy import as_text, classes_of, combined_groups, tidy
from tentips.errors import StudyError
from tentips.study.config import role_columns


def tables(n=40):
    random = np.random.default_rng(0)
    ids = [f"bird {i}" for i in range(n)]
    features = pd.DataFrame({"id": ids, "Länge": random.normal(size=n), "x": random.normal(size=n)})
    sheet = pd.DataFrame({"id": ids, "label": np.resize(np.array(["f", "m"], dtype=object), n)})
    return features, sheet


def tidied(features, sheet, split=None, **data):
    config = resolved(data=data, split=split or {})
    return tidy(features, sheet, config["data"], config["split"], config["preprocess"], role_columns(config))


def refused(features, sheet, match, split=None, **data):
    with pytest.raises(StudyError, match=match):
        tidied(features, sheet, split, **data)


def test_sheet_is_brought_into_the_order_of_the_features():
    features, sheet = tables()
    found = tidied(features, sheet.iloc[::-1])
    assert list(found.features.columns) == ["sample", "Länge", "x"]
    assert found.samples["sample"].tolist() == features["id"].tolist()
    assert found.samples["label"].tolist() == sheet["label"].tolist()
    assert found.samples["group"].tolist() == features["id"].tolist()
    assert found.exclusions == []


def test_samples_without_a_label_are_left_out_and_counted():
    features, sheet = tables()
    sheet.loc[[3, 7], "label"] = None
    found = tidied(features, sheet)
    assert len(found.features) == len(found.samples) == 38
    assert "bird 3" not in found.features["sample"].tolist()
    assert found.features["sample"].tolist() == found.samples["sample"].tolist()
    assert [(entry["what"], entry["before"], entry["left_out"], entry["after"]) for entry in found.exclusions] == [
        ("samples", 40, 2, 38)
    ]


def test_columns_with_a_role_are_no_features():
    features, sheet = tables()
    features = features.assign(label=sheet["label"], season=2007, note="n")
    sheet = sheet.assign(season=2007, note="n", nest=np.arange(40) // 2)
    found = tidied(features, sheet, batch="season", ignored="note", group="nest")
    assert list(found.features.columns) == ["sample", "Länge", "x"]
    assert list(found.samples.columns) == ["sample", "label", "group", "nest", "season", "note"]
    assert found.samples["group"].tolist() == [str(i // 2) for i in range(40)]
    steps = [tuple(entry.values()) for entry in found.exclusions]
    assert steps == [
        ("features", 5, 2, 3, "columns with a role under data, which are no features"),
        ("features", 3, 1, 2, "listed under data.ignored"),
    ]


def test_every_column_of_a_separate_sheet_has_a_role_or_is_ignored():
    features, sheet = tables()
    sheet = sheet.assign(nest=np.arange(40) // 2, ring="r", note=["n", None] * 20)
    told = r"^the sample sheet has 2 columns without a role; give each a role under data, or list it there: ignored: \[ring, note\] \(or ignored"
    refused(features, sheet, told, group="nest")
    refused(features, sheet, r"has a column without a role; .*ignored: \[note\]", group="nest", ignored="ring")
    found = tidied(features, sheet, group="nest", time="nest", ignored=["ring", "note"])
    assert [tuple(row.values()) for row in found.roles] == [
        ("id", ["id"], 40, 0),
        ("label", ["label"], 2, 0),
        ("nest", ["group", "time"], 20, 0),
        ("ring", ["ignored"], 1, 0),
        ("note", ["ignored"], 1, 20),
    ]


def test_obs_columns_of_an_h5ad_file_are_no_features_and_need_roles(tmp_path):
    import anndata

    from tentips.data import readers as reading

    features, sheet = tables()
    obs = pd.DataFrame(
        {"label": sheet["label"].to_numpy(), "plate": np.full(40, "p"), "n_counts": 1.0}, dtype=object
    ).astype({"n_counts": float})
    obs.index = pd.Index(features["id"], dtype=object)
    made = anndata.AnnData(features[["x"]].to_numpy(), obs=obs, var=pd.DataFrame(index=pd.Index(["x"], dtype=object)))
    made.write_h5ad(tmp_path / "one.h5ad")
    read = reading.read_features(tmp_path / "one.h5ad", "id"), reading.read_samples(tmp_path / "one.h5ad", "id")
    refused(*read, r"2 columns without a role; .*ignored: \[plate, n_counts\]")
    assert list(tidied(*read, batch="plate", ignored="n_counts").features.columns) == ["sample", "x"]


def test_a_pattern_of_ignored_columns_spares_what_has_a_role():
    features, sheet = tables()
    sheet = sheet.assign(nest=np.arange(40) // 2, clin_1=1, clin_2=2)
    found = tidied(features, sheet, group="nest", ignored="*")
    assert list(found.samples.columns) == ["sample", "label", "group", "nest", "clin_1", "clin_2"]
    assert [row["roles"] for row in found.roles] == [["id"], ["label"], ["group"], ["ignored"], ["ignored"]]
    refused(features, sheet, r"data.ignored is 'klin\*', but the sample sheet has no such column", ignored="klin*")


def test_positive_true_means_the_tables_spelling():
    features, sheet = tables()
    sheet["label"] = np.resize(["TRUE", "FALSE"], 40)
    found = tidied(features, sheet, positive=True)
    assert sorted(found.samples["label"].unique()) == ["FALSE", "TRUE"]
    assert classes_of(found.samples["label"], True) == ["FALSE", "TRUE"]
    assert classes_of(found.samples["label"], False) == ["TRUE", "FALSE"]


def test_in_one_table_a_column_without_a_role_is_a_feature():
    features, sheet = tables()
    one = features.assign(label=sheet["label"], nest=np.arange(40) // 2, note="n")
    found = tidied(one, one, group="nest", ignored="note")
    assert list(found.features.columns) == ["sample", "Länge", "x"]
    chosen = tidied(one, one, group="nest", feature_columns=["x"])
    assert list(chosen.features.columns) == ["sample", "x"]
    assert [(entry["before"], entry["after"], entry["reason"]) for entry in chosen.exclusions] == [
        (5, 3, "columns with a role under data, which are no features"),
        (3, 1, "not named in data.feature_columns"),
    ]


def test_chosen_features_are_taken_and_unknown_ones_refused():
    features, sheet = tables()
    assert list(tidied(features, sheet, feature_columns=["x"]).features.columns) == ["sample", "x"]
    assert list(tidied(features, sheet, feature_columns=["x", "Länge"]).features.columns) == ["sample", "x", "Länge"]
    refused(features, sheet, r"data.feature_columns names y, .*it has: id, Länge, x", feature_columns=["x", "y"])
    refused(features[["id"]], sheet, "no column without another role")


def test_ids_that_do_not_match_are_counted_and_named():
    features, sheet = tables()
    features.loc[0, "id"], features.loc[1, "id"] = "Bird 0", "bird  1"
    refused(
        features,
        sheet,
        r"2 of 40 samples of the features table are not in the sample sheet \(Bird 0, bird  1\) and 2 of 40 samples of",
    )
    refused(
        features.iloc[2:],
        sheet,
        r"^2 of 40 samples of the sample sheet are not in the features table \(bird 0, bird 1\)",
    )


def test_column_without_any_value_is_refused():
    features, sheet = tables()
    features["Länge"] = np.nan
    refused(features, sheet, "feature Länge has no value in any sample")


def test_column_whose_only_values_are_in_samples_without_label_is_refused():
    features, sheet = tables()
    features["x"] = np.where(np.arange(40) == 5, 1.0, np.nan)
    sheet.loc[5, "label"] = None
    refused(features, sheet, "feature x has no value in any sample")


def test_infinite_value_is_refused_with_its_sample():
    features, sheet = tables()
    features.loc[4, "x"] = -np.inf
    refused(features, sheet, "feature 'x' is infinite in sample bird 4;")


def test_text_with_nearly_as_many_values_as_rows_is_refused():
    features, sheet = tables()
    features["ring"] = [f"N{i}" for i in range(40)]
    refused(features, sheet, "feature 'ring' is text with 40 different values in 40 samples")
    features["ring"] = [f"N{i // 2}" for i in range(40)]
    assert "ring" in tidied(features, sheet).features


def test_one_class_is_refused():
    features, sheet = tables()
    refused(features, sheet.assign(label="f"), r"label 'label' has one class only \(f\)")


def test_class_with_no_more_samples_than_folds_is_refused():
    features, sheet = tables()
    sheet.loc[:4, "label"] = "rare"
    refused(features, sheet, "class 'rare' of label 'label' has 5 samples, too few for 5 folds")
    assert len(tidied(features, sheet, split={"folds": 4}).samples) == 40


def test_as_many_classes_as_samples_are_refused():
    features, sheet = tables()
    refused(features, sheet.assign(label=np.arange(40) * 1.5), r"40 classes in 40 samples; .*regression")


def test_regression_label_that_holds_text_is_refused():
    features, sheet = tables()
    label = pd.Series(np.arange(40).astype(str), dtype=object)
    assert tidied(features, sheet.assign(label=label), task="regression").samples["label"].tolist() == list(range(40))
    label[2] = "heavy"
    refused(features, sheet.assign(label=label), r"label 'label' holds text \(heavy\)", task="regression")


def test_infinite_or_nearly_constant_regression_label_is_refused():
    features, sheet = tables()
    values = np.arange(40.0)
    values[3] = np.inf
    refused(features, sheet.assign(label=values), "holds infinite values", task="regression")
    refused(features, sheet.assign(label=np.arange(40) % 2), r"has 2 different value\(s\)", task="regression")


def test_positive_class_must_be_there_and_be_one_of_two():
    features, sheet = tables()
    refused(features, sheet, "data.positive is 'male', but label 'label' holds f, m", positive="male")
    three = sheet.assign(label=np.resize(np.array(["f", "m", "u"], dtype=object), 40))
    refused(features, three, "data.positive is declared, but label 'label' has 3 classes", positive="f")
    numbers = sheet.assign(label=np.where(np.arange(40) % 2, 1.0, 0.0))
    assert tidied(features, numbers, positive=1).samples["label"].unique().tolist() == ["0", "1"]


def test_positive_class_stands_last():
    labels = pd.Series(["b", "a", "b"])
    assert classes_of(labels) == ["a", "b"]
    assert classes_of(labels, "a") == ["b", "a"]
    assert classes_of(pd.Series(["1", "0"]), 0.0) == ["1", "0"]


def test_role_column_that_is_missing_or_empty_is_refused():
    features, sheet = tables()
    refused(features, sheet, "data.group is 'nest', but the sample sheet has no such column", group="nest")
    sheet["nest"] = [None, *["n"] * 39]
    refused(features, sheet, "column 'nest' has the role group but is empty for sample bird 0", group="nest")


def test_column_with_a_name_that_results_use_is_refused():
    features, sheet = tables()
    clash = sheet.assign(group="A")
    refused(features, clash, "column 'group' has the role batch, but results use that name", batch="group")
    refused(features.rename(columns={"x": "sample"}), sheet, "a feature is called 'sample'")


def test_groups_over_two_columns_are_connected_components():
    frame = pd.DataFrame(
        {"patient": ["p1", "p1", "p2", "p3", "p4", "p5"], "family": ["f1", "f2", "f2", "f3", "f3", "f4"]}
    )
    numbers = combined_groups(frame)
    # p1 - f2 - p2 are linked; p3 and p4 share f3; p5 is alone
    assert numbers[0] == numbers[1] == numbers[2]
    assert numbers[3] == numbers[4]
    assert len(set(numbers)) == 3


def test_equal_words_in_two_group_columns_do_not_link_rows():
    assert len(set(combined_groups(pd.DataFrame({"a": ["1", "2"], "b": ["2", "3"]})))) == 2


def test_tidy_combines_declared_groups():
    features, sheet = tables()
    sheet["patient"], sheet["family"] = np.arange(40) // 2, np.arange(40) // 4
    found = tidied(features, sheet, group=["patient", "family"])
    assert found.samples.groupby("group").size().tolist() == [4] * 10


@pytest.mark.parametrize(
    "value, text",
    [(1.0, "1"), (np.float64(-3), "-3"), (2.5, "2.5"), (7, "7"), (True, "True"), ("1.0", "1.0"), (np.inf, "inf")],
)
def test_classes_as_text(value, text):
    assert as_text(value) == text
