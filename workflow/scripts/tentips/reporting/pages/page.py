"""Pieces of HTML that the pages are made of: figures, tables that fold, marks of checks."""

import html
import itertools
import math
import re

import pandas as pd

from tentips.wording import as_value

MARKS = {
    "pass": ("pass", '<circle cx="10" cy="10" r="9"/><path d="M5.6 10.4l3 3 5.8-6.4"/>'),
    "warn": ("warning", '<path class="shape" d="M10 1.2L19.4 18.4H0.6z"/><path d="M10 7v5.6M10 14.7v1.3"/>'),
    "fail": (
        "fail",
        '<path class="shape" d="M6 .8h8L19.2 6v8L14 19.2H6L.8 14V6z"/><path d="M6.6 6.6l6.8 6.8M13.4 6.6l-6.8 6.8"/>',
    ),
    "skip": ("not checked", '<circle class="open" cx="10" cy="10" r="8.4"/><path d="M6.4 10h7.2"/>'),
}
LONG = 8  # rows from which a table folds
_numbers = itertools.count(1)


def mark(status: str, word: bool = True) -> str:
    """Return the sign of a status: a shape of its own, with its word beside it or for those who do not see it."""
    name, shape = MARKS[status]
    label = f' role="img" aria-label="{name}"' if not word else ' aria-hidden="true"'
    drawn = f'<svg class="mark" viewBox="0 0 20 20"{label}>{shape}</svg>'
    return f'<span class="status {status}">{drawn}{f" {name}" if word else ""}</span>'


def figure(drawn, name: str) -> str:
    """Return a figure with its number and caption; `name` is the anchor that checks link to."""
    # Identifiers inside one SVG must not meet those of another on the same page.
    svg = (
        drawn.svg.replace('id="', f'id="{name}-')
        .replace("url(#", f"url(#{name}-")
        .replace('href="#', f'href="#{name}-')
    )
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(drawn.alt, quote=True)}" ', 1)
    return f'<figure id="figure-{name}">{svg}<figcaption><b>Figure {next(_numbers)}.</b> {text(drawn.caption)}</figcaption></figure>'


def table(frame: pd.DataFrame, caption: str, digits: int = 3, folds: bool | None = None) -> str:
    """Return a data frame as an HTML table with a caption; numbers are rounded, missing ones shown as a dash.

    Long tables fold, unless `folds` decides; folded ones open for print and for links into them.
    """
    head = "".join(
        f"<th scope='col'{_aligned(frame.iloc[:, number])}>{html.escape(_heading(str(name)))}</th>"
        for number, name in enumerate(frame.columns)
    )
    rows = "".join(
        "<tr>" + "".join(_cell(value, digits) for value in row) + "</tr>" for row in frame.itertuples(index=False)
    )
    label = html.escape(caption.split(".")[0].split(":")[0][:120], quote=True)
    region = f"<div class='scroll' tabindex='0' role='region' aria-label='{label}'><table>"
    grid = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    if not (len(frame) > LONG if folds is None else folds):
        return f"{region}<caption>{text(caption)}</caption>{grid}"
    first, _, rest = caption.partition(". ")
    return folded(
        text(first if rest else caption), region + (f"<caption>{text(rest)}</caption>" if rest else "") + grid
    )


def folded(summary: str, content: str) -> str:
    """Return content that opens at a click, and in print; `summary` is HTML."""
    return f"<details><summary>{summary}</summary>{content}</details>"


def banner(opening: dict) -> str:
    """Return a warning if the test part was opened more than once, else nothing."""
    if opening["openings"] < 2:
        return ""
    changed = ", ".join(opening["changed"]).replace("_", " ")
    keys = "".join(
        f"<li>{html.escape(change['key'])} was “{html.escape(as_value(change['before']))}” and became "
        f"“{html.escape(as_value(change['after']))}” (opened again on {change['time'][:10]})</li>"
        for change in opening["plan_changes"]
    )
    return (
        f'<div class="banner" role="alert"><p>The test part was opened {opening["openings"]} times, first on {opening["first"][:10]}; '
        f"what changed between openings: {html.escape(changed)}. The test figures below are no longer those of unseen data.</p>"
        + (f"<p>Changed in the analysis plan after the first opening:</p><ul>{keys}</ul>" if keys else "")
        + "</div>"
    )


def text(words: str) -> str:
    """Return text as HTML, negative numbers with a minus instead of a hyphen."""
    return re.sub(r"(?<![\w.\-/])-(?=\d)", "−", html.escape(words))


def paragraph(words: str) -> str:
    """Return text as a paragraph."""
    return f"<p>{text(words)}</p>"


def p_value(p: float) -> str:
    """Return a p-value as readers expect it."""
    return "–" if math.isnan(p) else "< 0.001" if p < 0.001 else f"{p:.3f}"


def difference_columns(table: pd.DataFrame, prefix: str = "") -> dict[str, pd.Series]:
    """Return the columns in which a table shows differences: with their ends, p-values and those adjusted by Holm.

    `table` holds difference, low, high, p_value and p_adjusted, their names after `prefix`.
    """
    difference, low, high, p, adjusted = (
        table[f"{prefix}{name}"] for name in ("difference", "low", "high", "p_value", "p_adjusted")
    )
    return {
        "Difference": difference,
        "from": low,
        "to": high,
        "p": p.map(p_value),
        "p (Holm)": adjusted.map(p_value),
    }


def _heading(name: str) -> str:
    """A column's name as a heading: p_value is p, n_train is N train."""
    if name in ("p_value", "n", "p"):
        return name[0]
    return name[0].upper() + name[1:].replace("_", " ") if name.islower() and name not in ("from", "to") else name


def _aligned(column: pd.Series) -> str:
    return " class='number'" if pd.api.types.is_numeric_dtype(column) and column.dtype != bool else ""


def _cell(value, digits: int) -> str:
    if isinstance(value, float):
        if math.isnan(value):
            return "<td class='number'>–</td>"
        return f"<td class='number'>{text(f'{value:,.{digits}f}')}</td>"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"<td class='number'>{value:,}</td>"
    return f"<td>{html.escape(str(value))}</td>"
