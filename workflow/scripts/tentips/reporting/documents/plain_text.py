"""Texts in Markdown that show as they are, whatever a name from the data holds; the one place that escapes for Markdown."""

import re

CITATION = re.compile(r"(\[@[\w:.;@ -]+\])")  # pandoc's, which the statements write themselves
# What would be read as HTML or an autolink, a link or picture, an entity, mathematics (pandoc), or a cell's end.
MEANT = re.compile(r"<(?=[A-Za-z/!?])|[\[\]$|]|&(?=#?\w+;)")
AT_THE_START = re.compile(r"^(\d+(?=[.)]\s)|(?=[#>+*=~:`-]))")  # a heading, a quotation, a list, a rule, a fence


def plain(text: str) -> str:
    """Return a paragraph of Markdown that shows `text` as it is, on one line; citations ([@key]) stay.

    Line ends become blanks: after one a name could begin a heading.

    >>> plain("<b>[here](javascript:x)")
    '\\\\<b>\\\\[here\\\\](javascript:x)'
    """
    parts = CITATION.split(" ".join(text.split()))
    shown = "".join(
        part if number % 2 else MEANT.sub(lambda found: f"\\{found[0]}", part) for number, part in enumerate(parts)
    )
    return AT_THE_START.sub(r"\1\\", shown)
