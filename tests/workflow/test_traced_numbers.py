"""Finished studies print no number that their tables do not hold, no passed check says that it failed, and the first part is short.

Both examples and a simulated regression are traced here; sequences, images, repeats and sensitive data where those studies are made.
"""

import re
import shutil
from html import unescape

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT, SMALL, report_in_one_process
from traced import FAILS, NUMBER, assert_traced, known_to, report_of, texts_of, untraced

from tentips.simulate import simulation, writing

pytestmark = pytest.mark.slow
FAST = {
    **SMALL,
    "tuning": {"trials": 2, "epochs": 8, "patience": 3, "seeds": 2},
    "controls": {"label_shuffles": 1, "learning_curve": False},
    "privacy": {"enabled": False},
}


def cells(folder):
    """Write the second example, of cells, with a small search into `folder`."""
    own = ROOT / "examples/cells"
    config = yaml.safe_load((own / "config/config.yaml").read_text(encoding="utf-8"))
    for section, keys in {**FAST, "models": {"baselines": ["dummy", "logistic"]}}.items():
        config[section] = {**config.get(section, {}), **keys}
    registry = pd.read_csv(own / "config/datasets.tsv", sep="\t", dtype=str, keep_default_na=False)
    (folder / "config").mkdir()
    for row, source in registry["source"].items():
        shutil.copy(own / source, folder)
        registry.loc[row, "source"] = (own / source).name
    registry.to_csv(folder / "config/datasets.tsv", sep="\t", index=False)
    (folder / "config/config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")


def numbers(folder):
    """Write a simulated study whose label is a number into `folder`."""
    simulated = simulation.study(samples=160, features=12, task="regression", r2=0.6, group_size=2, batches=2)
    config = {**FAST, "study": {"sensitive": False}, "models": {"baselines": ["dummy", "logistic", "random_forest"]}}
    writing.write(simulated, folder, config)


@pytest.mark.parametrize("write", [cells, numbers])
def test_every_number_of_a_small_study_comes_from_a_table(tmp_path, write):
    write(tmp_path)
    report_in_one_process(tmp_path)
    assert_traced(tmp_path)
    assert 100 < words_of_first_part(report_of(tmp_path / "results")) <= 1500


def words_of_first_part(report):
    """How many words a reader meets before the scorecard, the contents left out."""
    shown = re.sub(r"(?s)<nav.*?</nav>", " ", report.top)
    return len(re.sub(r"<[^>]+>", " ", shown).split())


def test_every_number_of_the_example_comes_from_a_table(study):
    assert_traced(study)
    report = report_of(study / "results")
    texts = texts_of(report)
    page = unescape((study / "results/report/report.html").read_text(encoding="utf-8"))
    assert len(NUMBER.findall(texts["first part"])) > 20 and len(texts) > 80
    verdict = unescape(texts["first part"].partition('id="verdict"')[2])[:400]
    assert len(verdict) == 400 and verdict in page, "what is traced is not what the page shows"
    assert 100 < words_of_first_part(report) <= 1500


def test_a_number_is_traced_only_where_a_table_holds_it():
    known = np.array([0.8312, 4320.0])
    for sentence in ("0.8312", "0.83", "83.1 %", "a rest of 0.169", "a fall of \u22120.831", "right for 4,320 of them"):
        assert untraced(sentence, known) == [], sentence
    for sentence in ("ROC AUC 0.8317 here", "a p of 0.84", "83.2 %", "right for 4,321 of them", "0.169 %"):
        assert len(untraced(sentence, known)) == 1, sentence


def test_a_number_out_of_thin_air_is_seldom_in_the_tables_of_a_study(study):
    known, rng = known_to(study / "results"), np.random.default_rng(0)
    invented = [f"{value:.6f}" for value in rng.uniform(0.2, 0.8, 300)] + [
        f"{n:,}" for n in rng.integers(3000, 90000, 300)
    ]
    assert sum(len(untraced(number, known)) for number in invented) > 0.9 * len(invented)


def test_the_words_of_a_failure_are_known():
    assert FAILS.search("7.1 for each of 6 features, fewer than the 10 that the rule asks for")
