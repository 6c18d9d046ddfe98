"""Sequences are read, told about, and refused in one line; then they go through all that rows do."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from fasta import read, study
from small import split_of

from tentips.artifacts import read_parquet, write_parquet
from tentips.data.modality import modality
from tentips.data.row_options import RowOptions
from tentips.data.rows import read_rows
from tentips.data.sequence_reading import read_sequences
from tentips.data.sequences import Sequences
from tentips.data.tidy import tidy
from tentips.errors import StudyError
from tentips.quality.duplicates import shared_samples
from tentips.simulate.sequence_study import SequenceDesign, sequences
from tentips.study.config import role_columns, split_strategy


def tidied(folder, design, **sections):
    config = study(**sections)
    records, labels = sequences(design)
    features, _ = read(folder, records)
    sheet = pd.DataFrame({"id": [name for name, _ in records], "label": labels})
    return config, tidy(features, sheet, config["data"], config["split"], config["preprocess"], role_columns(config))


def test_an_endless_sequence_is_refused_with_the_length_that_would_do(tmp_path, monkeypatch):
    monkeypatch.setattr("tentips.data.sequences.MOST_NUMBERS", 1000)
    records, labels, config = {"a": "ACGT" * 100, "b": "ACGA"}, ["x", "y"], study()
    features, _ = read(tmp_path, records)
    with pytest.raises(StudyError, match=r"2 sequences padded to 400 letters .* set data.length to 125 or less"):
        tidy(
            features,
            pd.DataFrame({"id": list(records), "label": labels}),
            config["data"],
            config["split"],
            config["preprocess"],
            role_columns(config),
        )


def test_records_and_rows_of_the_sheet_must_be_the_same(tmp_path):
    features, _ = read(tmp_path, {"a": "ACGT", "b": "ACGA"})
    config = study()
    with pytest.raises(StudyError, match=r"1 of 2 samples of the features table are not in the sample sheet \(b\)"):
        tidy(
            features,
            pd.DataFrame({"id": ["a"], "label": ["x"]}),
            config["data"],
            config["split"],
            config["preprocess"],
            role_columns(config),
        )


def test_rows_read_from_files_know_their_alphabet(tmp_path):
    config, data = tidied(tmp_path, SequenceDesign(60))
    write_parquet(data.features, tmp_path / "features.parquet")
    write_parquet(data.samples, tmp_path / "samples.parquet")
    table = split_of(data.samples, config, split_strategy(config))
    write_parquet(table.assign(role="train", fold=np.arange(60) % 3), tmp_path / "split.parquet")
    files = [tmp_path / name for name in ("features.parquet", "samples.parquet", "split.parquet")]
    rows = read_rows(*files, 1, "train", RowOptions.of(config))
    assert rows.modality.facts["alphabet"] == "dna" and rows.table.shape == (60, 4 + 16 + 64 + 256 + 40)
    planes = rows.preparation(config["preprocess"], axes=None).fit_transform(rows.inputs)
    assert planes.shape == (60, 40, 4) and (planes.sum(axis=2) == 1).all()
    matrix = rows.preparation(config["preprocess"]).fit(rows.inputs.iloc[:30]).transform(rows.inputs)
    assert matrix[:30, :340].mean(axis=0) == pytest.approx(0, abs=1e-9) and np.isfinite(matrix).all()
    assert read_parquet(files[0]).attrs == rows.modality.facts


def test_a_homology_split_keeps_relatives_together_and_a_random_one_does_not(tmp_path):
    design, found = SequenceDesign(90, relatives=3, signal="none"), {}
    for strategy in ("random", "homology"):
        config, data = tidied(tmp_path, design, split={"strategy": strategy, "folds": 3})
        test = (split_of(data.samples, config, strategy)["role"] == "test").to_numpy()
        comparison = modality("sequence", data.features.attrs).comparison(data.features)
        summary, _ = shared_samples(comparison, data.samples["sample"].to_numpy(), test)
        found[strategy] = data.samples["group"].nunique(), summary["identical"] + summary["near_identical"]
    assert found["homology"] == (30, 0)
    assert found["random"][0] == 90 and found["random"][1] > 10


def test_a_split_by_local_alignment_leaves_no_shared_domain_in_training(tmp_path, capsys):
    random = np.random.default_rng(0)
    domains = ["".join(random.choice(list("ACGT"), 40)) for _ in range(30)]
    records = []
    for number in range(60):
        around = ["".join(random.choice(list("ACGT"), 40)) for _ in range(2)]
        records.append((f"s{number}", around[0] + domains[number % 30] + around[1]))
    sheet, found = pd.DataFrame({"id": [name for name, _ in records], "label": ["x", "y"] * 30}), {}
    for alignment in ("global", "local"):
        config = study(split={"strategy": "homology", "alignment": alignment, "folds": 3})
        (tmp_path / "x.fasta").write_text("".join(f">{name}\n{letters}\n" for name, letters in records))
        features = read_sequences(tmp_path / "x.fasta", config["data"], config["split"], str)
        roles = role_columns(config)
        data = tidy(features, sheet, config["data"], config["split"], config["preprocess"], roles)
        test = (split_of(data.samples, config, "homology")["role"] == "test").to_numpy()
        facts = data.features.attrs | {"alignment": "local", "coverage": 0.3}
        comparison = modality("sequence", facts).comparison(data.features)
        summary, _ = shared_samples(comparison, data.samples["sample"].to_numpy(), test)
        found[alignment] = data.samples["group"].nunique(), summary["near_identical"], summary["compared"] - test.sum()
    assert found["global"][0] == 60 and found["global"][1] > 3
    assert found["local"] == (30, 0, 0)
    assert "of 60 copies changed as far as relatives may differ" in capsys.readouterr().out


def test_parts_are_exchanged_and_order_is_destroyed():
    facts = {"alphabet": "dna", "length": 40, "shortest": 40, "longest": 40, "both_strands": False}
    kind, inputs = modality("sequence", facts), pd.DataFrame({"sequence": ["A" * 40, "C" * 40, "G" * 40]})
    parts = kind.parts(inputs)
    assert len(parts) == 20 and parts[0] == "positions 1 to 2" and parts[-1] == "positions 39 to 40"
    changed = kind.exchanged(inputs, parts[1:3], np.array([1, 2, 0]))["sequence"]
    assert changed[0] == "AA" + "CCCC" + "A" * 34 and changed[2] == "GG" + "AAAA" + "G" * 34
    mixed = pd.DataFrame({"sequence": ["ACGT" * 10]})
    shuffled = kind.disordered(mixed, np.random.default_rng(0))["sequence"][0]
    assert shuffled != "ACGT" * 10 and sorted(shuffled) == sorted("ACGT" * 10)
    told = kind.summary(inputs)
    assert told["features"] == 380 and "sequences of DNA (40 letters; 380 features" in told["inputs"]
    assert SimpleNamespace(**told).seen.endswith("4 letters, 40 places long")


def test_a_sequence_is_described_by_its_length_and_its_unclear_letters():
    found = Sequences({"alphabet": "rna"}).described(pd.DataFrame({"sequence": ["ACGU", "AC-GN", "RYX"]}))
    assert found["length"].tolist() == [4, 4, 3] and found["ambiguous_letters"].tolist() == [0, 1, 3]
