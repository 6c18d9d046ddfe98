"""The same table in any form that people's programs write is read as the same table, by whatever looks at it."""

import bz2
import gzip
import io
import lzma
import tempfile
import zipfile
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tentips.data.formats.text_form import rows
from tentips.data.readers import read_features, read_samples

# Letters of names: separators of other forms, quotes, comment signs and other scripts, but no line ends.
NAMES = st.text("aZé ;|,#'\"-.ß", min_size=1, max_size=8).filter(
    lambda text: text.strip() == text and text[0] not in "#"
)
PACK = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
NUMBER = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))


def zipped(data: bytes, name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, data)
    return packed.getvalue()


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(NAMES, min_size=2, max_size=5, unique=True),
    values=st.lists(st.lists(NUMBER, min_size=5, max_size=5), min_size=2, max_size=6),
    ending=st.sampled_from([".csv", ".tsv", ".txt", ".CSV", ".Tab"]),
    packing=st.sampled_from([*PACK, ".zip", ".GZ"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    comments=st.lists(st.sampled_from(["# made by hand", "#", "# a, b; c"]), max_size=2),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_form_of_a_table_is_read_as_that_table(names, values, ending, packing, encoding, comments, line_end):
    names = [f"id {names[0]}", *names[1:]]
    frame = pd.DataFrame([row[: len(names) - 1] for row in values], columns=names[1:])
    frame.insert(0, names[0], [f"s{number}" for number in range(len(frame))])
    separator = "," if ending.lower() == ".csv" else "\t"
    text = line_end.join([*comments, frame.to_csv(index=False, sep=separator, lineterminator=line_end)])
    data, name = text.encode(encoding), f"t{ending}"
    packed = zipped(data, name) if packing == ".zip" else PACK[packing.lower()](data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}{packing}"
        path.write_bytes(packed)
        assert next(rows(path)) == names
        for found in (read_features(path, names[0]), read_samples(path, names[0])):
            pd.testing.assert_frame_equal(found, frame, check_dtype=False, check_column_type=False)
