"""Simulated studies of DNA whose truth is known: what tells the classes apart, and which sequences are relatives."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tentips.simulate.pretrained_network import write_pretrained
from tentips.simulate.writing import write_config
from tentips.study.config import TRANSFER

LETTERS = "ACGT"
MOTIF = "TGACTCA"
FOLDER = "resources/simulated"


@dataclass(frozen=True)
class SequenceDesign:
    """`signal` is motif (half of the sequences hold `MOTIF`, the others its letters in another order), composition (G and C
    are commoner in one class) or none (labels by chance).

    `relatives` is how many sequences descend from one ancestor, with `mutated` of their letters exchanged; they share their label.
    `tail` is how many letters sequences of the second class are longer. `pretrained` gives the study a network to begin with, one
    that knows the motif (motif) or filters drawn by chance (noise).
    """

    samples: int = 120
    length: int = 40
    signal: str = "motif"
    relatives: int = 1
    mutated: float = 0.05
    tail: int = 0
    pretrained: str = ""
    seed: int = 0


def sequences(design: SequenceDesign) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the records (id, letters) and the label of each, case or control."""
    random = np.random.default_rng(design.seed)
    records, labels = [], []
    families = -(-design.samples // design.relatives)
    for family in range(families):
        case = family % 2 == 1
        ancestor = _ancestor(design, case, random)
        for _ in range(min(design.relatives, design.samples - len(records))):
            letters = list(ancestor)
            if design.relatives > 1:
                for place in np.flatnonzero(random.random(len(letters)) < design.mutated):
                    letters[place] = random.choice(list(LETTERS))
            records.append("".join(letters))
            labels.append("case" if case else "control")
    order = random.permutation(len(records))
    return [(f"s{number}", records[row]) for number, row in enumerate(order)], [labels[row] for row in order]


def write_sequences(design: SequenceDesign, folder: str | Path, overlay: dict | None = None) -> None:
    """Write a study that the workflow can carry out; `overlay` (section to keys) is laid over its config."""
    folder, (records, labels) = Path(folder), sequences(design)
    files = {
        "sequences.fasta": "".join(f">{name}\n{letters}\n" for name, letters in records),
        "samples.csv": "sample,label\n"
        + "".join(f"{name},{label}\n" for (name, _), label in zip(records, labels, strict=True)),
    }
    source, rows = [f"seed {design.seed}", "CC0-1.0", "Simulated by tentips"], []
    for name, (file, text) in zip(("simulated", "simulated_samples"), files.items(), strict=True):
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        (folder / FOLDER / file).write_text(text, encoding="utf-8")
        rows.append([name, f"{FOLDER}/{file}", hashlib.sha256(text.encode()).hexdigest(), *source])
    if design.pretrained:
        motif = MOTIF if design.pretrained == "motif" else ""
        write_pretrained(folder / FOLDER / "network.keras", LETTERS, motif, design.seed)
        rows.append(["pretrained", f"{FOLDER}/network.keras", "", *source])
    config = {
        "study": {"title": "Simulated sequences", "question": "Can the class of a sequence be predicted?"},
        "data": {
            "modality": "sequence",
            "features": "simulated",
            "samples": "simulated_samples",
            "id": "sample",
            "label": "label",
            "positive": "case",
        },
        "models": {"networks": ["cnn1d"]},
    }
    if design.pretrained:
        transfer = {"letters": LETTERS, "overlap": "none"}
        config["models"] = {"networks": ["cnn1d", *TRANSFER], "pretrained": "pretrained", "transfer": transfer}
    write_config(folder, config, overlay, rows)


def _ancestor(design: SequenceDesign, case: bool, random: np.random.Generator) -> str:
    gc = (0.3 if case else 0.2) if design.signal == "composition" else 0.25
    length = design.length + design.tail * case
    letters = list(random.choice(list(LETTERS), length, p=[0.5 - gc, gc, gc, 0.5 - gc]))
    if design.signal == "motif":
        place = int(random.integers(0, length - len(MOTIF) + 1))
        letters[place : place + len(MOTIF)] = MOTIF if case else random.permutation(list(MOTIF))
    return "".join(letters)
