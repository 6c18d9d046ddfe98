"""How figures look: colours that colour-blind people tell apart, and ink that follows the page's light or dark theme."""

import io
import re

import matplotlib
from matplotlib.figure import Figure

# Okabe and Ito (2008), without black, which is the ink's.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
GREY = "#888888"
KIND_COLOURS = {
    "network": "#D55E00",
    "ensemble": "#E69F00",
    "baseline": "#0072B2",
    "trivial": GREY,
    "control": GREY,
}
KIND_MARKERS = {"network": "o", "ensemble": "D", "baseline": "s", "trivial": "s", "control": "s"}
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
POINTS = 78  # per inch on the page: text in figures is then as large as the captions
WIDTH, WIDE = 5.2, 7.0  # inches: what can still be read on a phone, and what wants a desk
INK = "#1b1f24"  # of pictures; in SVG it is replaced by the text colour of the page


def numbers():
    """Return the colours of numbers, from low to high: seen on white and on black, and by colour-blind people."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("numbers", [COLOURS[0], "#9a9a9a", COLOURS[1]])


def figure(width: float = WIDTH, height: float = 3.4, columns: int = 1, rows: int = 1, **options):
    """Return a figure and its axes, sizes in inches, in the project's style."""
    style = {
        "svg.fonttype": "none",
        "svg.hashsalt": "tentips",
        "font.family": "sans-serif",
        "font.size": 10,
        "text.parse_math": False,  # names from data may hold a dollar sign
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
    drawn = Figure(figsize=(width, height), layout="constrained")
    return drawn, drawn.subplots(rows, columns, **options)


def lay_out(drawn) -> None:
    """Place what a figure holds, once for all of its files."""
    if drawn.get_layout_engine() is not None:
        drawn.draw_without_rendering()
        drawn.set_layout_engine(None)


def png(drawn) -> bytes:
    """Return a figure as a PNG picture, dark ink on white."""
    lay_out(drawn)
    buffer = io.BytesIO()
    drawn.savefig(buffer, format="png", facecolor="white", dpi=200, metadata={"Software": None})
    return buffer.getvalue()


def svg(drawn) -> str:
    """Return a figure as an SVG element whose ink is the text colour of the page that holds it."""
    lay_out(drawn)
    buffer = io.StringIO()
    drawn.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    # Fixed sizes in points would not shrink on a phone.
    text = re.sub(r'<svg ([^>]*?)height="[^"]*" ', r"<svg \1", text, count=1)
    wide = drawn.get_size_inches()[0] * POINTS
    text = re.sub(r'<svg ([^>]*?)width="[^"]*" ', rf'<svg \1style="max-width: {wide:.0f}pt" ', text, count=1)
    return text


def short_log_ticks(axis) -> None:
    """Powers of ten on a logarithmic axis over many of them, as 0.001 or 1e-05; Matplotlib would write them as formulas."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def plain_log_ticks(axis) -> None:
    """Round numbers on a logarithmic axis, in full."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    axis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axis.set_minor_formatter(NullFormatter())


def with_margin(axes, span: tuple[float, float], logarithmic: bool, margin: float = 0.06) -> None:
    """Let the horizontal axis span what is given, and a margin on both sides."""
    low, high = span
    if logarithmic:
        axes.set_xlim(low * (low / high) ** margin, high * (high / low) ** margin)
    else:
        axes.set_xlim(low - margin * (high - low), high + margin * (high - low))
