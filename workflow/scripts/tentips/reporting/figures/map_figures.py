"""Figures of sequences and images explained place by place: logos of letters that matter, and maps on images."""

import numpy as np
import pandas as pd

from tentips.checks.recommended import judged
from tentips.models.names import in_sentence, model_title
from tentips.reporting.figures import interactive, theme
from tentips.reporting.figures.drawing import Figure, nothing
from tentips.results import Results, only
from tentips.wording import p_value

MOST_LOGOS = 4
# Of DNA and RNA as genome browsers colour them, in tones that colour-blind people tell apart; other letters have the ink.
BASES = {"A": "#009E73", "C": "#0072B2", "G": "#E69F00", "T": "#D55E00", "U": "#D55E00"}
COLOURS = ("red", "green", "blue")


def logo(results: Results) -> Figure:
    """Letters around the words that matter most, and at each place where places mean the same, as high as their mean effect."""
    table = results.interpreted("logos")
    if not len(table):
        return nothing("No word of the sequences is sure to raise or lower the prediction, so that no logo is drawn.")
    task, model = results.config["data"]["task"], judged(results)
    table = table.assign(around=table["around"].fillna(""), own=table["model"] != model)
    shown = list(
        table.sort_values("own", kind="stable").groupby(["model", "class", "around"], sort=False, dropna=False)
    )[:MOST_LOGOS]
    drawn, panels = theme.figure(theme.WIDE, 0.6 + 1.5 * len(shown), rows=len(shown), squeeze=False)
    for panel, ((name, label, around), own) in zip(panels[:, 0], shown, strict=True):
        _letters(panel, own)
        where = f"around {around}" if around else "by position"
        what = f", {label}" if isinstance(label, str) and label else ""
        panel.set_title(
            f"{model_title(name, task)}{what}: {where} ({int(own['of'].iloc[0])} {'times' if around else 'sequences'})",
            fontsize=10,
        )
        panel.set_xlabel("Position" if not around else f"Letters from the first one of {around}")
        panel.set_ylabel("Effect", fontsize=9)
    unit = "probability of the class named" if results.classes else f"predicted {results.config['data']['label']}"
    n = int(results.interpreted("places")["n"].max())
    caption = (
        f"In-silico mutagenesis of {n} held-out sequences: each letter is exchanged for others, and its effect is how much the {unit} falls. "
        "The height of a letter is its mean effect, below the line where it lowers the prediction. Around the words whose effect is surest, wherever they occur, and by position where positions "
        "mean the same in all sequences. A logo says what a model reads, not what the cell does."
    )
    words = series_of([around for (_, _, around), _ in shown if around])
    return Figure(
        drawn, caption, f"Logos of letters{f' around {words}' if words else ' by position'}.", table.drop(columns="own")
    )


def series_of(words: list[str]) -> str:
    """The words of the logos in a row, each once."""
    return ", ".join(dict.fromkeys(words))


def saliency(results: Results) -> Figure:
    """Which places of images the models look at: on average, and on a few images where the study may show them."""
    places = results.interpreted("places")
    if not len(places) or places["place_row"].isna().all():
        return nothing("No place of the images could be covered.")
    models = list(dict.fromkeys([judged(results), *places["model"]]))
    models = [model for model in models if (places["model"] == model).any()]
    shown = results.saliency if interactive.allowed(results.config["study"]["sensitive"]) else results.saliency.iloc[:0]
    layers = _layers(shown, models)
    samples = list(shown.groupby("sample")) if len(layers) else []
    columns = max(1 + len(layers), len(models))
    drawn, panels = theme.figure(theme.WIDE, 1.9 + 1.25 * len(samples), columns, 1 + len(samples), squeeze=False)
    for panel in panels.ravel():
        panel.set_axis_off()
    task = results.config["data"]["task"]
    for panel, model in zip(panels[0], models, strict=False):
        panel.imshow(_mean_map(only(places, model=model)), cmap=theme.numbers(), vmin=0, interpolation="nearest")
        panel.set_title(f"{model_title(model, task)}:\nmean size of the effect", fontsize=9)
    for row, (_, sample) in zip(panels[1:], samples, strict=True):
        _picture(row, sample, layers, task)
    n = int(places["n"].max())
    caption = (
        f"Occlusion of {n} held-out images: {places['place_row'].max():.0f} x {places['place_column'].max():.0f} places are covered one after the other by a square of the image's own mean colour. "
        f"Above: how much the prediction changes on average, blue little, orange much. {_told(results, samples)} {agreed(results)}"
    )
    first = only(places, model=models[0]).sort_values("size", ascending=False).iloc[0]["place"]
    return Figure(drawn, caption, f"Maps of where models look; covering {first} changes the prediction most.", places)


