import gzip
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tentips.data.datasets import Dataset
from tentips.data.download import download
from tentips.errors import StudyError

BODY = b"id,x\n" + b"".join(b"s%d,%d\n" % (number, number * number) for number in range(20000))
CHECKSUM = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def server():
    """A server whose paths say what goes wrong; `server.asked` counts requests."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked += 1
            if self.path.startswith("/absent"):
                self.send_error(404)
                return
            cut = self.path.startswith("/cut") or (self.path.startswith("/once") and server.asked == 1)
            packed = self.path.startswith("/packed")
            body = gzip.compress(BODY) if packed else BODY
            self.send_response(200)
            if packed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)

        def log_message(self, *values):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = 0
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def fetched(server, tmp_path, kind, checksum=CHECKSUM, retries=1):
    source = f"http://127.0.0.1:{server.server_port}/{kind}/t.csv"
    target = tmp_path / "downloads" / "t.csv"
    download(Dataset("t", source, checksum, "", "", ""), target, retries=retries, timeout=5)
    return target


def left(tmp_path):
    return [file for file in tmp_path.rglob("*") if file.is_file()]


@pytest.mark.parametrize("checksum", [CHECKSUM, ""])
def test_file_arrives_whole(server, tmp_path, checksum):
    target = fetched(server, tmp_path, "fine", checksum)
    assert target.read_bytes() == BODY
    assert left(tmp_path) == [target]
    assert server.asked == 1


def test_other_file_than_the_checksum_says_is_refused(server, tmp_path):
    with pytest.raises(StudyError, match=f"its SHA-256 differs from {'0' * 64}"):
        fetched(server, tmp_path, "fine", "0" * 64, retries=0)
    assert left(tmp_path) == []


def test_server_that_refuses_is_named_with_its_answer(server, tmp_path):
    with pytest.raises(StudyError, match=r"/absent/t.csv answered 404; correct the source of 't'"):
        fetched(server, tmp_path, "absent", retries=0)
    assert left(tmp_path) == []


@pytest.mark.parametrize("checksum", [CHECKSUM, ""])
def test_connection_that_always_breaks_off_leaves_nothing(server, tmp_path, checksum):
    with pytest.raises(StudyError, match=r"could not be read, 2 times in a row \(.*check the network"):
        fetched(server, tmp_path, "cut", checksum)
    assert server.asked == 2
    assert left(tmp_path) == []


@pytest.mark.parametrize("checksum", [CHECKSUM, ""])
def test_connection_that_breaks_off_once_is_tried_again(server, tmp_path, checksum):
    target = fetched(server, tmp_path, "once", checksum)
    assert server.asked == 2
    assert target.read_bytes() == BODY
    assert left(tmp_path) == [target]


def test_nobody_listening_is_told_in_one_line(server, tmp_path):
    dataset = Dataset("t", "http://127.0.0.1:9/t.csv", "", "", "", "")
    with pytest.raises(StudyError, match=r"could not be read, 1 times in a row \(ConnectionError\)"):
        download(dataset, tmp_path / "t.csv", retries=0, timeout=5)
    assert left(tmp_path) == []


def test_wrong_file_at_the_target_is_replaced(server, tmp_path):
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads" / "t.csv").write_bytes(BODY[:100])
    assert fetched(server, tmp_path, "fine").read_bytes() == BODY


def test_secrets_of_an_address_are_neither_shown_nor_logged(server, tmp_path, capfd):
    source = f"http://user:hunter2@127.0.0.1:{server.server_port}/absent/t.csv?signature=hunter3#hunter4"
    dataset = Dataset("t", source, "", "", "", "")
    assert dataset.shown_source == f"http://127.0.0.1:{server.server_port}/absent/t.csv"
    with pytest.raises(StudyError) as error:
        download(dataset, tmp_path / "t.csv", retries=0, timeout=5)
    assert str(error.value).startswith(f"{dataset.shown_source} answered 404")
    fine = Dataset("t", source.replace("absent", "fine"), "0" * 64, "", "", "")
    with pytest.raises(StudyError) as other:
        download(fine, tmp_path / "t.csv", retries=0, timeout=5)
    printed = "".join(capfd.readouterr())
    assert "hunter" not in str(error.value) + str(other.value) + printed


def test_a_packed_file_arrives_as_it_is_and_any_other_unpacked(server, tmp_path):
    """A server may call the packing of t.csv.gz an encoding of the transfer; the file must stay a gzip file."""
    for name, unpack in (("t.csv.gz", gzip.decompress), ("t.csv", bytes)):
        source = f"http://127.0.0.1:{server.server_port}/packed/{name}"
        download(Dataset("t", source, "", "", "", ""), tmp_path / name, retries=0, timeout=5)
        assert unpack((tmp_path / name).read_bytes()) == BODY
