import dataclasses
import gzip
import re

import pytest
from small import resolved

from tentips.data.datasets import (
    check_columns,
    check_other_labels,
    check_positive,
    pretrained_of,
    read_registry,
    sources_of,
)
from tentips.errors import StudyError
from tentips.study.config import role_columns

HEADER = "id\tsource\tsha256\tversion\tlicence\tcitation"


def registry(tmp_path, *lines, header=HEADER):
    path = tmp_path / "datasets.tsv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return read_registry(path)


def test_rows_become_datasets(tmp_path):
    found = registry(tmp_path, f"a.b-1\tdata/x.csv\t{'0f' * 32}\t1.0\tCC0\tMüller (2020)", "c\tdata/y.tsv\t\t\t\t")
    assert list(found) == ["a.b-1", "c"]
    assert found["a.b-1"].citation == "Müller (2020)"
    assert found["a.b-1"].sha256 == "0f" * 32
    assert (found["c"].version, found["c"].path, found["c"].remote) == ("", "data/y.tsv", False)


@pytest.mark.parametrize(
    "source, name",
    [
        ("https://x.org/files/table%20one.csv.gz?download=1", "table one.csv.gz"),
        ("http://x.org/t.tsv", "t.tsv"),
        ("doi:10.5281/zenodo.1234/penguins.csv", "penguins.csv"),
    ],
)
def test_remote_sources_lie_under_their_id_once_downloaded(tmp_path, source, name):
    found = registry(tmp_path, f"a\t{source}\t\t\t\t")["a"]
    assert found.remote
    assert found.path == f"resources/downloads/a/{name}"
    assert found.shown_source == source.partition("?")[0]
    assert found.without_secrets == dataclasses.replace(found, source=found.shown_source)
    assert found.without_secrets.path == found.path


def test_folders_of_an_absolute_path_are_not_shown(tmp_path):
    assert registry(tmp_path, "a\t/home/someone/t.csv\t\t\t\t")["a"].shown_source == "t.csv"
    assert registry(tmp_path, "a\tdata/t.csv\t\t\t\t")["a"].shown_source == "data/t.csv"


@pytest.mark.parametrize(
    "lines, match",
    [
        (["a b\tx.csv\t\t\t\t"], r"line 2: id is 'a b'; use letters"),
        (["-a\tx.csv\t\t\t\t"], r"line 2: id is '-a'"),
        (["../a\tx.csv\t\t\t\t"], r"line 2: id is '\.\./a'"),
        (["a\tx.csv\t\t\t\t", "a\ty.csv\t\t\t\t"], r"line 3: id 'a' is there a second time"),
        (["a\t\t\t\t\t"], r"line 2: 'a' has no source"),
        (["a\tx.csv\tABC\t\t\t"], r"sha256 of 'a' is 'ABC'; it must be 64 hexadecimal digits"),
        (["a\tx.xls\t\t\t\t"], r"the source of 'a' is x.xls, of no known format; save it as .xlsx or .csv"),
        (
            ["a\thttps://x.org/t\t\t\t\t"],
            r"the source of 'a' is t, of no known format; the ending tells how to read it: .csv,",
        ),
    ],
)
def test_wrong_rows_are_named_by_line(tmp_path, lines, match):
    with pytest.raises(StudyError, match=match):
        registry(tmp_path, *lines)


def test_short_rows_are_filled_with_nothing(tmp_path):
    assert registry(tmp_path, "a\tx.csv")["a"].licence == ""


def test_missing_columns_and_missing_file_are_told(tmp_path):
    with pytest.raises(StudyError, match="column sha256, licence is missing"):
        registry(tmp_path, header="id\tsource\tversion\tcitation")
    with pytest.raises(StudyError, match="column id, source"):
        registry(tmp_path, header="id,source,sha256,version,licence,citation")
    with pytest.raises(StudyError, match=r"nothing.tsv does not exist; it lists one data source per row"):
        read_registry(tmp_path / "nothing.tsv")


def test_sources_of_a_study_must_be_registered_and_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = registry(tmp_path, "measured\tm.csv\t\t\t\t", "sheet\thttps://x.org/s.csv\t\t\t\t")
    with pytest.raises(StudyError, match=r"the source of 'measured' is m.csv, but there is no such file"):
        sources_of(resolved()["data"], found)
    (tmp_path / "m.csv").write_text("id,x\n")
    chosen = sources_of(resolved()["data"], found)
    assert (chosen["features"].id, chosen["samples"].id) == ("measured", "sheet")
    with pytest.raises(
        StudyError, match=r"data.samples is 'other', which is not an id in .*; it holds: measured, sheet"
    ):
        sources_of(resolved(data={"samples": "other"})["data"], found)


def test_a_pretrained_network_is_a_row_of_the_registry_with_a_keras_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = registry(tmp_path, "net\tn.h5\t\t\t\t", "sheet\thttps://x.org/s.csv\t\t\t\t")
    models = resolved()["models"]
    assert pretrained_of(models, found) is None
    with pytest.raises(StudyError, match=r"models.pretrained is 'other', which is not an id in"):
        pretrained_of(models | {"pretrained": "other"}, found)
    with pytest.raises(StudyError, match=r"the source of 'net' is n.h5, but there is no such file"):
        pretrained_of(models | {"pretrained": "net"}, found)
    with pytest.raises(StudyError, match=r"s.csv; a pretrained network is a Keras file \(.keras, .h5, .hdf5\)"):
        pretrained_of(models | {"pretrained": "sheet"}, found)
    (tmp_path / "n.h5").touch()
    assert pretrained_of(models | {"pretrained": "net"}, found).id == "net"
    with pytest.raises(StudyError, match=r"data.features is n.h5, which holds a network"):
        sources_of(resolved(data={"features": "net"})["data"], found)