def agreed(results: Results) -> str:
    """How far occlusion and Grad-CAM, or mutagenesis and gradients, agree, in a sentence; empty where nothing was held together."""
    table = results.interpreted("map_agreement")
    table = table[table["correlation"].notna() & ~table["b"].str.startswith("the same")]
    task = results.config["data"]["task"]
    return " ".join(
        f"Of the {in_sentence(row.model, task)}, {row.a} and {row.b} rank the places of {row.n} samples alike with a mean correlation of {row.correlation:.2f} "
        f"(by chance {row.chance_low:.2f} to {row.chance_high:.2f}, {p_value(row.p_value)})."
        for row in table.itertuples()
    )


def _told(results: Results, samples: list) -> str:
    if samples:
        return "Below: images of each class drawn at random, and what speaks for (orange) or against (blue) the class that was decided."
    sensitive = results.config["study"]["sensitive"]
    if not interactive.allowed(sensitive):
        return f"No image is shown: {interactive.forbidden(sensitive)}."
    return "No image is shown."


def _letters(panel, table: pd.DataFrame) -> None:
    """Stack the letters of each place, those that raise the prediction above the line, the highest on top."""
    from matplotlib.patches import PathPatch
    from matplotlib.textpath import TextPath
    from matplotlib.transforms import Affine2D

    for place, own in table.groupby("place"):
        for sign in (1, -1):
            base = 0.0
            for row in own[sign * own["height"] > 0].sort_values("height", key=np.abs).itertuples():
                outline = TextPath((0, 0), row.letter, size=1)
                box = outline.get_extents()
                move = Affine2D().translate(-box.x0, -box.y0).scale(0.9 / box.width, abs(row.height) / box.height)
                move = move.translate(place - 0.45, base if sign > 0 else base - abs(row.height))
                panel.add_patch(
                    PathPatch(move.transform_path(outline), color=BASES.get(row.letter, theme.INK), linewidth=0)
                )
                base += row.height
    reach = table.groupby(["place", table["height"] > 0])["height"].sum()
    low, high = min(reach.min(), 0), max(reach.max(), 0)
    panel.set_ylim(low - 0.05 * (high - low), high + 0.05 * (high - low))
    panel.set_xlim(table["place"].min() - 0.6, table["place"].max() + 0.6)
    panel.axhline(0, color=theme.INK, linewidth=0.8)
    if table["place"].nunique() <= 20:
        panel.set_xticks(range(int(table["place"].min()), int(table["place"].max()) + 1))


def _layers(shown: pd.DataFrame, models: list[str]) -> list[tuple[str, str]]:
    """The maps that are shown beside each image, as pairs of model and method."""
    known = shown[~shown["layer"].isin(COLOURS)][["model", "layer"]].drop_duplicates()
    return [(model, layer) for model in models for layer in known["layer"][known["model"] == model]]


def _mean_map(table: pd.DataFrame) -> np.ndarray:
    return table.groupby(["place_row", "place_column"])["size"].mean().unstack().to_numpy()


def _grid(table: pd.DataFrame) -> np.ndarray:
    return table.pivot(index="row", columns="column", values="value").to_numpy(dtype=float)


def _picture(panels, sample: pd.DataFrame, layers: list[tuple[str, str]], task: str) -> None:
    """One image, and beside it the same with each map laid over it."""
    image = np.stack([_grid(only(sample, layer=colour)) for colour in COLOURS], axis=-1)
    height, width = image.shape[:2]
    panels[0].imshow(image, vmin=0, vmax=1, interpolation="nearest")
    panels[0].set_title(str(only(sample, layer="red")["truth"].iloc[0]), fontsize=9)
    for panel, (model, layer) in zip(panels[1:], layers, strict=False):
        own = only(sample, model=model, layer=layer)
        values = _grid(own)
        most = np.nanmax(np.abs(values), initial=0) or 1.0
        panel.imshow(image.mean(axis=-1), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        panel.imshow(
            values,
            cmap=theme.numbers(),
            vmin=-most,
            vmax=most,
            alpha=0.6,
            extent=(-0.5, width - 0.5, height - 0.5, -0.5),
        )
        decided = own["decided"].iloc[0]
        panel.set_title(f"{layer}\n{model_title(model, task)}{f': {decided}' if decided else ''}", fontsize=7)
