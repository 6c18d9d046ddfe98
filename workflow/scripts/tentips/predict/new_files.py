"""A file of new samples, whatever the model takes: checked against what it was trained on."""

from pathlib import Path

from tentips.predict import new_images, new_sequences, new_tables
from tentips.predict.new_samples import NewSamples

READS = {"tabular": new_tables.check, "sequence": new_sequences.check, "image": new_images.check}


def check(path: str | Path, sheet: dict) -> NewSamples:
    """Check new samples against the sheet of a model. Raises StudyError in one line where they cannot be predicted."""
    return READS[sheet.get("modality", "tabular")](path, sheet)
