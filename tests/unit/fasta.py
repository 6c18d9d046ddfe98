"""A study of sequences whose records a test writes down."""

from small import resolved

from tentips.data.sequence_reading import read_sequences


def study(data=None, **sections):
    """Return the resolved configuration of a study of sequences."""
    return resolved(data={"modality": "sequence", **(data or {})}, **sections)


def read(folder, records, **data):
    """Write `records`, (name, letters), as FASTA and read it: the frame, and all that is told in one text."""
    text = "".join(
        f">{name}\n{letters}\n" for name, letters in (records if not isinstance(records, dict) else records.items())
    )
    (folder / "x.fasta").write_text(text)
    notes = []
    config = study(data=data)
    return read_sequences(folder / "x.fasta", config["data"], config["split"], notes.append), " ".join(notes)
