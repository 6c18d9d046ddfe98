"""Mistakes of a user: one clear line, an exit code that is not 0, and nothing half-written."""

import gzip

import pytest
from conftest import set_up_study, snakemake


def line_of(done) -> str:
    lines = [
        line
        for line in done.stdout.splitlines()
        if line.strip() and not line.startswith("Using workflow specific profile")
    ]
    (line,) = lines
    return line


BEFORE_ANY_JOB = {
    "unknown key": ({"tuning": {"trails": 3}}, "unknown key tuning.trails; did you mean 'trials'?"),
    "wrong type": ({"tuning": {"trials": "many"}}, 'tuning.trials is "many" (text); it must be a whole number.'),
    "unknown column": (
        {"data": {"group": "nests"}},
        "data.group is 'nests', but resources/penguins/samples.tsv has no such column",
    ),
    "column without a role": (
        {"data": {"ignored": []}},
        "resources/penguins/samples.tsv has 2 columns without a role; give each a role under data, or list it there: ignored: [egg_date, clutch_complete]",
    ),
    "unknown source": (
        {"data": {"features": "penguin"}},
        "data.features is 'penguin', which is not an id in config/datasets.tsv",
    ),
    "label among features": (
        {"data": {"feature_columns": ["sex", "Body Mass (g)"]}},
        "'sex' is data.label and also in data.feature_columns",
    ),
    "misspelt class": ({"data": {"positive": "Mail"}}, "data.positive is 'Mail', but label 'sex' holds female, male"),
    "metric of another task": (
        {"evaluation": {"metric": "r2"}},
        "evaluation.metric is 'r2', which is not for classification",
    ),
}


@pytest.mark.parametrize("mistake", BEFORE_ANY_JOB)
def test_refused_before_any_job(mistake, tmp_path):
    changes, told = BEFORE_ANY_JOB[mistake]
    folder = set_up_study(tmp_path / "study", **changes)
    done = snakemake(folder)
    assert done.returncode == 1
    assert told in done.stdout
    assert "Traceback" not in done.stdout
    assert line_of(done).startswith("error: ") and "common.smk" not in done.stdout
    assert not (folder / "results").exists()


BROKEN_YAML = {
    "a section twice": (
        "\nprivacy:\n  enabled: false\nprivacy:\n  epsilon: 2\n",
        "the key 'privacy' is there a second time",
    ),
    "a tab": ("\nprivacy:\n\tenabled: false\n", "indent with blanks, not with tabs"),
}


@pytest.mark.parametrize("mistake", BROKEN_YAML)
def test_a_file_that_yaml_reads_wrongly_is_refused_with_its_line(mistake, tmp_path):
    added, told = BROKEN_YAML[mistake]
    folder = set_up_study(tmp_path / "study")
    file = folder / "config/config.yaml"
    file.write_text(file.read_text() + added)
    done = snakemake(folder, "--dry-run")
    assert done.returncode == 1
    assert line_of(done).startswith("error: config/config.yaml, line ") and told in done.stdout


def test_a_key_that_an_overlay_has_twice_is_refused(tmp_path):
    folder = set_up_study(tmp_path / "study")
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text("split: {seed: 2}\ntuning: {trials: 2}\nsplit: {folds: 4}\n")
    done = snakemake(folder, "--dry-run", "--configfile", str(overlay))
    assert done.returncode == 1
    assert "overlay.yaml, line 3: the key 'split' is there a second time (before in line 1)" in done.stdout


def test_a_missing_file_is_refused_before_any_job(tmp_path):
    folder = set_up_study(tmp_path / "study")
    (folder / "resources/penguins/features.csv").unlink()
    done = snakemake(folder)
    assert done.returncode == 1
    assert "the source of 'penguins' is resources/penguins/features.csv, but there is no such file" in done.stdout
    assert not (folder / "results").exists()


def stray_text(folder):
    file = folder / "resources/penguins/features.csv"
    file.write_text(file.read_text().replace(",3750,", ",3750 g,", 1))


