"""Contact sheets: a few images of each class and batch, outliers, errors and doubtful labels."""

import numpy as np
import pandas as pd

from tentips.data.image_features import IMAGE, Form
from tentips.models.names import in_sentence
from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure, nothing
from tentips.reporting.figures.interactive import allowed, forbidden
from tentips.results import Results

EACH = 10  # images of a row
MOST_ROWS = 8  # levels of one column that are shown
SIDE = 64  # pixels of an image on the sheet, at most
GAP = 2  # white pixels between images


def contact_sheet(measured: pd.DataFrame, chosen: dict[str, list[str]], caption: str) -> Figure:
    """Show the images of the samples `chosen`, a row for each name; `measured` has the columns sample and image and their facts.

    To `caption` is added what all sheets have in common.
    """
    form = Form(**measured.attrs)
    images = measured.set_index("sample")[IMAGE]
    most = (
        np.iinfo(f"uint{form.bits}").max
        if form.bits == 8
        else max(1, max(form.pixels([each]).max() for each in images))
    )
    strips = [_strip([_shown(images[name], form, most) for name in samples]) for samples in chosen.values()]
    drawn, panels = theme.figure(height=0.3 + 0.62 * len(strips), rows=len(strips), squeeze=False)
    for panel, strip, (name, samples) in zip(panels[:, 0], strips, chosen.items(), strict=True):
        panel.imshow(strip, interpolation="nearest")
        panel.set_xticks([])
        panel.set_yticks([strip.shape[0] / 2], [f"{name} ({len(samples)})"])
        panel.tick_params(length=0)
        panel.spines[:].set_visible(False)
    caption = (
        f"Images as models read them ({form.height} x {form.width} pixels): {caption} In brackets how many are shown."
    )
    return Figure(drawn, caption, f"Contact sheet of {sum(map(len, chosen.values()))} images.")


def explored(measured: pd.DataFrame, chosen: dict[str, list[str]]) -> Figure:
    """The contact sheet of the exploration, of what `chosen` picks."""
    caption = f"of the development part, up to {EACH} of each class and batch, drawn at random, and the outliers that lie farthest off."
    return contact_sheet(measured, chosen, caption)


def misjudged(results: Results) -> Figure:
    """The images that the judged model got most wrong, and those whose label is doubtful; only where the study may show them."""
    sensitive = results.config["study"]["sensitive"]
    if not allowed(sensitive):
        return nothing(f"No image is shown: {forbidden(sensitive)}.")
    wrong, doubtful = _rows(results.hardest, "taken for", "predicted"), _rows(results.doubtful, "perhaps", "suggested")
    if not wrong and not doubtful:
        return nothing("No held-out image was misjudged, and no label is doubtful.")
    name = in_sentence(results.hardest_of, results.config["data"]["task"])
    caption = (
        f"of the {len(results.hardest)} held-out ones that the {name} got most wrong, and of the {len(results.doubtful)} of the development "
        f"part whose label is doubtful, up to {EACH} of each kind, the worst first."
    )
    rows = wrong | doubtful
    return contact_sheet(results.images([sample for row in rows.values() for sample in row]), rows, caption)


def _rows(table: pd.DataFrame, between: str, column: str) -> dict[str, list[str]]:
    """The samples of each pair of classes, the commonest pairs first; of numeric labels those of the table."""
    own = "truth" if "truth" in table else "label"
    if len(table) and pd.api.types.is_numeric_dtype(table[column]):
        return {"largest errors": list(table["sample"][:EACH])}
    pairs: dict[str, list[str]] = {}
    for row in table.itertuples():
        pairs.setdefault(f"{getattr(row, own)}, {between} {getattr(row, column)}", []).append(row.sample)
    commonest = sorted(pairs, key=lambda name: -len(pairs[name]))[:MOST_ROWS]
    return {name: pairs[name][:EACH] for name in commonest}


def chosen(embedding: pd.DataFrame, outliers: pd.DataFrame, columns: dict[str, str]) -> dict[str, list[str]]:
    """Return which samples are shown under which name: some of each level of `columns` (column to its name), then outliers.

    `embedding` has the columns sample and those asked for; `outliers` sample, outlier, and the distances inside and outside.
    """
    found = {}
    for column, name in columns.items():
        if embedding[column].nunique() > MOST_ROWS and pd.api.types.is_numeric_dtype(embedding[column]):
            continue
        for level, samples in list(embedding.groupby(column)["sample"])[:MOST_ROWS]:
            found[f"{name}: {level}"] = list(samples.sample(min(EACH, len(samples)), random_state=0))
    far = outliers[outliers["outlier"]]
    if len(far):
        beyond = np.maximum(far["inside"] / far["inside_cutoff"], far["outside"] / far["outside_cutoff"])
        found["outliers"] = list(far["sample"].iloc[np.argsort(-beyond.to_numpy(), kind="stable")[:EACH]])
    return found


def _shown(image: bytes, form: Form, most: int) -> np.ndarray:
    """One image as red, green and blue between 0 and 1; of other channels than three the first one, in grey."""
    step = max(1, -(-max(form.height, form.width) // SIDE))
    pixels = form.pixels([image])[0][::step, ::step] / most
    return pixels if form.channels == 3 else np.repeat(pixels[..., :1], 3, axis=-1)


def _strip(images: list[np.ndarray]) -> np.ndarray:
    height, width = images[0].shape[:2]
    strip = np.ones((height, EACH * (width + GAP), 3))
    for number, image in enumerate(images):
        strip[:, number * (width + GAP) : number * (width + GAP) + width] = image
    return strip
