"""The example study from end to end: what it writes, and whether that can be true."""

import json
import re

import pandas as pd
import pytest
import yaml
from conftest import set_up_study, snakemake

from tentips.checks.claim import claimed
from tentips.evaluate import ledger
from tentips.reporting.figures import catalogue, sample_figures
from tentips.results import Results
from tentips.statistics.metric_names import METRICS
from tentips.statistics.smallest_difference import outcome

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results(study):
    return study / "results"


def table(results, name):
    return pd.read_csv(results / name, sep="\t")


def test_the_penguins_are_told_apart_and_the_trivial_predictor_is_at_chance(results):
    scores = table(results, "evaluation/metrics.tsv").query("metric == 'roc_auc'").set_index("model")["value"]
    assert scores["dummy"] == 0.5
    assert scores.max() >= 0.95
    assert scores["mlp"] > 0.8


def test_every_interval_holds_its_value_and_every_metric_is_there(results):
    metrics = table(results, "evaluation/metrics.tsv")
    assert set(metrics["metric"]) == set(METRICS["classification"])
    assert set(metrics["kind"]) == {"trivial", "baseline", "network", "ensemble"}
    rivals = metrics[metrics["kind"] != "trivial"]
    assert ((rivals["low"] < rivals["value"]) & (rivals["value"] < rivals["high"])).all()
    trivial = metrics.query("kind == 'trivial' and metric == 'roc_auc'").iloc[0]
    assert trivial["low"] == trivial["value"] == trivial["high"] == 0.5


def test_nests_are_held_apart(results):
    split = pd.read_parquet(results / "split/split.parquet").merge(
        pd.read_parquet(results / "data/samples.parquet")[["sample", "group", "nest"]], on="sample"
    )
    assert (split.groupby("nest")["role"].nunique() == 1).all()
    assert (split.query("role == 'train'").groupby("nest")["fold"].nunique() == 1).all()
    assert len(split) == 333
    assert split["role"].eq("test").mean() == pytest.approx(0.25, abs=0.03)


def test_development_and_test_files_hold_their_own_rows_only(results):
    split = pd.read_parquet(results / "split/split.parquet").set_index("sample")["role"]
    for part, role in (("development", "train"), ("test", "test")):
        for name in ("features", "samples"):
            ids = pd.read_parquet(results / f"split/{part}/1/{name}.parquet")["sample"]
            assert set(ids) == set(split.index[split == role])


def test_what_is_explored_is_of_the_development_part(results):
    development = set(pd.read_parquet(results / "split/development/1/samples.parquet")["sample"])
    assert set(pd.read_parquet(results / "explore/embedding.parquet")["sample"]) == development
    assert table(results, "explore/balance.tsv")["samples"].sum() == len(development)
    for model in ("baseline/logistic", "network/mlp"):
        assert set(pd.read_parquet(results / model / "oof.parquet")["sample"]) == development


def test_season_is_seen_as_a_batch_that_does_not_go_with_the_label(results):
    batch = table(results, "explore/batch.tsv").set_index("factor").loc["season"]
    assert batch["low"] > batch["chance"] == pytest.approx(1 / 3)
    association = table(results, "explore/association.tsv").set_index("factor")["value"]
    assert association["season"] < 0.1
    assert batch["corrected"] < batch["value"]
    variance = table(results, "explore/variance.tsv").set_index("factor")["share"]
    assert variance["species"] > 0.4 > 0.1 > variance["season"] and variance.sum() == pytest.approx(1)
    correction = table(results, "explore/correction.tsv").set_index("factor").loc["season"]
    assert correction["advice"] in ("recommended", "not recommended") and correction["folds_unseen"] == 0
    assert not table(results, "explore/outliers.tsv")["outlier"].any()


def test_pages_tell_the_same_numbers(results):
    """The design page counts the groups that the evaluation tests; the hours of the study hold what the searches say they took."""
    samples, split = (pd.read_parquet(results / name) for name in ("data/samples.parquet", "split/split.parquet"))
    tested = samples.merge(split[split["role"] == "test"], on="sample")
    parts = {each["part"]: each for each in json.loads((results / "design/design.json").read_text())["parts"]}
    assert (parts["test"]["samples"], parts["test"]["groups"]) == (len(tested), tested["group"].nunique())
    searches = table(results, "budget.tsv").query("kind in ('trivial', 'baseline', 'network')").set_index("model")
    for model, row in searches.iterrows():
        stage = "network" if row["kind"] == "network" else "baseline"
        job = json.loads((results / f"logs/{stage}/{model}.json").read_text())
        assert job["cpu_seconds"] >= row["cpu_seconds"] - 0.01, model


