"""New samples are found by name, checked in one line, and read part by part."""

import gzip

import numpy as np
import pandas as pd
import pytest
from small import resolved, rows

from tentips.errors import StudyError
from tentips.models import baseline_search
from tentips.models.final_models import FinalBaseline
from tentips.models.guards import guard_of
from tentips.models.model_sheet import rare_categories, sheet_of
from tentips.models.recipe import Recipe
from tentips.models.sheet_options import SheetOptions
from tentips.predict.new_tables import check
from tentips.predict.predictions_table import decided, guards_of, summary, write
from tentips.probe.conformal import calibrate


def study(sensitive=False, n=60, **sections):
    random = np.random.default_rng(0)
    measured = pd.DataFrame(
        {
            "age": random.normal(50, 10, n).round(1),
            "sex": random.choice(["f", "m"], n),
            "smoker": random.random(n) < 0.5,
        }
    )
    measured.loc[3, "age"], measured.loc[4, "sex"] = np.nan, None
    own = rows(measured, (measured["age"].fillna(50) > 50).astype(int).to_numpy())
    config = resolved(study={"sensitive": sensitive}, **sections)
    return measured, own, config, sheet_of("logistic", "baseline", own, measured, SheetOptions.of(config), None)


def fitted(own, config):
    pipeline = baseline_search.refit("logistic", own, {}, Recipe.of(config))
    return FinalBaseline("logistic", "baseline", 1, own.classes, pipeline)


def written(tmp_path, frame, name="new.csv"):
    path = tmp_path / name
    frame.to_csv(path, index=False, sep="\t" if "tsv" in name else ",")
    return path


@pytest.mark.parametrize("name", ["new.csv", "new.tsv", "new.csv.gz", "new.parquet"])
def test_predictions_equal_those_of_the_model_whatever_the_order_of_columns(tmp_path, name):
    measured, own, config, sheet = study()
    model = fitted(own, config)
    frame = measured.assign(id=own.ids, label="x", notes="seen")[["notes", "smoker", "label", "sex", "id", "age"]]
    if name.endswith("parquet"):
        path = tmp_path / name
        frame.to_parquet(path)
    else:
        path = written(tmp_path, frame, name)
    samples = check(path, sheet)
    assert any("the label 'label'" in notice for notice in samples.notices)
    assert any("notes" in notice for notice in samples.notices)
    seen = []
    counts = write(samples, model, tmp_path / "out.tsv", seen.append, at_once=25)
    assert seen == [25, 50, 60] and counts["rows"] == 60
    table = pd.read_csv(tmp_path / "out.tsv", sep="\t")
    expected = model.predict(own.inputs)
    assert table[["score_class 0", "score_class 1"]].to_numpy() == pytest.approx(expected, abs=1e-9)
    assert list(table["sample"]) == list(own.ids)
    assert (table["prediction"] == np.array(own.classes)[expected.argmax(axis=1)]).all()
    assert table["missing"].sum() == 2


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("weight,height\n1,2\n", "no column in common"),
        ("id,age,sex\na,1,f\n", "misses a column that the model takes: smoker"),
        ("id,age,sex,smoker\n", "has a header but no rows"),
        ("", "is empty"),
        ("id,age,sex,smoker\na,1,f,True\nb,2,f,True\na,3,m,True\n", "id a is there more than once"),
        ("id,age,sex,smoker\n,1,f,True\n", "'id' is empty"),
        ("id,age,age,smoker\na,1,f,True\n", "column age is there more than once"),
    ],
)
def test_what_cannot_be_predicted_is_refused_in_one_line(tmp_path, table, line):
    path = tmp_path / "new.csv"
    path.write_text(table)
    with pytest.raises(StudyError, match=line) as error:
        check(path, study()[3])
    assert "\n" not in str(error.value)


