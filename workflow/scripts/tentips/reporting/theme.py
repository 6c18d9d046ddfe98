"""How figures look: colours that colour-blind people tell apart, and ink that follows the page's light or dark theme."""

import io
import re

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

# Okabe and Ito (2008), without black, which is the ink's.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
KIND_COLOURS = {
    "network": "#D55E00",
    "ensemble": "#E69F00",
    "baseline": "#0072B2",
    "trivial": "#888888",
    "control": "#888888",
}
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
POINTS = 78  # per inch on the page: text in figures is then as large as the captions
INK = "#123456"  # stands for the page's text colour and is replaced in the finished picture


def numbers():
    """Return the colours of numbers, from low to high: seen on white and on black, and by colour-blind people."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("numbers", [COLOURS[0], "#9a9a9a", COLOURS[1]])


def figure(width: float = 7.0, height: float = 3.6, columns: int = 1, rows: int = 1, **options):
    """Return a figure and its axes, sizes in inches, in the project's style."""
    style = {
        "svg.fonttype": "none",
        "svg.hashsalt": "tentips",
        "font.family": "sans-serif",
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.titlesize": 10,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "legend.frameon": False,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "savefig.dpi": 200,  # of the dots that are drawn as a picture
    }
    matplotlib.rcParams.update(style)
    return plt.subplots(rows, columns, figsize=(width, height), layout="constrained", **options)


def svg(drawn) -> str:
    """Return a figure as an SVG element whose ink is the text colour of the page that holds it."""
    buffer = io.StringIO()
    drawn.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(drawn)
    text = buffer.getvalue()
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    # Fixed sizes in points would not shrink on a phone.
    text = re.sub(r'<svg ([^>]*?)height="[^"]*" ', r"<svg \1", text, count=1)
    wide = drawn.get_size_inches()[0] * POINTS
    text = re.sub(r'<svg ([^>]*?)width="[^"]*" ', rf'<svg \1style="max-width: {wide:.0f}pt" ', text, count=1)
    return text