def test_models_have_the_same_budget(results):
    budget = table(results, "budget.tsv").set_index("model").drop(index="dummy")
    stacked_row, budget = budget.loc["stacked"], budget.drop(index="stacked")
    assert set(budget["trials"]) == {3}
    assert set(budget["folds"]) == {3}
    assert (budget["tuned"] >= budget["untuned"]).all()
    assert len(set(budget["preprocess"])) == 1 and "impute: median" in budget["preprocess"].iloc[0]
    assert budget["samples"].unique().tolist() == [table(results, "explore/balance.tsv")["samples"].sum()]
    assert stacked_row["trials"] == budget["trials"].sum()
    assert stacked_row["cpu_seconds"] == pytest.approx(budget["cpu_seconds"].sum())
    for model in ("baseline/svm", "network/mlp"):
        trials = table(results, f"{model}/trials.tsv")
        assert trials["trial"].tolist() == [0, 1, 2]
        best = json.loads((results / model / "best.json").read_text())["repeats"]["1"]
        assert best["tuned"] == pytest.approx(trials["score"].max())
        assert best["untuned"] == pytest.approx(trials["score"][0])


def test_out_of_fold_predictions_give_the_score_of_the_best_trial(results):
    from sklearn.metrics import roc_auc_score

    for model in ("baseline/logistic", "network/mlp"):
        oof = pd.read_parquet(results / model / "oof.parquet")
        folds = [roc_auc_score(part["truth"] == "male", part["score_male"]) for _, part in oof.groupby("fold")]
        best = json.loads((results / model / "best.json").read_text())["repeats"]["1"]
        assert sum(folds) / len(folds) == pytest.approx(best["tuned"])


def test_metrics_follow_from_the_predictions(results):
    from sklearn.metrics import roc_auc_score

    predictions = pd.read_parquet(results / "evaluation/predictions.parquet")
    metrics = table(results, "evaluation/metrics.tsv").query("metric == 'roc_auc'").set_index("model")["value"]
    for model, part in predictions.groupby("model"):
        seeds = [roc_auc_score(one["truth"] == "male", one["score_male"]) for _, one in part.groupby("seed")]
        assert metrics[model] == pytest.approx(sum(seeds) / len(seeds)), model
    ensemble = predictions.query("model == 'mlp_ensemble'").set_index("sample")["score_male"]
    members = predictions.query("model == 'mlp'").groupby("sample")["score_male"].mean()
    assert (ensemble - members.loc[ensemble.index]).abs().max() < 1e-6


def test_the_ledger_has_one_intact_line_and_a_seal(study, results):
    entries = ledger.read(study / "resources/test-ledger.jsonl")
    assert len(entries) == 1
    metrics = table(results, "evaluation/metrics.tsv").query("metric == 'roc_auc'").set_index("model")["value"]
    assert entries[0]["figures"]["mlp"] == pytest.approx(metrics["mlp"], abs=1e-6)
    assert entries[0]["planned"]["tuning.trials"] == 3
    assert json.loads((study / "resources/test-ledger.seal").read_text())["openings"] == 1


def test_the_plan_was_registered_before_the_test_part_was_opened(results):
    opening = json.loads((results / "evaluation/opening.json").read_text())
    assert opening["plan"]["registered"] <= opening["first"]
    assert opening["plan"]["changes_before_opening"] == opening["plan_changes"] == []


