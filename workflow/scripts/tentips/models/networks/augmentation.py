"""Training images flipped, turned, shifted and with another contrast: search space, words, and what is done to a batch."""

from tentips.models.networks.optimisation import alternatives

SHIFTS = (0.0, 0.1)  # of the height and width, at most
CONTRASTS = (0.0, 0.2)  # by which it is raised or lowered, at most


def declare(hp) -> dict:
    """Declare the search space on a Keras Tuner `HyperParameters` and return the values it holds."""
    return {
        "flip": hp.Boolean("flip", default=False),
        "rotation": hp.Boolean("rotation", default=False),
        "shift": hp.Choice("shift", list(SHIFTS), default=0.0),
        "contrast": hp.Choice("contrast", list(CONTRASTS), default=0.0),
    }


def search_space() -> str:
    """Return what is searched, in words."""
    return (
        f"training images flipped or not, turned by quarters or not, shifted by at most {alternatives(SHIFTS)} of their size, their "
        f"contrast changed by at most {alternatives(CONTRASTS)}"
    )


def augment(settings: dict, images, noise):
    """Return training images (rows, height, width, channels) flipped, turned, shifted and with another contrast.

    `noise` (rows, 7 or more) is uniform between 0 and 1 and decides everything. Images that are not square are turned half
    round or not at all; what a shift leaves empty repeats the edge.
    """
    from keras import ops

    def where(number, low, yes, no):
        return ops.where((noise[:, number] >= low)[:, None, None, None], yes, no)

    height, width = images.shape[1:3]
    if settings["flip"]:
        images = where(0, 0.5, ops.flip(images, axis=2), images)
        images = where(1, 0.5, ops.flip(images, axis=1), images)
    if settings["rotation"]:
        images = where(2, 0.5, ops.flip(images, axis=(1, 2)), images)
        if height == width:
            images = where(3, 0.5, ops.flip(ops.transpose(images, (0, 2, 1, 3)), axis=2), images)
    if settings["shift"]:
        for number, axis, size in ((4, 1, height), (5, 2, width)):
            by = ops.round((2.0 * noise[:, number] - 1.0) * settings["shift"] * size)
            place = ops.clip(ops.arange(size, dtype="float32")[None] - by[:, None], 0, size - 1)
            chosen = ops.one_hot(ops.cast(place, "int32"), size, dtype=images.dtype)
            images = ops.einsum("nab,nbwc->nawc" if axis == 1 else "nab,nhbc->nhac", chosen, images)
    if settings["contrast"]:
        factor = 1.0 + settings["contrast"] * (2.0 * noise[:, 6] - 1.0)
        mean = ops.mean(images, axis=(1, 2), keepdims=True)
        images = mean + (images - mean) * ops.cast(factor, images.dtype)[:, None, None, None]
    return images
