"""Write docs/rule-graph.md: which rule needs which, as Snakemake tells it; a test fails where the two disagree."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs" / "rule-graph.md"
HEAD = """# The rules, and what each needs

<!-- Written by workflow/rules/document.py from `snakemake --rulegraph`; run make docs. -->

An arrow leads from a rule to one that reads what it wrote. Arrows that follow from others are left out. `download` comes
before `data` where a source is an address; `shard` before `network` where a search is divided (`tuning.shards`).

"""


def document() -> str:
    """Return the text of docs/rule-graph.md. Raises CalledProcessError where Snakemake cannot read the workflow."""
    command = [sys.executable, "-m", "snakemake", "--rulegraph", "mermaid-js", "--forceall"]
    drawn = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    names = dict(re.findall(r"^\s*(id\d+)\[(\w+)\]", drawn, re.MULTILINE))
    arrows = {(names[a], names[b]) for a, b in re.findall(r"^\s*(id\d+) --> (id\d+)", drawn, re.MULTILINE)}
    lines = [f"  {a} --> {b}" for a, b in sorted(_reduced(arrows))]
    return HEAD + "\n".join(["```mermaid", "flowchart TB", *lines, "```"]) + "\n"


def _reduced(arrows: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The arrows of a graph without cycles that no longer way replaces."""
    after = {rule: {b for a, b in arrows if a == rule} for arrow in arrows for rule in arrow}

    def reached(rule: str) -> set[str]:
        return after[rule].union(*map(reached, after[rule]))

    beyond = {rule: set().union(*map(reached, after[rule])) for rule in after}
    return {(a, b) for a, b in arrows if b not in beyond[a]}


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