def test_controls_fail_where_they_must(results):
    """Shuffled labels and season alone tell nothing; a season that was left out is predicted nearly as well."""
    for kind in ("baseline", "network"):
        shuffles = table(results, f"control/{kind}/label_shuffles.tsv")
        assert shuffles["labels"].tolist() == ["real"] + ["shuffled"] * 4
        assert shuffles["score"][0] > 0.9
        assert shuffles["score"][1:].mean() == pytest.approx(0.5, abs=0.12)
        curve = table(results, f"control/{kind}/learning_curve.tsv")
        assert sorted(curve["share"].unique()) == [0.125, 0.25, 0.5, 0.75, 1.0]
        assert (curve.groupby("share")["n_train"].mean().diff().dropna() > 0).all()
        assert curve.groupby("share")["part"].max().to_dict() == {0.125: 3, 0.25: 3, 0.5: 2, 0.75: 1, 1.0: 1}
        left = table(results, f"control/{kind}/left_out.tsv")
        assert set(left["level"]) == {"PAL0708", "PAL0809", "PAL0910"}
        assert left["n"].sum() == table(results, "explore/balance.tsv")["samples"].sum()
        assert left["unknown"].min() > 0.85
        found = json.loads((results / f"control/{kind}/determinism.json").read_text())
        assert found["equal"] is True and found["largest_difference"] == 0
        planted = table(results, f"control/{kind}/planted_signal.tsv")
        strong = planted[planted["effect"] == 0.9]
        assert strong["attainable"].mean() == pytest.approx(0.9, abs=0.06)
        assert strong["score"].mean() > 0.75
    confounders = table(results, "control/confounders.tsv").set_index("source")
    assert confounders["value"].max() < 0.6
    assert confounders["added_low"].min() > 0.1


def test_the_design_tells_which_effect_would_be_found(results):
    power = table(results, "design/power.tsv").set_index("effect")
    assert power.index.tolist() == [0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9]
    assert power.loc[0.5, "power"] < 0.06 and power.loc[0.9, "power"] > 0.97
    assert (power["attained"] - power.index).abs().max() < 0.03
    described = json.loads((results / "design/design.json").read_text())
    assert 0.65 < described["power"]["smallest"] < 0.8
    sizes = {part["part"]: part["samples"] for part in described["parts"]}
    assert sizes["development"] == table(results, "explore/balance.tsv")["samples"].sum()
    assert sizes["development"] + sizes["test"] == 333
    text = (results / "design/design.html").read_text(encoding="utf-8")
    assert f"{described['power']['smallest']:.2f} or more" in text and "in 80% of such studies" in text


def test_the_design_depends_on_no_test_label_and_no_test_feature(study, results, tmp_path):
    """The same pages from a study whose test part has other labels and no usable features."""
    import shutil

    folder = tmp_path / "study"
    shutil.copytree(study, folder, ignore=shutil.ignore_patterns("network", "baseline", "control", "report"))
    for name in ("features", "samples"):
        path = folder / f"results/split/test/1/{name}.parquet"
        frame = pd.read_parquet(path)
        frame["label" if name == "samples" else frame.columns[1]] = "unknown"
        frame.to_parquet(path, index=False)
    samples = pd.read_parquet(folder / "results/data/samples.parquet")
    tested = samples["sample"].isin(pd.read_parquet(folder / "results/split/test/1/samples.parquet")["sample"])
    samples.loc[tested, "label"] = "unknown"
    samples.to_parquet(folder / "results/data/samples.parquet", index=False)
    shutil.rmtree(folder / "results/design")
    done = snakemake(folder, "design", "--allowed-rules", "design", "--rerun-triggers", "mtime", "--forcerun", "design")
    assert done.returncode == 0, done.stdout[-3000:]
    for name in ("power.tsv", "design.json", "design.html"):
        assert (folder / "results/design" / name).read_bytes() == (results / "design" / name).read_bytes(), name


def test_the_hybrid_is_a_weighted_mean_of_the_models(results):
    stacked = json.loads((results / "stack/best.json").read_text())["repeats"]["1"]
    weights = stacked["weights"]
    assert sum(weights.values()) == pytest.approx(1) and min(weights.values()) >= 0
    assert "dummy" not in weights and "mlp" in weights
    predictions = pd.read_parquet(results / "evaluation/predictions.parquet")
    means = predictions.groupby(["model", "sample"])["score_male"].mean().unstack(0)
    expected = sum(weight * means[model] for model, weight in weights.items())
    assert (means["stacked"] - expected).abs().max() < 1e-6


