"""Write docs/simulate.md: the generative model and every argument with its unit; a test fails where it disagrees.

python -m tentips.simulate.document
"""

from dataclasses import fields

from tentips.paths import DOCS
from tentips.simulate import simulation
from tentips.simulate.study_design import Design

TARGET = DOCS / "simulate.md"
HEAD = """# Simulated studies

<!-- Written by workflow/scripts/tentips/simulate/document.py from the arguments of `Design`; edit those, then run make docs. -->

`simulate` writes studies whose truth is known: to try the workflow on, to plan a study, for the gauntlet and the benchmarks.

```bash
python workflow/scripts/tentips/simulate FOLDER --samples 300 --signal 1.5
snakemake --cores all --directory FOLDER design
```

From Python, `tentips.simulation.study(samples=300, signal=1.5)` returns the same tables with their truth: the best attainable
ROC AUC or R², which features are informative, whose labels are wrong.

## The generative model

"""
OPTIONS = """
## Options

Each argument of `Design` is an option of the command, with hyphens. Standard deviations are those of an ordinary feature
within a class. `--tables-only` writes features.csv and samples.csv alone.

| option | default | unit | meaning |
| --- | --- | --- | --- |
"""


def document() -> str:
    """Return the text of docs/simulate.md."""
    paragraphs = simulation.__doc__.split("\n\n")
    model = [text for text in paragraphs[1:] if not text.startswith("As a command")]
    return HEAD + "\n\n".join(model) + "\n" + OPTIONS + "".join(map(_row, fields(Design)))


def _row(item) -> str:
    default = "not given" if item.default is None else "off" if item.default is False else f"`{item.default}`"
    meaning = item.metadata["meaning"].replace("|", "\\|")
    return f"| `--{item.name.replace('_', '-')}` | {default} | {item.metadata['unit']} | {meaning} |\n"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
