"""NUL bytes, which pandas takes for the end of an entry."""

import gzip
import io

import pytest

from tentips.data.formats.watched_text import PART, watched
from tentips.data.readers import read_features, read_samples
from tentips.errors import StudyError

NUL = {
    "in a number": (b"sample,a,b\ns1,1,2\ns2,3\0,4\n", 3),
    "in an id": (b"sample,a,b\ns\x001,1,2\ns\x002,3,4\n", 2),
    "in the header": (b"sample,a\0,b\ns1,1,2\n", 1),
    "at the end": (b"sample,a,b\ns1,1,2\n" + bytes(100), 3),
}


@pytest.mark.parametrize("place", NUL)
@pytest.mark.parametrize("packed", [False, True])
def test_a_nul_is_refused_with_its_line(tmp_path, place, packed):
    content, line = NUL[place]
    path = tmp_path / ("t.csv.gz" if packed else "t.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    for read in (read_features, read_samples):
        with pytest.raises(StudyError, match=rf"{path.name}: line {line} holds a NUL byte"):
            read(path, "sample")


def test_a_nul_far_into_a_file_is_found_in_its_line():
    content = b"12345678\n" * PART + b"1\0" + b"2\n" * PART
    file = watched(io.BytesIO(content), "t.csv")
    with pytest.raises(StudyError, match=rf"t\.csv: line {PART + 1} holds a NUL"):
        file.read()


def test_utf_16_is_read_though_it_is_full_of_them(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("sample,a\ns1,1\ns2,2\n", encoding="utf-16")
    assert read_features(path, "sample")["a"].tolist() == [1, 2]
