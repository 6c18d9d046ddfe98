"""A study of several labels: a whole study of each with one test part and a ledger of its own, and a page that puts them together."""

import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from conftest import report_in_one_process, set_up_study, snakemake
from traced import untraced

from tentips.artifacts import read_parquet, read_table

pytestmark = pytest.mark.slow
SPLIT = "results/split/split.parquet"
LABELS = ["sex", "species"]
PAGE = "results/labels/labels.html"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished study of two labels, with what its first and second run printed, and the one before that asked for the split alone."""
    folder = set_up_study(
        tmp_path_factory.mktemp("labels") / "two labels",
        data={"label": [{"column": "sex", "positive": "male"}, "species"], "positive": None},
        models={"baselines": ["dummy", "logistic"], "networks": ["mlp"]},
        tuning={"trials": 2, "epochs": 5, "patience": 5, "seeds": 1},
        controls={"label_shuffles": 1, "learning_curve": False, "planted_signal": False},
        interpretation={"enabled": False},
        privacy={"enabled": False},
    )
    printed = [snakemake(folder, SPLIT)]
    for label in LABELS:  # most of each study in one process, which takes a third of the time
        report_in_one_process(folder / "labels" / label)
    printed += [snakemake(folder, *arguments) for arguments in ([], [PAGE], ["status"])]
    for done in printed:
        assert done.returncode == 0, done.stdout[-4000:]
    return folder, [done.stdout for done in printed]


def test_targets_are_made_in_the_study_of_each_label(finished):
    _, (split, whole, *_) = finished
    for number, label in enumerate(LABELS, start=1):
        assert f"{label} ({number} of 2 labels)" in split
    assert "labels.html" not in split and f"All labels together: {PAGE}" in whole


def test_all_studies_hold_out_the_same_samples(finished):
    folder, _ = finished
    splits = {label: read_parquet(folder / "labels" / label / SPLIT) for label in LABELS}
    tested = {label: set(table["sample"][table["role"] != "train"]) for label, table in splits.items()}
    samples = {label: set(table["sample"]) for label, table in splits.items()}
    assert samples["sex"] < samples["species"] and tested["sex"] == tested["species"] & samples["sex"]
    assert 0.2 < len(tested["species"]) / len(samples["species"]) < 0.3


def test_each_label_has_a_bundle_of_its_own_and_predicts_new_samples(finished):
    folder, _ = finished
    features = pd.read_parquet(folder / "labels/sex/results/split/test/1/features.parquet")
    features.to_csv(folder / "new birds.csv", index=False)
    for target, *settings in (
        ("predict", "predict=new birds.csv"),
        ("release", "release_anyway=this is a test"),
    ):
        settings += ["release={model: logistic, licence: CC0-1.0}"]
        done = snakemake(folder, target, "--rerun-triggers", "mtime", "--config", *settings)
        assert done.returncode == 0, done.stdout[-3000:]
    for label, classes in (("sex", ["female", "male"]), ("species", ["Adelie", "Chinstrap", "Gentoo"])):
        own = folder / "labels" / label / "results"
        predicted = read_table(own / "predict/new birds.tsv").set_index("sample")
        assert [name.split()[0] for name in predicted.filter(like="score_")] == [f"score_{name}" for name in classes]
        known = read_parquet(own / "evaluation/predictions.parquet").query("model == 'logistic'").set_index("sample")
        both = known.index.intersection(predicted.index)
        columns = list(predicted.filter(like="score_"))
        assert len(both) >= 0.9 * len(features)
        assert predicted.loc[both, columns].to_numpy() == pytest.approx(known.loc[both, columns].to_numpy(), abs=1e-6)
        with zipfile.ZipFile(own / "release/bundle.zip") as archive:
            assert f"predicts {label}" in archive.read("README.md").decode()


def test_the_table_holds_what_each_study_found(finished):
    folder, _ = finished
    table = read_table(folder / "results/labels/labels.tsv").set_index("label")
    for label in LABELS:
        own = folder / "labels" / label / "results"
        planned = pd.read_csv(own / "evaluation/combined_comparisons.tsv", sep="\t").set_index("family").loc["verdict"]
        card = json.loads((own / "report/scorecard.json").read_text(encoding="utf-8"))
        assert table.loc[label, "network_difference"] == pytest.approx(planned["difference"])
        assert table.loc[label, "own_verdict"] == card["verdict"]["status"]
        assert table.loc[label, "warned"] == sum(check["status"] == "warn" for check in card["checks"])
        opening = json.loads((own / "evaluation/opening.json").read_text(encoding="utf-8"))
        assert opening["openings"] == 1, "another label's opening counted"
    assert (folder / "resources/test-ledger.jsonl").read_text(encoding="utf-8").count("\n") == 2
    assert (table["learned_elsewhere"] == 0).all() and (table["predicted"] == "yes").all()


def test_the_page_shows_no_number_that_the_table_does_not_hold(finished):
    folder, _ = finished
    page = (folder / "results/labels/labels.html").read_text(encoding="utf-8")
    body = page[page.index('id="verdict"') : page.rindex("</main>")]
    table = read_table(folder / "results/labels/labels.tsv")
    # The number of labels, and 0.001, below which no p-value is written out.
    known = np.append(table.select_dtypes("number").to_numpy(dtype=float), [1, len(table), 0.001])
    assert untraced(body, known[np.isfinite(known)]) == []
    for label in LABELS:
        assert f'href="../../labels/{label}/results/report/report.html"' in body
    assert "Both labels can be predicted (sex and species)." in body


def test_a_second_run_makes_nothing_again(finished):
    _, (*_, again, status) = finished
    assert "[1 of" not in again and again.count("Nothing to be done") == 3
    assert all(f"{label} (" in status for label in LABELS)
