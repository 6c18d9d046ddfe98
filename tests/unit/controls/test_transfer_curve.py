"""What pretrained weights bring by the number of samples, where they hold the motif that decides."""

import numpy as np
import pandas as pd
import pytest
from small import recipe

from tentips.controls.kept_trainings import KeptTrainings
from tentips.controls.trainings import Contender
from tentips.controls.transfer_curve import transfer_curve
from tentips.data.modality import modality
from tentips.data.rows import Rows
from tentips.models.networks import backend
from tentips.models.networks.architecture import architecture
from tentips.models.networks.search import untuned
from tentips.models.recipe import Recipe
from tentips.simulate.pretrained_network import write_pretrained
from tentips.simulate.sequence_study import LETTERS, MOTIF, SequenceDesign, sequences

backend.choose("tensorflow", 0, True, 1)
LENGTH = 60
FACTS = {"alphabet": "dna", "length": LENGTH, "shortest": LENGTH, "longest": LENGTH, "both_strands": False}


def rows_of(design):
    records, labels = sequences(design)
    truth, n = (np.array(labels) == "case").astype(int), design.samples
    return Rows(
        ids=np.array([name for name, _ in records], dtype=object),
        features=pd.DataFrame({"sequence": [letters for _, letters in records]}),
        truth=truth,
        strata=truth,
        groups=np.arange(n),
        fold=np.arange(n) % 2,
        classes=["control", "case"],
        task="classification",
        modality=modality("sequence", FACTS),
    )


def test_a_motif_that_is_known_helps_most_where_samples_are_few(tmp_path):
    write_pretrained(tmp_path / "network.keras", LETTERS, MOTIF)
    about = {
        "path": str(tmp_path / "network.keras"),
        "sha256": "",
        "letters": LETTERS,
        "alphabet": LETTERS,
        "first": None,
    }
    own = Recipe(**{**vars(recipe(tuning={"epochs": 60, "patience": 60})), "pretrained": about})
    names = ("transfer_scratch", "transfer_frozen")
    contenders = [
        Contender("network", name, untuned(architecture(name, own)) | {"learning_rate": 0.02}, own) for name in names
    ]
    rows, told = rows_of(SequenceDesign(320, length=LENGTH)), []
    kept = KeptTrainings(tmp_path / "kept", "a study")
    table = transfer_curve(contenders, rows, "roc_auc", 0.95, told.append, kept, (0.125, 1.0))
    assert table["model"].tolist() == [*names, *names] and table["parts"].tolist() == [3, 3, 1, 1]
    assert table["share"].tolist() == [0.125, 0.125, 1.0, 1.0] and table["n_train"].tolist() == [20, 20, 160, 160]
    few, many = (table[table["share"] == share].set_index("model") for share in (0.125, 1.0))
    assert few.loc["transfer_frozen", "score"] > 0.95 and few.loc["transfer_scratch", "score"] < 0.65
    assert few.loc["transfer_frozen", "low"] > 0.3
    assert many["score"].min() > 0.95, "with all samples the network from scratch has learned the motif itself"
    for part in (few, many):
        row = part.loc["transfer_frozen"]
        assert row["difference"] == pytest.approx(row["score"] - part.loc["transfer_scratch", "score"])
        assert part.loc["transfer_scratch", ["difference", "low", "high"]].isna().all()
    again = transfer_curve(contenders, rows, "roc_auc", 0.95, told.append, kept, (0.125, 1.0))
    assert again.equals(table) and any("16 of" in line or "8 of 8" in line for line in told[2:]), (
        "nothing is trained twice"
    )
