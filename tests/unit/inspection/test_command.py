"""`snakemake inspect`: what is shown and what is proposed for tables as people have them."""

import shutil

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT, snakemake

from tentips.data.datasets import check_columns, check_positive, read_registry, sources_of
from tentips.data.reading import read_measurements, read_sheet
from tentips.data.tidy import tidy
from tentips.errors import StudyError
from tentips.inspection import proposed_config, tables_found
from tentips.inspection.command import PROPOSED, inspect, main
from tentips.study.config import role_columns
from tentips.study.resolution import resolve

N = 60


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    return tmp_path


def tables(**more):
    random = np.random.default_rng(0)
    ids = [f"s{number:03}" for number in range(N)]
    features = pd.DataFrame({"sample": ids, **{f"g{number}": random.normal(size=N) for number in range(8)}})
    sheet = pd.DataFrame(
        {"sample": ids, "state": np.resize(["case", "control"], N), "patient": [f"P{n // 2}" for n in range(N)], **more}
    )
    return features, sheet


def proposal(path=PROPOSED) -> dict:
    return yaml.safe_load(open(path, encoding="utf-8"))


def carried_out(config: dict):
    """The study that the proposal describes, read, joined and checked as the rule data does."""
    config = resolve(config)
    sources = sources_of(config["data"], read_registry())
    check_columns(config["data"], sources, role_columns(config))
    check_positive(config["data"], sources)
    features = read_measurements(sources["features"].path, config["data"], config["split"])
    return tidy(
        features,
        read_sheet(sources["samples"].path, config["data"], config["split"]),
        config["data"],
        config["split"],
        config["preprocess"],
        role_columns(config),
    )


def test_numbers_with_a_decimal_comma_are_proposed_to_be_read_as_such(folder):
    features, sheet = tables()
    features.to_csv("features.csv", sep=";", decimal=",", index=False)
    sheet.to_csv("sheet.csv", sep=";", index=False)
    inspect("features.csv", "sheet.csv")
    assert proposal()["data"]["decimal"] == "," and "thousands" not in proposal()["data"]
    study = carried_out(proposal())
    assert study.features["g0"].dtype == float and study.features["g0"].iloc[0] == float(features["g0"].iloc[0])


def test_a_class_that_is_called_as_missing_values_are_is_pointed_out(folder):
    features, sheet = tables()
    sheet = sheet.assign(state=np.resize(["NA", "EU"], N), patient=[f"P{n}" for n in range(N)])
    features.to_csv("features.csv", index=False)
    sheet.to_csv("sheet.csv", index=False)
    with pytest.raises(StudyError, match=r"could be predicted .* Look at 'state' \(read as missing: 'NA' in 30 samples\): if such a word is a class"):  # fmt: skip
        inspect("features.csv", "sheet.csv")


def test_the_penguins_get_the_roles_that_they_have(folder):
    shutil.copytree(ROOT / "resources/penguins", folder / "resources/penguins")
    shutil.copy(ROOT / "config/datasets.tsv", folder / "config/datasets.tsv")
    lines = inspect(None, None)
    data = proposal()["data"]
    own = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))["data"]
    assert {key: data[key] for key in ("features", "samples", "id", "label")} == {key: own[key] for key in ("features", "samples", "id", "label")}  # fmt: skip
    assert data["group"] == ["nest"] and data["site"] == "island" and data["time"] == "egg_date"
    assert any(line.startswith("sex ") and "label" in line and "11 missing" in line for line in lines)
    assert len(carried_out(proposal()).samples) == 333
    assert (folder / "config/datasets.tsv").read_text() == (ROOT / "config/datasets.tsv").read_text()


@pytest.mark.parametrize("said", ["command line", "config"])
def test_a_wide_sheet_of_numbers_is_the_sheet_where_that_was_said(folder, said):
    features, sheet = tables(**{f"score{number}": np.arange(N) + number for number in range(40)})
    features["kind"] = np.resize(["a", "b"], N)  # text among few columns, as a sheet has
    features.to_csv("f.csv", index=False)
    sheet.to_csv("s.csv", index=False)
    (folder / "config/datasets.tsv").write_text(
        "id\tsource\tsha256\tversion\tlicence\tcitation\nsheet\ts.csv\t\t\t\t\nvalues\tf.csv\t\t\t\t\n"
    )
    if said == "config":
        (folder / "config/config.yaml").write_text("data: {features: values, samples: sheet}\n")
    inspect(*(("f.csv", "s.csv") if said == "command line" else (None, None)))
    data = proposal()["data"]
    assert (data["features"], data["samples"], data["label"], data["id"]) == ("values", "sheet", "state", "sample")


@pytest.mark.parametrize("turned", [False, True])
def test_two_tables_named_on_the_command_line(folder, turned):
    features, sheet = tables(clinic=np.resize(["north", "south", "west"], N))
    if turned:
        features.set_index("sample").T.rename_axis("gene").to_csv("f.csv")
    else:
        features.to_csv("f.csv", index=False)
    sheet.to_excel("my sheet.xlsx", index=False)
    inspect("f.csv", "my sheet.xlsx")
    data = proposal()["data"]
    assert data.get("orientation", "samples_in_rows") == ("samples_in_columns" if turned else "samples_in_rows")
    assert (data["id"], data["label"], data["positive"], data["group"], data["site"]) == ("sample", "state", "case", ["patient"], "clinic")  # fmt: skip
    found = carried_out(proposal())
    assert found.features.shape == (N, 9)
    assert [line.split("\t")[1] for line in (folder / "config/datasets.tsv").read_text().splitlines()[1:]] == ["f.csv", "my sheet.xlsx"]  # fmt: skip