def test_provenance_says_what_was_left_out(results):
    provenance = json.loads((results / "data/provenance.json").read_text())
    assert provenance["samples"] == 333
    assert provenance["exclusions"] == [
        {
            "what": "samples",
            "before": 344,
            "left_out": 11,
            "after": 333,
            "reason": "no value in the label column 'sex'",
        }
    ]
    roles = {row["column"]: (row["roles"], row["values"]) for row in provenance["roles"]}
    assert roles["nest"] == (["group"], 150) and roles["egg_date"][0] == ["ignored"]
    assert set(roles) == set(table(results.parent, "resources/penguins/samples.tsv"))
    assert {source["licence"] for source in provenance["sources"]} == {"CC0-1.0"}
    assert provenance["environment"]["scikit-learn"]


def test_the_scorecard_has_every_check_once_and_says_no_network_is_better_without_evidence(results):
    scorecard = json.loads((results / "report/scorecard.json").read_text())
    checks = {check["id"]: check for check in scorecard["checks"]}
    assert len(checks) == len(scorecard["checks"]) == 42
    assert {check["status"] for check in checks.values()} <= {"pass", "warn", "fail", "skip"}
    assert checks["equal-budget"]["status"] == "pass"
    assert checks["batch-separable"]["status"] == "warn"
    assert checks["label-batch"]["status"] == "pass"
    assert checks["beats-trivial"]["status"] == "pass"
    comparison = table(results, "evaluation/combined_comparisons.tsv").iloc[0]
    assert comparison["family"] == "verdict"
    # The search of this shrunken study is not adequate: what its interval says may not be claimed.
    found = outcome(comparison["low"], comparison["high"], 0.01)
    assert checks["search-adequacy"]["status"] == "warn" and scorecard["verdict"]["status"] == claimed(
        found, scorecard["checks"]
    )
    assert scorecard["recommended"] == scorecard["judged"]


def test_pages_need_no_network_and_hold_no_sample(results):
    samples = pd.read_parquet(results / "data/samples.parquet")["sample"]
    for page in ("report/report.html", "explore/explore.html", "design/design.html"):
        text = (results / page).read_text(encoding="utf-8")
        scripts = re.findall(r"<script.*?</script>", text, re.DOTALL)
        # Every page has the script of its tables. The study says that its data are not sensitive: its exploration can be searched,
        # and what is loaded for that stands inside.
        of_figures = [script for script in scripts if "Tables sort by a click" not in script]
        assert bool(of_figures) == page.startswith("explore") and len(scripts) > len(of_figures)
        assert not re.findall(r"<script[^>]*src=", text)
        for script in scripts:
            assert not re.findall(r"\bimport\s*[({'\"]|importScripts", script)
            for data in re.findall(r'"datasets": (\{.*?\]\})', script):
                rows = next(iter(json.loads(data).values()))
                assert set(rows[0]) == {"pc1", "pc2", "umap1", "umap2", "sex", "season", "island", "species"}
                assert len(rows) == table(results, "explore/balance.tsv")["samples"].sum()
            text = text.replace(script, "")
        linked = set(re.findall(r'(?:src|href)="(?!#|data:)([^"]*)"', text))
        # DOIs are links for the reader; nothing is loaded from them
        linked = {each for each in linked if not each.startswith("https://doi.org/10.")}
        beside = {"design": {"../explore/explore.html"}, "report": {"../explore/explore.html", "../design/design.html"}}
        assert linked == beside.get(page.partition("/")[0], set())
        assert not re.findall(r'src="https?:', text)
        assert "@import" not in text
        assert not [name for name in samples if name in text]
        assert str(results) not in text
        for target in re.findall(r'href="#([^"]*)"', text):
            assert f'id="{target}"' in text


def test_the_report_is_in_the_order_in_which_it_is_asked(results):
    text = (results / "report/report.html").read_text(encoding="utf-8")
    scorecard = json.loads((results / "report/scorecard.json").read_text())
    places = [
        text.index(f'id="{name}"') for name in ("verdict", "scorecard", "models", *(f"tip-{n}" for n in range(1, 11)))
    ]
    places += [
        text.index(f'id="{name}"') for name in ("limitations", "methods", "data-sheet", "energy", "software-versions")
    ]
    assert places == sorted(places) and text.index('class="question"') < places[0]
    verdict = re.sub(r"<[^>]*>", "", text[text.index('id="verdict"') :].split(">", 1)[1])
    assert verdict.startswith(scorecard["verdict"]["text"].split("; ")[0])
    assert all(f'id="check-{check["id"]}"' in text for check in scorecard["checks"])