@pytest.mark.parametrize("name", ["s.csv", "s.tsv.gz", "s.txt"])
def test_unknown_columns_are_refused_by_the_header_alone(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    text = "id,label,größe\n" if ".csv" in name else "id\tlabel\tgröße\n"
    packed = gzip.compress(text.encode()) if name.endswith(".gz") else text.encode("utf-8-sig")
    (tmp_path / name).write_bytes(packed)
    sources = registry(tmp_path, f"samples\t{name}\t\t\t\t", "features\tm.csv\t\t\t\t")
    known = resolved(data={"batch": "größe"})
    check_columns(known["data"], sources, role_columns(known))
    for sections, key in (
        ({"data": {"batch": "size"}}, "data.batch"),
        ({"data": {"ignored": ["größe", "size"]}}, "data.ignored"),
        ({"split": {"strategy": "given", "column": "size"}}, "split.column"),
    ):
        config = resolved(**sections)
        with pytest.raises(
            StudyError, match=rf"{key} is 'size', but {name} has no such column; it has: id, label, größe"
        ):
            check_columns(config["data"], sources, role_columns(config))
    with pytest.raises(StudyError, match=rf"^{name} has a column without a role; give each a .*: ignored: \[größe\]"):
        check_columns(resolved()["data"], sources, role_columns(resolved()))
    check_columns(resolved()["data"], {**sources, "features": sources["samples"]}, role_columns(resolved()))


def test_a_misspelt_class_is_found_before_any_job(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.csv").write_text("id,label\na,case\nb,control\nc,\n")
    sources = {"samples": registry(tmp_path, "s\ts.csv\t\t\t\t")["s"]}
    assert check_positive(resolved(data={"positive": "case"})["data"], sources) is None
    assert check_positive(resolved(data={"positive": 3, "task": "regression"})["data"], sources) is None
    told = r"^s.csv: data.positive is 'cases', but label 'label' holds case, control .*did you mean 'case'\?$"
    with pytest.raises(StudyError, match=told):
        check_positive(resolved(data={"positive": "cases"})["data"], sources)
    monkeypatch.setattr("tentips.data.datasets.LOOKED_THROUGH", 10)
    assert check_positive(resolved(data={"positive": "cases"})["data"], sources) is None


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("empty", "'empty' of data.other_labels has no value in samples that have a label"),
        ("one", "'one' of data.other_labels has one value only .x. in samples that have a label"),
        ("stage", None),
    ],
)
def test_another_label_that_cannot_be_learned_is_found_before_any_job(column, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.csv").write_text("id,label,empty,one,stage\na,f,NA,x,I\nb,m,,x,NA\nc,,7,y,II\nd,m,,,II\n")
    sources = {"samples": registry(tmp_path, "s\ts.csv\t\t\t\t")["s"]}
    data = resolved(data={"other_labels": column}, models={"networks": ["mlp", "multitask"]})["data"]
    if told is None:
        assert check_other_labels(data, sources) is None
        return
    with pytest.raises(StudyError, match=f"^s.csv: {told}; nothing can be learned from it. Take it out.$"):
        check_other_labels(data, sources)
    monkeypatch.setattr("tentips.data.datasets.LOOKED_THROUGH", 10)
    assert check_other_labels(data, sources) is None


def test_date_on_which_a_source_was_obtained_may_be_declared(tmp_path):
    found = registry(tmp_path, "a\tx.csv\t\t\t\t\t2024-05-31", "b\ty.csv", header=f"{HEADER}\tobtained")
    assert (found["a"].obtained, found["b"].obtained) == ("2024-05-31", "")
    with pytest.raises(StudyError, match="line 2: obtained of 'a' is 'May 2024'; it must be a date such as"):
        registry(tmp_path, "a\tx.csv\t\t\t\t\tMay 2024", header=f"{HEADER}\tobtained")


def test_header_that_cannot_be_read_is_left_to_the_rule_that_reads_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.csv.gz").write_bytes(gzip.compress(b"id,label\n" * 50)[:12])
    sources = {"samples": registry(tmp_path, "sheet\ts.csv.gz\t\t\t\t")["sheet"]}
    config = resolved(data={"batch": "unknown"})
    assert check_columns(config["data"], sources, role_columns(config)) is None


@pytest.mark.parametrize(
    ("measured", "sheet", "modality", "told"),
    [
        ("x.csv", "s.csv", "sequence", "data.modality is 'sequence', but data.features is x.csv"),
        ("x.fa.gz", "s.csv", "tabular", "x.fa.gz, which holds sequences; set data.modality to sequence"),
        ("x.fasta", "s.fasta", "sequence", "data.samples is s.fasta, which is FASTA and holds sequences only"),
    ],
)
def test_sequences_are_read_from_fasta_and_nothing_else_is(measured, sheet, modality, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (measured, sheet):
        (tmp_path / name).touch()
    found = registry(tmp_path, f"measured\t{measured}\t\t\t\t", f"sheet\t{sheet}\t\t\t\t")
    with pytest.raises(StudyError, match=re.escape(told)):
        sources_of(resolved(data={"modality": modality})["data"], found)
