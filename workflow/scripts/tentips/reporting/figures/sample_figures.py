"""Where the development samples lie: UMAP coloured by label and by batch."""

import pandas as pd

from tentips.reporting.figures import interactive, theme
from tentips.reporting.figures.drawing import Figure, nothing
from tentips.reporting.figures.exploration_figures import MOST_COLOURS, MOST_DOTS, MOST_VECTOR, levels_of, scatter
from tentips.results import Results


def by_label(results: Results) -> Figure:
    """UMAP of the development samples, coloured by label."""
    return _umap(results, "label", results.config["data"]["label"])


def by_batch(results: Results) -> Figure:
    """UMAP of the development samples, coloured by the first batch, or by the site."""
    data = results.config["data"]
    column = [*data["batch"], data["site"]][0]
    if column not in results.exploration["embedding"]:
        return nothing(f"The exploration holds no column {column}.")
    return _umap(results, column, column)


def _umap(results: Results, column: str, name: str) -> Figure:
    table = results.exploration["embedding"]
    hide_rows = not interactive.allowed(results.config["study"]["sensitive"])
    shown = table[table["umap1"].notna()]
    if len(shown) > MOST_DOTS:
        shown = shown.sample(MOST_DOTS, random_state=0)
    raster, size = hide_rows or len(shown) > MOST_VECTOR, 16 if len(shown) <= 500 else 8 if len(shown) <= 2500 else 4
    number = pd.api.types.is_numeric_dtype(shown[column]) and table[column].nunique() > MOST_COLOURS
    drawn, axes = theme.figure(height=3.8)
    if number:
        dots = axes.scatter(
            shown["umap1"],
            shown["umap2"],
            c=shown[column],
            cmap=theme.numbers(),
            s=size,
            linewidths=0,
            rasterized=raster,
        )
        drawn.colorbar(dots, ax=axes, label=name).outline.set_visible(False)
    else:
        names, order = levels_of(table, column)
        scatter(axes, shown, "umap1", "umap2", names.loc[shown.index], order, size, raster)
        legend = drawn.legend(loc="outside upper left", ncols=min(len(order), 4), fontsize=9)
        for handle in legend.legend_handles:
            handle.set_sizes([30])
    axes.set_xlabel("UMAP 1 (no unit)")
    axes.set_ylabel("UMAP 2 (no unit)")
    axes.set_xticks([])
    axes.set_yticks([])
    part = f"{len(shown):,} of the {len(table):,}" if len(shown) < len(table) else f"The {len(table):,}"
    caption = f"{part} development samples by their features, coloured by {name}. Distances between clusters mean little in UMAP; principal components stand in the exploration."
    points = shown[["umap1", "umap2", column]].sample(frac=1, random_state=0)  # the order of the sheet would name them
    if hide_rows:
        points = None if number else names.value_counts().rename_axis(name).reset_index(name="samples")
    return Figure(drawn, caption, f"UMAP of {len(shown):,} samples coloured by {name}.", points)