def test_one_table_with_everything(folder):
    features, sheet = tables(score=np.resize([5.0, 0.0], N) + np.arange(N) / 100, lab="ours")
    sheet.merge(features).to_csv("all.tsv", sep="\t", index=False)
    lines = inspect("all.tsv", None)
    data = proposal()["data"]
    assert data["features"] == data["samples"] == "all"
    assert set(data["ignored"]) == {"score", "lab"}
    assert any("ignored (leak?)" in line for line in lines)
    assert list(carried_out(proposal()).features.columns) == ["sample", *(f"g{number}" for number in range(8))]


def test_nothing_is_overwritten(folder):
    features, sheet = tables()
    sheet.merge(features).to_csv("all.csv", index=False)
    (folder / PROPOSED).write_text("mine")
    registry = "id\tsource\tsha256\tversion\tlicence\tcitation\nall\tother.csv\t\t\t\t"
    (folder / "config/datasets.tsv").write_text(registry)
    lines = inspect("all.csv", None)
    assert (folder / PROPOSED).read_text() == "mine"
    assert any("config/proposed-2.yaml" in line for line in lines)
    assert proposal("config/proposed-2.yaml")["data"]["features"] == "all_2"
    assert (folder / "config/datasets.tsv").read_text() == registry + "\nall_2\tall.csv\t\t\t\t\n"
    inspect("all.csv", None)
    assert (folder / "config/datasets.tsv").read_text().count("all.csv") == 1


def test_a_number_is_a_regression(folder):
    features, _ = tables()
    features.assign(outcome=np.arange(N) / 7).to_csv("r.csv", index=False)
    inspect("r.csv", None)
    assert proposal()["data"]["task"] == "regression"
    assert carried_out(proposal()).samples["label"].iloc[1] == pytest.approx(1 / 7)


@pytest.mark.parametrize("rarest", [4, 12])
def test_few_samples_of_a_class_get_fewer_folds(folder, rarest):
    features, sheet = tables()
    sheet["state"] = ["case"] * rarest + ["control"] * (N - rarest)
    sheet.merge(features).to_csv("t.csv", index=False)
    inspect("t.csv", None)
    assert proposal()["split"]["folds"] == (2 if rarest == 4 else 3)
    carried_out(proposal())


def test_one_h5ad_file_is_both_tables(folder):
    import anndata

    features, sheet = tables()
    index = pd.Index(sheet["sample"].tolist(), dtype=object)
    levels = {name: pd.Index(sorted(set(sheet[name])), dtype=object) for name in ("state", "patient")}
    obs = pd.DataFrame({name: pd.Categorical(sheet[name], held) for name, held in levels.items()}, index=index)
    var = pd.DataFrame(index=pd.Index([f"g{number}" for number in range(8)], dtype=object))
    anndata.AnnData(features.drop(columns="sample").to_numpy(), obs=obs, var=var).write_h5ad("one.h5ad")
    inspect("one.h5ad", None)
    assert proposal()["data"]["group"] == ["patient"]
    assert carried_out(proposal()).features.shape == (N, 9)


def test_what_the_first_job_would_refuse_is_told_beside_the_proposal(folder):
    features, sheet = tables()
    features["g0"] = features["g0"].map(lambda value: f"{value:.2f}".replace(".", ","))
    sheet.merge(features).to_csv("t.tsv", index=False, sep="\t")
    notes = [line for line in inspect("t.tsv", None) if line.startswith("Note: as it is proposed")]
    assert len(notes) == 1 and "column 'g0'" in notes[0] and "data.decimal" in notes[0]
    sheet.merge(features.drop(columns="g0")).to_csv("t.tsv", index=False, sep="\t")
    assert not [line for line in inspect("t.tsv", None) if line.startswith("Note:")]


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (lambda f, s: s.drop(columns="sample").to_csv("t.csv", index=False), "has no column that names each row once"),
        (lambda f, s: f.to_csv("t.csv", index=False), "has no column that could be predicted"),
        (lambda f, s: None, "there is no file t.csv"),
    ],
)
def test_what_cannot_be_proposed_is_told_in_one_line(folder, capsys, write, told):
    write(*tables())
    assert main("t.csv") == 1
    error = capsys.readouterr().err
    assert told in error and error.startswith("error: ") and error.count("\n") == 1
    assert not list((folder / "config").iterdir())


def test_tables_whose_id_columns_have_two_names_are_told(folder):
    features, sheet = tables()
    features.to_csv("f.csv", index=False)
    sheet.rename(columns={"sample": "ID"}).to_csv("s.csv", index=False)
    with pytest.raises(StudyError, match="'ID' of the sheet is called 'sample' in the features: give both one name"):
        tables_found.read_tables(*tables_found.named_sources("f.csv", "s.csv"))


def test_names_of_columns_are_quoted_as_yaml_needs(folder):
    features, sheet = tables(**{"no: yes #1": "x", "größe, [cm]": "y"})
    sheet.merge(features).to_csv("t.csv", index=False)
    inspect("t.csv", None)
    assert set(proposal()["data"]["ignored"]) == {"no: yes #1", "größe, [cm]"}
    assert proposed_config.write_new("x", "t.csv") == "t-2.csv"


def test_the_command_needs_no_configuration_that_is_right(folder):
    features, sheet = tables()
    sheet.merge(features).to_csv("t.csv", index=False)
    (folder / "config/config.yaml").write_text("study: {\n")
    done = snakemake(folder, "inspect", "--config", "table=t.csv")
    assert done.returncode == 0, done.stdout
    assert "Proposed: config/proposed.yaml" in done.stdout and "Traceback" not in done.stdout
    assert proposal()["data"]["label"] == "state"
    done = snakemake(folder, "inspect", "--config", "table=absent.csv")
    assert done.returncode == 1 and "error: there is no file absent.csv" in done.stdout