def wrong_checksum(folder):
    file = folder / "resources/penguins/samples.tsv"
    file.write_text(file.read_text().replace("female", "male", 1))


def cut_off(folder):
    file, registry = folder / "resources/penguins/features.csv", folder / "config/datasets.tsv"
    whole = gzip.compress(file.read_bytes())
    file.with_suffix(".csv.gz").write_bytes(whole[: len(whole) // 2])
    registry.write_text(registry.read_text().replace("features.csv", "features.csv.gz"))


FOUND_IN_DATA = {
    "stray text": (stray_text, "column 'Body Mass (g)' holds numbers, but also '3750 g' (sample Adelie_PAL0708_1)"),
    "wrong checksum": (wrong_checksum, "resources/penguins/samples.tsv is not the file that config/datasets.tsv names"),
    "cut-off gzip": (cut_off, "features.csv.gz is a broken or cut-off gzip file"),
}


@pytest.mark.parametrize("mistake", FOUND_IN_DATA)
def test_found_when_the_data_are_read(mistake, tmp_path):
    spoil, told = FOUND_IN_DATA[mistake]
    folder = set_up_study(tmp_path / "study")
    spoil(folder)
    registry = folder / "config/datasets.tsv"
    if mistake != "wrong checksum":
        registry.write_text(
            "\n".join(
                "\t".join([*line.split("\t")[:2], "", *line.split("\t")[3:]]) if i else line
                for i, line in enumerate(registry.read_text().splitlines())
            )
        )
    done = snakemake(folder)
    assert done.returncode == 1
    log = (folder / "results/logs/data/data.log").read_text()
    assert log.startswith("error: ") and told in log and len(log.splitlines()) == 1
    assert told in done.stdout, "the terminal must show it too"
    assert not list((folder / "results").rglob("*.parquet"))


def test_more_folds_than_groups_is_found_in_the_split(tmp_path):
    folder = set_up_study(
        tmp_path / "study",
        data={"group": "island", "covariates": ["species"], "ignored": ["nest", "egg_date", "clutch_complete"]},
        split={"folds": 3},
    )
    done = snakemake(folder)
    assert done.returncode == 1
    assert "split.folds is 3, but the development part has only 2 groups" in done.stdout
    assert not (folder / "results/split").exists() or not list((folder / "results/split").rglob("*.parquet"))


def test_a_full_disk_is_told_in_one_line_and_leaves_nothing_half_written(tmp_path):
    import resource

    folder = set_up_study(tmp_path / "study")
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (15_000, 15_000))  # noqa: E731
    done = snakemake(folder, "--notemp", "results/data/features.parquet", preexec_fn=limit)
    assert done.returncode == 1
    # The job finds it, or Snakemake when it writes the job's script.
    (line,) = [line for line in done.stdout.splitlines() if "the disk is full (" in line]
    assert line.startswith(("FAILED data: ", "error: ")) and "Traceback" not in done.stdout
    assert not list((folder / "results/data").glob("*"))


def test_names_with_spaces_and_other_letters_simply_work(tmp_path):
    folder = set_up_study(
        tmp_path / "étude № 1", data={"label": "Geschlecht ♀♂", "group": "Nest Nr", "positive": "männlich"}
    )
    sheet = folder / "resources/penguins/samples.tsv"
    text = sheet.read_text(encoding="utf-8").replace("sex", "Geschlecht ♀♂", 1).replace("\tnest\t", "\tNest Nr\t", 1)
    text = text.replace("\tfemale\t", "\tweiblich\t").replace("\tmale\t", "\tmännlich\t")
    sheet.write_text(text, encoding="utf-8")
    registry = folder / "config/datasets.tsv"
    registry.write_text(
        "\n".join(
            "\t".join([*line.split("\t")[:2], "", *line.split("\t")[3:]]) if i else line
            for i, line in enumerate(registry.read_text().splitlines())
        )
    )
    done = snakemake(folder, "results/baseline/logistic/best.json", "results/explore/explore.html")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "Geschlecht ♀♂" in (folder / "results/explore/explore.html").read_text(encoding="utf-8")
