"""Print what each finished job of a study asked of the cluster and what it used, the most wasteful one first.

    python profiles/slurm/efficiency.py [RESULTS]

Reads the benchmark files that Snakemake writes, with the columns that `benchmark-extended` in config.yaml adds.
"""

import ast
import csv
import sys
from pathlib import Path

HEADER = ("job", "MB asked", "MB used", "minutes asked", "minutes used", "GPU")


def jobs(results: Path) -> list[tuple]:
    """Return one row per job, in the order of HEADER; None stands for what was not written down."""
    rows = []
    for path in sorted((results / "benchmarks").rglob("*.tsv")):
        with open(path, encoding="utf-8", newline="") as file:
            # Parameters may hold quotation marks and are long.
            entry = next(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        asked = ast.literal_eval(entry["resources"]) if entry.get("resources") else {}
        name = path.relative_to(results / "benchmarks").with_suffix("").as_posix()
        used, seconds = (_number(entry[column]) for column in ("max_rss", "s"))
        rows.append(
            (name, asked.get("mem_mb"), used, asked.get("runtime"), seconds and seconds / 60, asked.get("gpu", 0))
        )
    return sorted(rows, key=lambda row: (row[1] or 0) - (row[2] or 0), reverse=True)


def table(rows: list[tuple]) -> str:
    """Return the rows as aligned text."""
    cells = [HEADER] + [tuple(_shown(cell) for cell in row) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADER))]
    lines = []
    for name, *rest in cells:
        lines.append(
            "  ".join(
                [name.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
            )
        )
    return "\n".join(lines)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None  # a job that was over before it was looked at


def _shown(cell) -> str:
    if cell is None:
        return "–"
    return f"{cell:.1f}" if isinstance(cell, float) else str(cell)


if __name__ == "__main__":
    results = Path(sys.argv[1] if len(sys.argv) > 1 else "results")
    found = jobs(results)
    if not found:
        sys.exit(f"{results}/benchmarks holds no benchmark files: no job of this study has finished yet.")
    print(table(found))