def test_sequences_are_no_table(tmp_path):
    (tmp_path / "new.fa").write_text(">a\nACGT\n")
    with pytest.raises(StudyError, match=r"new.fa holds sequences, but the model takes a table"):
        check(tmp_path / "new.fa", study()[3])


def test_no_file_and_a_cut_off_file_are_refused(tmp_path):
    with pytest.raises(StudyError, match="there is no file"):
        check(tmp_path / "nothing.csv", study()[3])
    path = tmp_path / "cut.csv.gz"
    text = "id,age,sex,smoker\n" + "".join(f"{n},{n},f,True\n" for n in range(20_000))
    path.write_bytes(gzip.compress(text.encode())[:-2000])
    with pytest.raises(StudyError, match="cut-off"):
        check(path, study()[3])


def test_text_among_numbers_names_the_sample_and_leaves_no_file(tmp_path):
    measured, own, config, sheet = study()
    frame = measured.astype({"age": object}).assign(id=own.ids)
    frame.loc[7, "age"] = "high"
    samples = check(written(tmp_path, frame), sheet)
    with pytest.raises(StudyError, match=r"'high' \(sample s7\)"):
        write(samples, fitted(own, config), tmp_path / "out.tsv", lambda done: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.csv"]


def test_missing_values_and_logarithms_that_the_model_cannot_take_are_refused(tmp_path):
    measured, own, _, _ = study()
    measured["age"] = measured["age"].fillna(0)
    for preprocess, value, line in (
        ({"impute": "none"}, "", "impute is none"),
        ({"transform": "log1p"}, "-1", "negative for sample a, but the model takes its logarithm"),
        ({"transform": "tuned"}, "-1", "negative for sample a, but preprocess.transform is tuned"),
    ):
        config = resolved(preprocess=preprocess)
        sheet = sheet_of("logistic", "baseline", own, measured, SheetOptions.of(config), None)
        path = tmp_path / "new.csv"
        path.write_text(f"id,age,sex,smoker\na,{value},f,True\n")
        with pytest.raises(StudyError, match=line):
            list(check(path, sheet).parts())


def test_a_workbook_is_to_be_saved_as_text(tmp_path):
    (tmp_path / "new.xlsx").write_bytes(b"PK")
    with pytest.raises(
        StudyError, match=r"^new.xlsx: new samples are read from text .* save the table as one of these"
    ):
        check(tmp_path / "new.xlsx", study()[3])


def test_ids_in_the_index_of_a_parquet_table_are_read(tmp_path):
    measured, own, config, sheet = study()
    measured.assign(id=own.ids).set_index("id").to_parquet(tmp_path / "new.parquet")
    write(check(tmp_path / "new.parquet", sheet), fitted(own, config), tmp_path / "out.tsv", lambda done: None)
    assert list(pd.read_csv(tmp_path / "out.tsv", sep="\t")["sample"]) == list(own.ids)


def test_samples_without_ids_are_numbered_over_all_parts(tmp_path):
    measured, _, _, sheet = study()
    samples = check(written(tmp_path, measured), sheet)
    ids = [name for part in samples.parts(25) for name in part.ids]
    assert ids == [str(number + 1) for number in range(60)]


def test_each_sample_has_its_conformal_set_and_is_marked_where_it_is_unlike_the_training_samples(tmp_path):
    measured, own, config, sheet = study(n=200)
    model = fitted(own, config)
    matrix, predicted = model.prepare(own.inputs), model.predict(own.inputs)
    distances, _ = guard_of(matrix, own.fold, own.groups)
    guards = {"out_of_distribution": distances, "conformal": calibrate(own.truth, predicted, own.groups, own.classes)}
    frame = measured.assign(id=own.ids)
    frame.loc[0, "age"] = 500.0
    samples = check(written(tmp_path, frame), sheet | {"guards": guards})
    counts = write(samples, model, tmp_path / "out.tsv", lambda done: None, at_once=70)
    table = pd.read_csv(tmp_path / "out.tsv", sep="\t", keep_default_na=False)
    quantile = guards["conformal"]["quantiles"]["0.9"]
    inside = table[["score_class 0", "score_class 1"]].to_numpy() >= 1 - quantile - 1e-9
    sets = [" | ".join(np.array(own.classes)[row]) for row in inside]
    assert list(table["set_90"]) == sets and counts["set_90"] == int((inside.sum(axis=1) != 1).sum())
    assert table["unlike_training"].iloc[0] and table["distance"].iloc[0] > distances["threshold"]
    assert (table["unlike_training"] == (table["distance"] > distances["threshold"])).all()
    assert counts["unlike_training"] == table["unlike_training"].sum() < 10
    assert any("what is predicted of them is a guess" in line for line in summary(counts))


def test_a_number_is_predicted_with_its_interval():
    guards = {"conformal": {"quantiles": {"0.9": 2.0}}, "out_of_distribution": {"threshold": None}}
    found = guards_of(np.zeros((2, 1)), np.array([1.0, 5.0]), [], guards)
    assert found["low_90"].tolist() == [-1.0, 3.0] and found["high_90"].tolist() == [3.0, 7.0]
    few = {"conformal": {"quantiles": {"0.9": None}}, "out_of_distribution": {"threshold": None}}
    assert guards_of(np.zeros((2, 1)), np.array([1.0, 5.0]), [], few) == {}


def test_of_two_classes_the_threshold_decides_and_a_tie_goes_as_in_the_evaluation():
    probabilities = np.array([[0.5, 0.5], [0.4, 0.6], [0.6, 0.4]])
    assert decided(probabilities, 0.5).tolist() == probabilities.argmax(axis=1).tolist() == [0, 1, 0]


def test_sheet_of_a_sensitive_study_shows_nobodys_extremes_and_no_rare_category():
    measured, own, _, open_sheet = study()
    measured.loc[0, "age"], measured.loc[1, "sex"] = 109.0, "intersex"
    closed = sheet_of("logistic", "baseline", own, measured, SheetOptions.of(resolved(study={"sensitive": True})), None)
    age, sex, _ = closed["features"]
    values = measured["age"].dropna().sort_values().to_numpy()
    assert (age["low"], age["high"]) == (values[4], values[-5])
    assert sex["categories"] == ["f", "m"]
    assert rare_categories(own.modality, measured, own.groups, 5) == ["sex"]
    assert open_sheet["features"][0]["high"] == pytest.approx(study()[0]["age"].max())


def test_a_unit_of_no_feature_is_refused():
    with pytest.raises(StudyError, match=r"release\.units names weight"):
        study(release={"units": {"weight": "kg"}})


def test_new_samples_are_read_as_the_study_reads_its_tables(tmp_path):
    told = {"missing": {"age": ["NA", -9]}, "decimal": ",", "thousands": ".", "spellings": "join"}
    sheet = study(data=told)[-1]
    frame = pd.DataFrame(
        {
            "id": ["a", "NA", "c"],
            "age": ["50,5", "-9", "1.050,5"],
            "sex": ["F ", "m", "NA"],
            "smoker": [True, False, True],
        }
    )
    for name in ("new.csv", "new.parquet"):
        path = tmp_path / name
        frame.to_parquet(path) if name.endswith("parquet") else frame.to_csv(path, index=False)
        part = next(check(path, sheet).parts())
        ids, features = part.ids, part.measured
        assert ids.tolist() == ["a", "NA", "c"]
        assert features["age"].tolist()[::2] == [50.5, 1050.5] and np.isnan(features["age"][1])
        assert features["sex"].tolist()[:2] == ["f", "m"] and pd.isna(features["sex"][2])
    with pytest.raises(StudyError, match=r"column 'age' holds numbers in training, but here '50,5' \(sample a\)"):
        next(check(path, {**sheet, "reading": {}}).parts())
