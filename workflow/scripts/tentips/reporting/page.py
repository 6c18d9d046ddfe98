"""Pieces of HTML that the notebooks put in order: figures, tables, the verdict and the scorecard."""

import html
import itertools

import pandas as pd

from tentips.reporting.naming import Figure

MARKS = {"pass": "✓", "warn": "!", "fail": "✗", "skip": "–"}
WORDS = {"pass": "pass", "warn": "warning", "fail": "fail", "skip": "not checked"}
_numbers = itertools.count(1)


def figure(drawn: Figure, name: str) -> str:
    """Return a figure with its number and caption; `name` is the anchor that checks link to."""
    # Identifiers inside one SVG must not meet those of another on the same page.
    svg = (
        drawn.svg.replace('id="', f'id="{name}-')
        .replace("url(#", f"url(#{name}-")
        .replace('href="#', f'href="#{name}-')
    )
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(drawn.alt, quote=True)}" ', 1)
    return f'<figure id="figure-{name}">{svg}<figcaption><b>Figure {next(_numbers)}.</b> {html.escape(drawn.caption)}</figcaption></figure>'


def table(frame: pd.DataFrame, caption: str, digits: int = 3) -> str:
    """Return a data frame as an HTML table with a caption; numbers are rounded, missing ones shown as a dash."""
    head = "".join(f"<th scope='col'>{html.escape(str(name))}</th>" for name in frame.columns)
    rows = "".join(
        "<tr>" + "".join(_cell(value, digits) for value in row) + "</tr>" for row in frame.itertuples(index=False)
    )
    return f"<div class='scroll'><table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"


def verdict(scorecard: dict) -> str:
    """Return the verdict as the page's first statement."""
    judged = scorecard["verdict"]
    return f'<p class="verdict {judged["status"]}" id="verdict">{html.escape(judged["text"])}</p>'


def banner(opening: dict) -> str:
    """Return a warning if the test part was opened more than once, else nothing."""
    if opening["openings"] < 2:
        return ""
    changed = ", ".join(opening["changed"]).replace("_", " ")
    keys = "".join(
        f"<li>{html.escape(change['key'])} was “{html.escape(_value(change['before']))}” and became "
        f"“{html.escape(_value(change['after']))}” (opened again on {change['time'][:10]})</li>"
        for change in opening["plan_changes"]
    )
    return (
        f'<div class="banner" role="alert"><p>The test part was opened {opening["openings"]} times, first on {opening["first"][:10]}; '
        f"what changed between openings: {html.escape(changed)}. The test figures below are no longer those of unseen data.</p>"
        + (f"<p>Changed in the analysis plan after the first opening:</p><ul>{keys}</ul>" if keys else "")
        + "</div>"
    )


def checks(scorecard: dict) -> str:
    """Return the scorecard: checks by tip, each with a mark, a word and a finding."""
    parts = []
    for tip, members in itertools.groupby(scorecard["checks"], key=lambda check: check["tip"]):
        rows = "".join(_check(check) for check in members)
        parts.append(
            f"<tr class='tip'><th colspan='3' scope='colgroup'>Tip {tip}: {html.escape(TIPS[tip])}</th></tr>{rows}"
        )
    return f"<div class='scroll'><table class='checks'><thead><tr><th scope='col'>Status</th><th scope='col'>Check</th><th scope='col'>Finding</th></tr></thead><tbody>{''.join(parts)}</tbody></table></div>"


def paragraph(text: str) -> str:
    """Return text as a paragraph."""
    return f"<p>{html.escape(text)}</p>"


def p_value(p: float) -> str:
    """Return a p-value as readers expect it."""
    return "–" if p != p else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _check(check: dict) -> str:
    status = check["status"]
    finding = html.escape(check["finding"])
    if check["evidence"]:
        finding += f' <a href="#{html.escape(check["evidence"])}">evidence</a>'
    return f"<tr class='{status}'><td class='status'><span class='mark' aria-hidden='true'>{MARKS[status]}</span> {WORDS[status]}</td><td>{check['id']}</td><td>{finding}</td></tr>"


def _value(value) -> str:
    return "not declared" if value is None or value == [] else str(value)


def _cell(value, digits: int) -> str:
    if isinstance(value, float):
        if value != value:
            return "<td class='number'>–</td>"
        return f"<td class='number'>{value:,.{digits}f}</td>"
    if isinstance(value, int):
        return f"<td class='number'>{value:,}</td>"
    return f"<td>{html.escape(str(value))}</td>"


TIPS = {
    1: "Decide whether deep learning is appropriate for your problem",
    2: "Use traditional methods to establish performance baselines",
    3: "Understand the complexities of training deep neural networks",
    4: "Know your data and your question",
    5: "Choose an appropriate data representation and neural network architecture",
    6: "Tune your hyperparameters extensively and systematically",
    7: "Address deep neural networks' increased tendency to overfit the dataset",
    8: "Your deep learning models can be more transparent",
    9: "Don't over-interpret predictions",
    10: "Don't share models trained on sensitive data",
}
