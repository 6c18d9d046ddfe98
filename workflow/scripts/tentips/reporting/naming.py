"""What readers call a model, and what a drawn figure is."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tentips.baselines import BASELINES, title
from tentips.stacking import NAME as STACKED


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
        from tentips.reporting import theme

        return theme.svg(self.drawn)

    @cached_property
    def png(self) -> bytes:
        """A PNG picture on white."""
        from tentips.reporting import theme

        return theme.png(self.drawn)


def nothing(why: str) -> Figure:
    """Return the figure that stands where there is nothing to draw; `why` is one sentence."""
    import textwrap

    from tentips.reporting import theme

    drawn, axes = theme.figure(height=1.2)
    axes.set_axis_off()
    axes.text(0.5, 0.5, textwrap.fill(why, 60), ha="center", va="center", transform=axes.transAxes)
    return Figure(drawn, why, why, blank=True)


def model_title(name: str, task: str) -> str:
    """Return a model's name in words."""
    if name in BASELINES:
        return title(name, task)
    if name == STACKED:
        return "Hybrid of all models"
    plain = name.removesuffix("_ensemble").upper()
    return f"{plain} ensemble" if name.endswith("_ensemble") else f"{plain} network"


def in_sentence(name: str, task: str) -> str:
    """Return a model's name in words as it stands inside a sentence: "random forest", but "MLP network"."""
    words = model_title(name, task)
    return words if words[1].isupper() or words.startswith("Bayesian") else words[0].lower() + words[1:]
