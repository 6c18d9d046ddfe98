"""Draw every figure of the catalogue once, write it as SVG, PNG and table, and read it back for the page."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tentips.artifacts import read_json, whole, write_json, write_table, write_text
from tentips.reporting.figures import (
    control_figures,
    design_figures,
    image_figures,
    interpretation_figures,
    map_figures,
    model_figures,
    prediction_figures,
    privacy_figures,
    probing_figures,
    quality_figures,
    sample_figures,
    search_figures,
    transfer_figure,
    trial_figures,
)
from tentips.reporting.figures.catalogue import Entry, drawn_for
from tentips.reporting.figures.drawing import Figure
from tentips.results import Results

MODULES = (
    control_figures,
    design_figures,
    image_figures,
    interpretation_figures,
    map_figures,
    model_figures,
    prediction_figures,
    privacy_figures,
    probing_figures,
    quality_figures,
    sample_figures,
    search_figures,
    transfer_figure,
    trial_figures,
)
TEXTS = "figures.json"


@dataclass(frozen=True)
class Drawn:
    """A figure as it was written."""

    name: str
    svg: str
    caption: str
    alt: str
    blank: bool


def draw(entry: Entry, results: Results) -> Figure:
    """Return the figure of an entry of the catalogue."""
    module, function = entry.draw.split(".")
    return getattr(next(each for each in MODULES if each.__name__.endswith(f".{module}")), function)(results)


def write_all(results: Results, folder: str | Path) -> None:
    """Write each figure as FOLDER/NAME.svg, .png and .tsv, and captions and words for all of them as figures.json."""
    folder, texts = Path(folder), {}
    for entry in drawn_for(results.config):
        figure = draw(entry, results)
        write_text('<?xml version="1.0" encoding="utf-8"?>\n' + figure.svg, folder / f"{entry.name}.svg")
        with whole(folder / f"{entry.name}.png") as partial:
            partial.write_bytes(figure.png)
        # Where there is nothing to draw, or nothing that may leave, the table says so.
        table = pd.DataFrame({"note": [figure.caption]}) if figure.table is None else figure.table
        write_table(table, folder / f"{entry.name}.tsv")
        texts[entry.name] = {"title": entry.title, "caption": figure.caption, "alt": figure.alt, "blank": figure.blank}
    write_json(texts, folder / TEXTS)


def read(entry: Entry, folder: str | Path) -> Drawn:
    """Read a figure that `write_all` wrote."""
    texts = read_json(Path(folder) / TEXTS)[entry.name]
    svg = (Path(folder) / f"{entry.name}.svg").read_text(encoding="utf-8")
    return Drawn(entry.name, svg[svg.index("<svg") :], texts["caption"], texts["alt"], texts["blank"])
