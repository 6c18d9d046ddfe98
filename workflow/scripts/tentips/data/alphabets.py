"""The letters of sequences: which alphabet they are of, and what ambiguous letters stand for."""

from collections import Counter
from collections.abc import Iterable

from tentips.errors import StudyError

GAPS = "-."
LETTERS = {"dna": "ACGT", "rna": "ACGU", "protein": "ACDEFGHIKLMNPQRSTVWY"}
WORDS = {"dna": "DNA", "rna": "RNA", "protein": "protein"}
# IUPAC-IUB 1984 (doi:10.1093/nar/13.9.3021) for nucleotides, IUPAC-IUBMB for amino acids; what is no letter of ours is unknown.
NUCLEOTIDES = {
    "R": "AG",
    "Y": "CT",
    "S": "CG",
    "W": "AT",
    "K": "GT",
    "M": "AC",
    "B": "CGT",
    "D": "AGT",
    "H": "ACT",
    "V": "ACG",
    "N": "ACGT",
}
AMINO_ACIDS = {
    "B": "DN",
    "Z": "EQ",
    "J": "IL",
    "X": LETTERS["protein"],
    "U": LETTERS["protein"],
    "O": LETTERS["protein"],
    "*": LETTERS["protein"],
}
MOSTLY = (
    0.9  # share of letters that are plain nucleotides from which sequences of nucleotides' letters are taken for such
)


def letters_of(alphabet: str) -> str:
    """Return the letters of an alphabet in the order in which models see them; one of a study's own is its letters."""
    return LETTERS.get(alphabet, alphabet.upper())


def in_words(alphabet: str) -> str:
    """Return the alphabet's name in a sentence."""
    return WORDS.get(alphabet, f"the letters {alphabet.upper()}")


def ambiguous(alphabet: str) -> dict[str, str]:
    """Return what each further letter may stand for, as letters of the alphabet."""
    if alphabet == "dna":
        return NUCLEOTIDES
    if alphabet == "rna":
        return {letter: meant.replace("T", "U") for letter, meant in NUCLEOTIDES.items()}
    return AMINO_ACIDS if alphabet == "protein" else {}


def detect(counts: Counter, name: str) -> str:
    """Return dna, rna or protein from how often each upper-case letter occurs; `name` is the file's, for errors.

    Letters that all may be nucleotides, nine of ten of them plain ones, are taken for such. Raises StudyError where T and U
    are both there, or where the letters are of no alphabet.
    """
    total = sum(counts.values())
    nucleotides = set(counts) <= set("ACGTU") | set(NUCLEOTIDES)
    if nucleotides and sum(counts[letter] for letter in "ACGTUN") >= MOSTLY * total:
        if counts["T"] and counts["U"]:
            raise StudyError(
                f"{name} holds T ({counts['T']:,}) and U ({counts['U']:,}), so that it is neither DNA nor RNA; write one of them "
                "throughout, or declare data.alphabet."
            )
        return "rna" if counts["U"] else "dna"
    if set(counts) <= set(LETTERS["protein"]) | set(AMINO_ACIDS):
        return "protein"
    strange = sorted(set(counts) - set(LETTERS["protein"]) - set(AMINO_ACIDS))
    raise StudyError(
        f"{name} holds {', '.join(map(repr, strange[:5]))}, which is no letter of DNA, RNA or protein; correct it, or declare "
        "data.alphabet with all its letters."
    )


def count_letters(sequences: Iterable[str]) -> Counter:
    """Count the letters of upper-case sequences, gaps left out."""
    counts: Counter = Counter()
    for sequence in sequences:
        counts.update(sequence)
    for gap in GAPS:
        counts.pop(gap, None)
    return counts