def test_every_figure_states_its_n_and_lies_beside_the_page_as_picture_and_table(results):
    config = yaml.safe_load((results / "config.yaml").read_text(encoding="utf-8"))
    names = [entry.name for entry in catalogue.drawn_for(config)]
    folder = results / "report/figures"
    assert {path.name for path in folder.iterdir()} == {f"{n}.{s}" for n in names for s in catalogue.SUFFIXES} | {
        "figures.json"
    }
    told = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    assert list(told) == names and len(names) == 31
    text = (results / "report/report.html").read_text(encoding="utf-8")
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", text)
    assert len(captions) == len([name for name in names if not told[name]["blank"]])
    ids = set(pd.read_parquet(results / "data/samples.parquet")["sample"])
    for name in names:
        caption = told[name]["caption"]
        assert re.search(r"[\d,]+ (held-out|development) samples", caption), caption
        values = pd.read_csv(folder / f"{name}.tsv", sep="\t", dtype=str)
        assert len(values) and not ids & set(values.to_numpy().ravel()), name
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    confusion = pd.read_csv(folder / "confusion.tsv", sep="\t")
    assert confusion["n"].sum() == 83
    assert not [name for name in names if "mathdefault" in (folder / f"{name}.svg").read_text(encoding="utf-8")]


def test_a_sensitive_study_shows_samples_in_pictures_only(results):
    told = Results(results)
    told.config["study"]["sensitive"] = True
    for draw in (sample_figures.by_label, sample_figures.by_batch):
        figure = draw(told)
        assert figure.table["samples"].sum() == 250 and len(figure.table) <= 3
        assert "<image" in figure.svg


def test_every_rule_left_a_log_a_record_and_a_benchmark(results):
    for rule in (
        "data/data",
        "split/split",
        "embed/embed",
        "batch/batch",
        "correct/correct",
        "explore/explore",
        "design/design",
        "baseline/svm",
        "network/mlp",
        "stack/stack",
        "control/baseline",
        "control/network",
        "confounder/confounder",
        "evaluate/evaluate",
        "scorecard/scorecard",
        "report/report",
        "crate/crate",
    ):
        assert (results / "logs" / f"{rule}.log").exists()
        record = json.loads((results / "logs" / f"{rule}.json").read_text())
        assert record["job"] == rule and record["started"] <= record["ended"]
        assert record["packages"]["scikit-learn"] and "snakemake" in record["imported"]
        assert all((results.parent / output).exists() for output in record["outputs"])
        assert (results / "benchmarks" / f"{rule}.tsv").exists()


def test_nothing_temporary_remains(study):
    assert not list(study.rglob("*.partial.*"))
    assert not list((study / "results/network/mlp").glob("search*"))


