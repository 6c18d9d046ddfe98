"""An embedding that readers can colour and search, inside the page, without a network."""

import json
import re
import warnings

import pandas as pd

from tentips.statistics.association import is_number

NAME = "interactive-embedding"
MOST_DOTS = 2000
QUANTILES = 5
# A level or a column may be called anything, and must not end or begin the script that holds it: this stands for < until Altair has
# written its page, where JavaScript's own way to write it takes its place.
LESS = "\ue000\ue001"
COORDINATES = ["pc1", "pc2", "umap1", "umap2"]


def allowed(sensitive: bool | None) -> bool:
    """Whether a page may carry one row per sample: only where the study says that its data are not sensitive."""
    return sensitive is False


def forbidden(sensitive: bool | None) -> str:
    """Return why a page may not carry one row per sample, as the end of a sentence."""
    why = "says that its data are sensitive" if sensitive else "does not say whether its data are sensitive"
    return f"this study {why} (study.sensitive)"


def embedding(table: pd.DataFrame, columns: dict[str, str], levels) -> tuple[str, int]:
    """Return an element with PCA and UMAP whose dots a menu colours, and the number of dots.

    `columns` maps columns of `table` to what readers call them; `levels` names the level of each row of a column and their
    order. The element holds coordinates and levels, no ids. Dots marked with the mouse in one panel are marked in the other.
    """
    shown = table[table["umap1"].notna()]
    if len(shown) > MOST_DOTS:
        shown = shown.sample(MOST_DOTS, random_state=0)
    data = shown[COORDINATES].astype(float).round(3)
    for column, name in columns.items():
        whole = table.assign(**{column: _parts(table[column])})
        shown_levels = levels(whole, column)[0].loc[shown.index].str.replace("<", LESS, regex=False)
        data = data.assign(**{name.replace("<", LESS): shown_levels})
    whole = _page_of_charts(data.sample(frac=1, random_state=0), [name.replace("<", LESS) for name in columns.values()])
    # Altair writes a whole page; its scripts, which load nothing, are what this one needs.
    scripts = re.findall(r"<script.*?</script>", whole, re.DOTALL)
    scripts = [script.replace(json.dumps(LESS)[1:-1], r"\u003c").replace(LESS, r"\u003c") for script in scripts]
    words = "Scatter plots of principal components and UMAP; the figures below show the same in words and pictures"
    return f"<div id='{NAME}' role='group' aria-label='{words}'></div>{''.join(scripts)}", len(data)


def _page_of_charts(data: pd.DataFrame, names: list[str]) -> str:
    """A page of Altair's with two panels of the rows of `data`, coloured by one of its columns `names`."""
    import altair as alt

    from tentips.reporting.figures import theme

    colour = alt.param(name="colour", value=names[0], bind=alt.binding_select(options=names, name="Colour by "))
    marked = alt.selection_interval(name="marked")
    base = (
        alt.Chart(data)
        .transform_calculate(shown="datum[colour]")
        .mark_circle(size=28, opacity=0.9)
        .encode(
            color=alt.condition(
                marked,
                alt.Color("shown:N", title=None, scale=alt.Scale(range=list(theme.COLOURS))),
                alt.value("#8888"),
            ),
            tooltip=[alt.Tooltip("shown:N", title="level")],
        )
        .properties(width=300, height=300)
    )
    axis = {"grid": False, "labels": False, "ticks": False}
    panels = [
        base.encode(
            x=alt.X(x, axis=alt.Axis(title=title[0], **axis)), y=alt.Y(y, axis=alt.Axis(title=title[1], **axis))
        )
        for x, y, title in (("pc1:Q", "pc2:Q", ("PC 1", "PC 2")), ("umap1:Q", "umap2:Q", ("UMAP 1", "UMAP 2")))
    ]
    ink = {"labelColor": "currentColor", "titleColor": "currentColor", "titleFontWeight": "normal"}
    ink |= {"labelFontSize": 12, "titleFontSize": 13}
    options = {"renderer": "svg", "actions": False}
    with warnings.catch_warnings():
        # One selection for both panels is what is wanted; altair says that it made one of two.
        warnings.filterwarnings("ignore", "Automatically deduplicated selection parameter")
        chart = (
            alt.hconcat(*panels)
            .add_params(marked, colour)
            .configure(background="transparent")
            .configure_axis(domainColor="currentColor", **ink)
            .configure_legend(**ink)
            .configure_view(stroke=None)
        )
        return chart.to_html(inline=True, output_div=NAME, embed_options=options)


def _parts(values: pd.Series) -> pd.Series:
    """A number with many values in parts of equal size, named so that they sort; others as they are."""
    if not is_number(values):
        return values
    cut = pd.qcut(values, QUANTILES, duplicates="drop")
    names = [f"{number + 1}: {part.left:.3g} to {part.right:.3g}" for number, part in enumerate(cut.cat.categories)]
    return cut.cat.rename_categories(names).astype(object)
