"""What a figure is: the drawing, its words, and the table behind it."""

import textwrap
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tentips.reporting.figures import theme


@dataclass(frozen=True)
class Figure:
    """A figure: what matplotlib drew, its caption, a short text for those who cannot see it, and the table behind it.

    `blank` says that there was nothing to draw; the caption then says why. No sample is named in the table, and it has one
    row per sample only where the study says that its data are not sensitive.
    """

    drawn: Any
    caption: str
    alt: str
    table: Any = None
    blank: bool = False

    @cached_property
    def svg(self) -> str:
        """An SVG element in the ink of the page that holds it."""
        return theme.svg(self.drawn)

    @cached_property
    def png(self) -> bytes:
        """A PNG picture on white."""
        return theme.png(self.drawn)


def nothing(why: str) -> Figure:
    """Return the figure that is shown where there is nothing to draw; `why` is one sentence."""
    drawn, axes = theme.figure(height=1.2)
    axes.set_axis_off()
    axes.text(0.5, 0.5, textwrap.fill(why, 60), ha="center", va="center", transform=axes.transAxes)
    return Figure(drawn, why, why, blank=True)
