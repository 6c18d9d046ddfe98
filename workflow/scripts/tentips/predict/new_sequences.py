"""New sequences in FASTA, read a part at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tentips.data.formats.fasta import FASTA_ENDINGS, is_fasta, stream
from tentips.data.sequence_features import SEQUENCE
from tentips.data.sequence_reading import read_as_trained
from tentips.errors import StudyError, listed
from tentips.predict.new_samples import AT_ONCE, Ids, NewSamples, Part, in_parts, refuse_twice

MOST_NUMBERS = 100_000_000  # of the one-hot codes of one part: 400 MB


@dataclass(frozen=True)
class NewSequences(NewSamples):
    """New sequences: the first word of a header is the id."""

    def parts(self, at_once: int = AT_ONCE) -> Iterator[Part]:
        """Yield the sequences part by part, cut to the length that the model takes."""
        kind = self.modality
        length, letters = kind.view.length, len(kind.view.letters)
        at_once = max(1, min(at_once, MOST_NUMBERS // (length * letters)))
        for records in in_parts(stream(self.path), at_once):
            ids = pd.Series([_id(header) for header, _ in records], dtype=object)
            written = pd.Series([each for _, each in records], dtype=object)
            sequences = read_as_trained(written, ids, kind.facts, self.path.name)
            described = kind.described(pd.DataFrame({SEQUENCE: sequences}))
            yield Part(ids, pd.DataFrame({SEQUENCE: sequences.str[:length]}), described)


def check(path: str | Path, sheet: dict) -> NewSequences:
    """Check FASTA of new sequences against the sheet of a model. What follows the id in a header is not looked at, and told.

    Raises StudyError in one line: no file, no FASTA, no record, a record without letters, ids twice. Letters are checked by `parts`.
    """
    path = Path(path)
    if not path.is_file():
        raise StudyError(f"there is no file {path}; give the FASTA file of new sequences: --config predict=FILE.")
    if not is_fasta(path):
        raise StudyError(
            f"{path.name} is no FASTA file by its name, but the model takes sequences; they are read from {listed(FASTA_ENDINGS, 9)}, packed or not."
        )
    ids, rows, more, empty = Ids(), 0, 0, []
    for records in in_parts(stream(path), AT_ONCE):
        rows += len(records)
        more += sum(len(header.split()) > 1 for header, _ in records)
        empty += [_id(header) for header, letters in records if not letters]
        ids.add(_ids(records))
    if not rows:
        raise StudyError(f"{path.name} holds no sequence; FASTA has a line '>name' before the letters of each one.")
    if empty:
        raise StudyError(
            f"{path.name}: {len(empty):,} of {rows:,} records have no letters ({listed(empty, 3)}); take them out."
        )
    refuse_twice(path.name, ids.twice(_ids(records) for records in in_parts(stream(path), AT_ONCE)))
    said = f"{path.name}: what follows the id in {more:,} header lines is not looked at"
    return NewSequences(path, sheet, rows, [said] if more else [])


def _id(header: str) -> str:
    return header.split(maxsplit=1)[0]


def _ids(records) -> pd.Series:
    return pd.Series([_id(header) for header, _ in records], dtype=object)
