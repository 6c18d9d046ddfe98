"""Heads for other labels on the body of a network, and their masked loss; they are there in training only."""

import numpy as np

from tentips.models.networks.pack import Member, Pack


def with_heads(own, sizes: tuple[int, ...]):
    """Return `own`, a Keras model, with a linear head for each other label on what its last layer reads.

    Its outputs are those of `own` before the heads', side by side; `sizes` are the heads' outputs.
    """
    import keras

    body = own.layers[-1].input
    heads = [keras.layers.Dense(size, name=f"other_{number + 1}")(body) for number, size in enumerate(sizes)]
    return keras.Model(own.inputs, keras.layers.Concatenate()([own.outputs[0], *heads]), name="with_other_labels")


def others_of(pack: Pack, member: Member) -> dict[str, np.ndarray]:
    """Return what training needs of the other labels: `others` and `known`, (rows, labels) each.

    `others` are targets, 0 where there is none. `known` is 0 there, and else one over the share of the rows learned from that
    have the label, so that the mean over all rows is that over those that have it. A member without other labels learns its own alone.
    """
    none = np.full((pack.views.rows, len(pack.others)), np.nan)
    targets = none if member.others is None else member.others
    there = np.isfinite(targets)
    share = there[member.fit].mean(axis=0)
    known = there / np.where(share > 0, share, np.inf)
    return {"others": np.where(there, targets, 0.0).astype("float32"), "known": known.astype("float32")}


def loss_of_others(outputs, targets, known, present, sizes: tuple[int, ...]):
    """Return the mean over the other labels of cross-entropy (size above 1) or squared error (size 1).

    `outputs` are those of the heads, (rows, sum of sizes); `targets` and `known` as `others_of` gives them; `present` says which
    rows of the batch count.
    """
    from keras import ops

    from tentips.models.networks.kernel import row_losses

    total, begin = 0.0, 0
    for number, size in enumerate(sizes):
        each = row_losses(outputs[:, begin : begin + size], targets[:, number])
        total = total + ops.sum(each * known[:, number] * present) / ops.maximum(ops.sum(present), 1.0)
        begin += size
    return total / len(sizes)