def test_the_terminal_shows_each_step_once_and_ends_with_verdict_and_report(study, results):
    lines = (study / "terminal.txt").read_text(encoding="utf-8").splitlines()
    scorecard = json.loads((results / "report/scorecard.json").read_text())
    steps = [line for line in lines if line.startswith("[")]
    assert [line.split("]")[0] for line in steps] == [f"[{n + 1} of {len(steps)}" for n in range(len(steps))]
    tuned = json.loads((results / "baseline/random_forest/best.json").read_text())["repeats"]["1"]["tuned"]
    (forest,) = [line for line in steps if "] random forest: " in line]
    assert f"random forest: ROC AUC {tuned:.3f} in cross-validation, 3 trials, " in forest
    assert re.search(r" \(about \d+ (s|min) left\)$", steps[len(steps) // 2])
    end = " ".join(" ".join(lines[lines.index(steps[-1]) + 1 :]).split())
    assert end.startswith(scorecard["verdict"]["text"]) and "warning " in end
    assert lines[-1] == f"The report: {results / 'report/report.html'}"
    assert len(lines) < len(steps) + 40 and max(map(len, lines)) < 250
    (listing, *_) = sorted((study / ".snakemake/log").glob("*.snakemake.log"))
    assert "rule network:" in listing.read_text(encoding="utf-8"), "Snakemake's own listing is kept"


def test_a_second_run_does_nothing_and_names_the_report_again(study):
    done = snakemake(study)
    assert done.returncode == 0
    assert "Nothing to be done" in done.stdout
    assert done.stdout.endswith(f"The report: {study / 'results/report/report.html'}\n")


def test_a_dry_run_fits_on_a_screen(study):
    lines = snakemake(study, "--dry-run", "--forceall").stdout.splitlines()
    assert len(lines) <= 24 and max(map(len, lines)) <= 120
    assert "baseline (dummy, " in " ".join(line.strip() for line in lines) and "nothing was computed" in lines[1]


def test_snakemakes_own_report_works(study, tmp_path):
    target = tmp_path / "report.zip"
    done = snakemake(study, "--report", str(target))
    assert done.returncode == 0, done.stdout[-3000:]
    assert target.stat().st_size > 50_000


def test_a_killed_search_goes_on_where_it_stopped_and_ends_the_same(study, tmp_path):
    """Trials that a journal and the tuner's state hold are not trained again."""
    import shutil
    import signal
    import subprocess
    import sys
    import time

    from conftest import ROOT

    folder = set_up_study(tmp_path / "study", tuning={"trials": 33, "epochs": 15, "patience": 5, "seeds": 1})
    shutil.copytree(study / "results", folder / "results")
    shutil.copytree(study / ".snakemake/metadata", folder / ".snakemake/metadata")
    shutil.rmtree(folder / "results/network")
    target = "results/network/mlp/best.json"
    whole = snakemake(folder, target)
    assert whole.returncode == 0, whole.stdout[-3000:]
    expected = table(folder / "results", "network/mlp/trials.tsv")
    shutil.rmtree(folder / "results/network")

    log = folder / "results/logs/network/mlp.log"
    log.unlink()
    running = subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "2", "--directory", str(folder), target],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    journal = folder / "results/network/mlp/search/1.jsonl"
    # Two packs: the untuned network with 16 trials, and 16 trials more.
    for _ in range(6000):
        if journal.exists() and len(journal.read_text().splitlines()) >= 17:
            break
        time.sleep(0.02)
    import os

    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    finished = len(journal.read_text().splitlines())
    assert 17 <= finished < 33
    snakemake(folder, "--unlock")
    again = snakemake(folder, target)
    assert again.returncode == 0, again.stdout[-3000:]
    assert f"{finished} of 33 trials were finished before" in log.read_text()
    resumed = table(folder / "results", "network/mlp/trials.tsv")
    pd.testing.assert_frame_equal(
        resumed.drop(columns="seconds"), expected.drop(columns="seconds"), atol=1e-3, rtol=1e-3
    )


def test_jax_is_a_full_alternative(study, results, tmp_path):
    """The same study on the other backend: networks of about the same score, in files that TensorFlow reads as well."""
    import os
    import shutil
    import subprocess
    import sys

    folder = set_up_study(tmp_path / "study", compute={"backend": "jax"})
    shutil.copytree(results, folder / "results")
    shutil.copytree(study / ".snakemake/metadata", folder / ".snakemake/metadata")
    for made in ("network", "evaluation", "report", "budget.tsv"):
        path = folder / "results" / made
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    done = snakemake(folder)
    assert done.returncode == 0, done.stdout[-3000:]
    scores = [
        table(where, "evaluation/metrics.tsv").query("metric == 'roc_auc'").set_index("model")["value"]
        for where in (results, folder / "results")
    ]
    assert scores[1]["mlp"] == pytest.approx(scores[0]["mlp"], abs=0.05)
    assert scores[1]["svm"] == scores[0]["svm"]
    model = folder / "results/network/mlp/seeds/1_1.keras"
    code = (
        "import keras, numpy, sys; model = keras.saving.load_model(sys.argv[1], compile=False);"
        "print(model.predict(numpy.ones((1, model.input_shape[1]), 'float32') / 3, verbose=0)[0, 0])"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", code, model],
            env={**os.environ, "KERAS_BACKEND": backend},
            capture_output=True,
            text=True,
        ).stdout.split()[-1]
        for backend in ("jax", "tensorflow")
    ]
    assert float(found[0]) == pytest.approx(float(found[1]), abs=1e-5)
