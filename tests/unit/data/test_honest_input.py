"""Input that is legal to the eye and would make a study say something false."""

import numpy as np
import pandas as pd
import pytest
from small import resolved, rows

from tentips.artifacts import read_table, write_table
from tentips.data import readers
from tentips.data.split import hold_out
from tentips.data.tidy import tidy
from tentips.errors import StudyError
from tentips.statistics.association import associate
from tentips.study.config import role_columns


def written(tmp_path, text, name="table.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def joined(features, sheet, **sections):
    config = resolved(**sections)
    return tidy(features, sheet, config["data"], config["split"], config["preprocess"], role_columns(config))


def small(n=24, **columns):
    random = np.random.default_rng(0)
    ids = [f"s{number}" for number in range(n)]
    features = pd.DataFrame({"id": ids, "x": random.normal(size=n), "y": random.normal(size=n), **columns})
    return features, pd.DataFrame({"id": ids, "label": ["a", "b"] * (n // 2)})


def test_row_numbers_without_a_name_do_not_become_a_feature(tmp_path):
    frame = pd.DataFrame({"id": list("abc"), "x": [1.0, 2.0, 3.0]})
    frame.to_csv(tmp_path / "rows.csv")
    with pytest.raises(StudyError, match="column 1 has no name"):
        readers.read_features(tmp_path / "rows.csv", "id")


def test_a_class_called_none_stays_and_na_is_missing(tmp_path):
    sheet = readers.read_samples(written(tmp_path, "id,label\na,None\nb,mild\nc,NA\nd,null\n"), "id")
    assert sheet["label"].tolist()[:2] == ["None", "mild"]
    assert sheet["label"].isna().tolist() == [False, False, True, False]


def test_results_keep_names_that_look_missing(tmp_path):
    write_table(pd.DataFrame({"class": ["None", "NA"], "n": [1.0, np.nan]}), tmp_path / "t.tsv")
    found = read_table(tmp_path / "t.tsv")
    assert found["class"].tolist() == ["None", "NA"]
    assert found["n"].isna().tolist() == [False, True]


def test_leading_zeros_of_names_are_kept(tmp_path):
    sheet = readers.read_samples(written(tmp_path, "id,plate,age\n007,01,31\n008,1,\n"), "id")
    assert sheet["id"].tolist() == ["007", "008"]
    assert sheet["plate"].tolist() == ["01", "1"]
    assert sheet["age"].tolist()[0] == 31 and np.isnan(sheet["age"][1])


def test_a_measurement_below_its_detection_limit_is_not_taken_for_categories(tmp_path):
    lines = [f"s{number},<0.1" for number in range(36)] + [f"t{number},{number / 7}" for number in range(24)]
    path = written(tmp_path, "id,x\n" + "\n".join(lines) + "\n")
    with pytest.raises(StudyError, match=r"column 'x' holds numbers, but also '<0.1'"):
        readers.read_features(path, "id")


def test_a_level_that_no_sample_has_is_no_class(tmp_path):
    features, sheet = small()
    sheet["label"] = pd.Categorical(sheet["label"], categories=["a", "b", "zz"])
    sheet.to_parquet(tmp_path / "sheet.parquet")
    found = joined(features, readers.read_samples(tmp_path / "sheet.parquet", "id"))
    assert sorted(found.samples["label"].unique()) == ["a", "b"]


def test_missing_values_need_imputation():
    features, sheet = small()
    features.loc[3, "x"] = np.nan
    with pytest.raises(StudyError, match=r"preprocess.impute is none, but 1 features have missing values"):
        joined(features, sheet, preprocess={"impute": "none"})


@pytest.mark.parametrize("transform", ["log1p", "clr", "tuned"])
def test_a_logarithm_of_negative_values_is_refused(transform):
    features, sheet = small()
    features.loc[5, "y"], features["x"] = -2.0, features["x"].abs()
    with pytest.raises(StudyError, match=f"preprocess.transform is {transform}, but feature 'y' is negative in sample"):
        joined(features, sheet, preprocess={"transform": transform})


def test_features_without_any_variation_are_refused():
    features, sheet = small()
    with pytest.raises(StudyError, match="every feature has one and the same value"):
        joined(features[["id"]].assign(x=1.0, y=0.0), sheet)


def test_a_factor_without_values_has_no_association():
    found = associate(pd.Series(["a", "b"] * 5), pd.Series([np.nan] * 10), np.arange(10), False)
    assert np.isnan(found.value) and found.n == 0


def test_rows_that_are_set_aside_leave_some_of_every_class():
    """The rare class stands in the smallest group, which alone comes nearest to the wanted size."""
    groups = np.repeat([0, 1, 2], [20, 20, 6])
    strata = (groups == 2).astype(int)
    for seed in range(20):
        held = hold_out(strata, groups, 0.15, seed)
        assert set(strata[~held]) == {0, 1}


def test_too_few_groups_to_stop_a_network_are_told():
    from tentips.data.rows import fit_and_stop

    truth = np.repeat([0, 1], 10)
    table = rows(np.zeros((20, 1)), truth, groups=truth)
    with pytest.raises(StudyError, match="a class is left without any to learn from"):
        fit_and_stop(table, np.arange(20), 0.15, 1)
