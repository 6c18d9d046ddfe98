"""Tables with the damage that tables of people have: a study is read as meant, or one line says where, what and what to do."""

import bz2
import gzip
import io
import lzma
import re
import string
import unicodedata
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small import resolved

from tentips.data.missing_words import DEFAULT
from tentips.data.reading import read_measurements, read_sheet
from tentips.data.spellings import folded
from tentips.data.tidy import tidy
from tentips.errors import StudyError
from tentips.study.config import role_columns

N = 24
FEATURES = {
    "id": [f"{row:03d}" for row in range(N)],
    "x": [f"{value:.1f}" for value in np.linspace(-3, 3, N)],
    "colour": ["red", "green", "blue", "grey"] * (N // 4),
}
SHEET = {
    "id": FEATURES["id"],
    "label": ["f\u00e4llig", "control"] * (N // 2),
    "who": [f"P\u00e9{row // 2:02d}" for row in range(N)],
    "plate": ["1.1", "1.10", "2"] * (N // 3),
    "age": [str(20 + row) for row in range(N)],
    "day": [f"2021-02-{row + 1:02d}" for row in range(N)],
}
TABLES = {"features": "features.csv", "samples": "samples.tsv"}
NAMES, NUMBERS = ("colour", "label", "who", "plate"), ("x", "age")
PLACES = st.sampled_from(
    [*(("features", column) for column in FEATURES), *(("samples", column) for column in SHEET if column != "id")]
)
DAMAGE = {
    "blank at the end": lambda text: text + " ",
    "no-break blank": lambda text: "\u00a0" + text,
    "upper case": str.upper,
    "loose accent": lambda text: unicodedata.normalize("NFD", text),
    "decimal comma": lambda text: text.replace(".", ","),
    "decimals of a spreadsheet": lambda text: text + ".0",
    "no leading zero": lambda text: text.lstrip("0") or "0",
    "thousands": lambda text: "1,000",
    "percent": lambda text: text + "%",
    "minus": lambda text: text.replace("-", "\u2212"),
    "n.d.": lambda text: "n.d.",
    "NA": lambda text: "NA",
    "empty": lambda text: "",
    "not collected": lambda text: "not collected",
    "-9": lambda text: "-9",
    "limit": lambda text: f"<{text}",
    "infinite": lambda text: "INF",
    "German date": lambda text: "01.02.2021",
    "gene date": lambda text: "2-Mar",
    "offset": lambda text: f"{text}T08:00:00+01:00",
    "sign without width": lambda text: "\u200b" + text,
}
ADVICE = r"data\.|orrect|ake (it|them|the column)|fill|ive (it|them|each|the|all)|must|name it|save it|get it again|needs|Keep one|Write one|split\."
CELLS = st.lists(st.integers(0, N - 1), min_size=1, max_size=N, unique=True)
STRANGE = st.text(string.printable.replace("\r", "") + "\u00e9\u2212\u00a0\u200b\u4e00\u0660", max_size=6)
PHASES = (Phase.explicit, Phase.generate)  # shrinking a failure takes minutes
OFTEN = settings(
    max_examples=60, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def config(**data):
    return resolved(data={"group": "who", "batch": "plate", "covariates": "age", "time": "day", **data}, split={"folds": 2})  # fmt: skip


CONFIGS = {spellings: config(spellings=spellings) for spellings in ("refuse", "join")}


def written(columns: dict, separator: str) -> str:
    return pd.DataFrame(columns).to_csv(sep=separator, index=False, lineterminator="\n")


def read(folder, features="features.csv", samples="samples.tsv", config=CONFIGS["refuse"]):
    tables = {"features": features, "samples": samples}
    data, split = config["data"], config["split"]
    measured = read_measurements(folder / features, data, split, lambda note: None)
    sheet = read_sheet(folder / samples, data, split, lambda note: None)
    return tidy(measured, sheet, data, split, config["preprocess"], role_columns(config), tables)


def study(folder, tables: dict, config):
    for role, separator in (("features", ","), ("samples", "\t")):
        (folder / TABLES[role]).write_text(written(tables[role], separator), encoding="utf-8")
    return read(folder, config=config)


def tables_with(role: str, column: str, cells: dict[int, str]) -> dict:
    tables = {"features": dict(FEATURES), "samples": dict(SHEET)}
    tables[role][column] = [cells.get(row, text) for row, text in enumerate(tables[role][column])]
    return tables


def check_line(error: StudyError, *places: str) -> None:
    line = str(error)
    assert "\n" not in line and any(place in line for place in places), line
    assert re.search(ADVICE, line), line


def check_meant(found, tables: dict) -> None:
    """Every cell is what its text means: names are one where they look equal and differ where not, numbers and days are themselves."""
    rows = found.samples["sample"].map({name: row for row, name in enumerate(SHEET["id"])})
    values = pd.concat([found.features, found.samples[["label", "group", "plate", "age", "day"]]], axis=1)
    values = values.rename(columns={"group": "who"})
    for column in (*NAMES, *NUMBERS, "day"):
        text = tables["features" if column in FEATURES else "samples"][column]
        pairs = [(text[row], values[column].iloc[place]) for place, row in enumerate(rows)]
        missing = [(cell, value) for cell, value in pairs if cell.strip() in ("", *DEFAULT)]
        assert all(pd.isna(value) for _, value in missing), (column, missing)
        present = [(cell, value) for cell, value in pairs if cell.strip() not in ("", *DEFAULT)]
        if column in NUMBERS and pd.api.types.is_numeric_dtype(values[column]):
            assert [value for _, value in present] == [float(cell.replace("\u2212", "-")) for cell, _ in present]
        elif column == "day" and not pd.api.types.is_numeric_dtype(values[column]):
            # One moment has one text, and texts are in order of time.
            assert [str(value)[:10] for _, value in present] == [cell.strip()[:10] for cell, _ in present]
        elif column in NAMES or not pd.api.types.is_numeric_dtype(values[column]):
            likely = {cell for cell, _ in present if re.fullmatch(r"[+-]?\d+(\.\d+)?", cell)}
            assert column in NAMES or len(likely) <= min(10, N / 2), f"numbers of {column} have become names"
            meant = {(folded(cell), value) for cell, value in present}
            assert len(meant) == len(dict(meant)) == len({value for _, value in meant}), meant


def test_the_clean_table_is_read_as_meant(tmp_path):
    clean = {"features": FEATURES, "samples": SHEET}
    found = study(tmp_path, clean, CONFIGS["refuse"])
    check_meant(found, clean)
    assert found.samples["sample"].tolist() == FEATURES["id"] and found.samples["plate"].nunique() == 3
    assert found.exclusions == [] and found.looks_missing == []


@OFTEN
@given(PLACES, st.sampled_from(list(DAMAGE)), CELLS, st.sampled_from(list(CONFIGS)))
def test_known_damage_is_read_as_meant_or_told_in_one_line(tmp_path, place, damage, rows, spellings):
    role, column = place
    clean = (FEATURES if role == "features" else SHEET)[column]
    tables = tables_with(role, column, {row: DAMAGE[damage](clean[row]) for row in rows})
    try:
        found = study(tmp_path, tables, CONFIGS[spellings])
    except StudyError as error:
        return check_line(error, column, TABLES[role])
    check_meant(found, tables)


@OFTEN
@given(PLACES, st.dictionaries(st.integers(0, N - 1), STRANGE, min_size=1, max_size=N))
def test_whatever_is_in_the_cells_nothing_is_unforeseen(tmp_path, place, cells):
    try:
        study(tmp_path, tables_with(*place, cells), CONFIGS["join"])
    except StudyError as error:
        check_line(error, place[1], TABLES[place[0]])


NOTATIONS = {
    "decimal comma": ({"decimal": ","}, lambda number: f"{number:.2f}".replace(".", ",")),
    "thousands": ({"thousands": ","}, lambda number: f"{number:,.2f}"),
    "thousands, decimal comma": (
        {"thousands": ".", "decimal": ","},
        lambda number: f"{number:,.2f}".translate(str.maketrans(".,", ",.")),
    ),
    "thousands apart": ({"thousands": " "}, lambda number: f"{number:,.2f}".replace(",", "\u202f")),
    "Swiss": ({"thousands": "'"}, lambda number: f"{number:,.2f}".replace(",", "\u2019")),
    "percent": ({"percent": True}, lambda number: f"{number * 100:.2f} %"),
    "word": ({"missing": ["n.d."]}, lambda number: f"{number:.2f}"),
}


@pytest.mark.parametrize("name", NOTATIONS)
@settings(OFTEN, max_examples=8)
@given(
    numbers=st.lists(st.integers(-10_000_000, 10_000_000), min_size=N, max_size=N, unique=True), turned=st.booleans()
)
def test_numbers_are_read_as_declared(tmp_path, name, numbers, turned):
    declared, write = NOTATIONS[name]
    text = [write(number / 100) for number in numbers]
    columns = {**FEATURES, "x": text, "y": ["n.d." if name == "word" else text[0], *text[1:]]}
    del columns["colour"]
    frame = pd.DataFrame(columns)
    frame = frame.set_index("id").T.rename_axis("gene").reset_index() if turned else frame
    frame.to_csv(tmp_path / "features.csv", index=False)
    (tmp_path / "samples.tsv").write_text(written(SHEET, "\t"), encoding="utf-8")
    orientation = {"orientation": "samples_in_columns" if turned else "samples_in_rows"}
    found = read(tmp_path, config=config(**declared, **orientation)).features
    meant = np.array(numbers) / 100
    np.testing.assert_allclose(found["x"], meant, rtol=1e-12)
    np.testing.assert_allclose(found["y"], [np.nan, *meant[1:]] if name == "word" else meant, rtol=1e-12)


def zipped(data: bytes) -> bytes:
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        archive.writestr("table.csv", data)
    return file.getvalue()


PACKED = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zip": zipped}
HARMLESS = {
    "nothing": lambda text: text,
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "no line end": lambda text: text.rstrip("\n"),
    "empty lines at the end": lambda text: text + "\n\n",
    "an empty line within": lambda text: text.replace("\n", "\n\n", 1),
    "comments": lambda text: "# made by hand\n# in 2021\n" + text,
    "quotes": lambda text: re.sub(r"[^,;\t\n]+", r'"\g<0>"', text),
}
HARMFUL = {
    "empty": lambda text: "",
    "header alone": lambda text: text.split("\n")[0] + "\n",
    "merged headings": lambda text: "subject,measured,\n" + text,
    "a heading over all": lambda text: "my measurements,,\n" + text,
    "column without a name": lambda text: text.replace(",colour", ",", 1),
    "column twice": lambda text: text.replace(",colour", ",x", 1),
    "row numbers": lambda text: re.sub(r"^(?!id)", "7,", text, flags=re.MULTILINE),
    "cut off": lambda text: text[:-8],
    "a short row": lambda text: text.replace(",green", "", 1),
    "a long row": lambda text: text.replace("green", "green,3,4", 1),
    "sums at the end": lambda text: text + "total,3,\n",
    "an empty row": lambda text: text + ",,\n",
    "an open quote": lambda text: text.replace("green", '"green', 1),
}


@OFTEN
@given(
    st.sampled_from(list(HARMLESS)),
    st.sampled_from(list(PACKED)),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([".csv", ".CSV"]),
)
def test_a_file_in_any_form_is_read_as_meant(tmp_path, change, packing, separator, encoding, ending):
    text = HARMLESS[change](written(FEATURES, ",").replace(",", separator))
    (tmp_path / f"f{ending}{packing}").write_bytes(PACKED[packing](text.encode(encoding)))
    (tmp_path / "samples.tsv").write_text(written(SHEET, "\t"), encoding="utf-8")
    check_meant(read(tmp_path, f"f{ending}{packing}"), {"features": FEATURES, "samples": SHEET})


@pytest.mark.parametrize("change", HARMFUL)
def test_a_file_that_is_no_regular_table_is_told_in_one_line(tmp_path, change):
    (tmp_path / "features.csv").write_text(HARMFUL[change](written(FEATURES, ",")), encoding="utf-8")
    (tmp_path / "samples.tsv").write_text(written(SHEET, "\t"), encoding="utf-8")
    with pytest.raises(StudyError) as error:
        read(tmp_path)
    check_line(error.value, "features.csv")


@OFTEN
@given(
    st.sampled_from(list(PACKED)),
    st.sampled_from(["utf-8", "latin-1", "utf-16", "utf-16-le"]),
    st.integers(0, 900),
    st.integers(0, 900),
    st.binary(max_size=4),
)
def test_whatever_the_bytes_nothing_is_unforeseen(tmp_path, packing, encoding, begin, length, put):
    data = PACKED[packing](written(FEATURES | {"colour": ["bl\u00e4u"] * N}, ",").encode(encoding))
    data = data[:begin] + put + data[begin + length :]
    (tmp_path / f"features.csv{packing}").write_bytes(data)
    (tmp_path / "samples.tsv").write_text(written(SHEET, "\t"), encoding="utf-8")
    try:
        read(tmp_path, f"features.csv{packing}")
    except StudyError as error:
        check_line(error, "features.csv")
