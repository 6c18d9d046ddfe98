"""How a network of this study is trained on some of its rows: the one place that makes members of packs."""

from dataclasses import replace

import numpy as np

from tentips.data.rows import Rows, fit_and_stop
from tentips.data.split import assert_disjoint
from tentips.models.networks.architecture import Architecture
from tentips.models.networks.pack import Member, Pack, Trained
from tentips.models.networks.views import Views
from tentips.models.recipe import Recipe


def member(rows: Rows, settings: dict, train: np.ndarray, seed: int, recipe: Recipe, view: int = 0) -> Member:
    """Return the network with `settings` that learns the labels of `rows` from the rows `train`.

    A slice of `train`, by whole groups, only stops it; which slice follows from `seed`, as does everything random in it.
    Numeric labels are standardised on the rows that it learns from. For other labels pass `rows.relabelled(labels)`.
    `view` is the pack's view that it reads. Raises StudyError where too few groups are left.
    """
    fit, stop = fit_and_stop(rows, train, recipe.tuning["stopping_fraction"], seed)
    assert_disjoint(fit=rows.ids[fit], stop=rows.ids[stop])
    assert_disjoint(fit_groups=rows.groups[fit], stop_groups=rows.groups[stop])
    return _member(rows, settings, (fit, stop), seed, recipe, view)


def unstopped(rows: Rows, settings: dict, train: np.ndarray, seed: int, recipe: Recipe, view: int = 0) -> Member:
    """Return the network that learns from all rows `train`: none is set aside to stop it."""
    return _member(rows, settings, (train, train[:0]), seed, recipe, view)


def _member(rows: Rows, settings: dict, parts: tuple, seed: int, recipe: Recipe, view: int) -> Member:
    fit, stop = parts
    targets, scale = rows.truth, None
    if not rows.classes:
        mean, spread = float(rows.truth[fit].mean()), float(rows.truth[fit].std()) or 1.0
        targets, scale = (rows.truth - mean) / spread, (mean, spread)
    weights = rows.class_weights(fit, recipe.class_weight)
    others = None if rows.others is None else rows.others.standardised(fit)
    return Member(settings, view, fit, stop, targets, seed, recipe.tuning["epochs"], weights, scale, others)


def pack(
    architecture: Architecture,
    rows: Rows,
    views: Views,
    members: list[Member],
    recipe: Recipe,
    packs: int = 1,
    largest: int = 0,
) -> Pack:
    """Return the pack of these members; `packs` and `largest` as `Pack` describes them."""
    patience, precision = recipe.tuning["patience"], recipe.precision
    others = rows.others.sizes if architecture.other_labels and rows.others is not None else ()
    return Pack(architecture, views, members, rows.outputs, rows.task, patience, packs, largest, precision, others)


def in_own_unit(member: Member, trained: Trained) -> Trained:
    """Return a trained member that predicts in the label's own unit: predictions, and the weights of its last layer."""
    if member.scale is None:
        return trained
    mean, spread = map(np.float32, member.scale)
    *weights, kernel, bias = trained.weights
    return replace(
        trained,
        weights=[*weights, kernel * spread, bias * spread + mean],
        predictions=member.unscaled(trained.predictions),
    )


def seed_of(base: int, trial: int) -> int:
    """Return the seed of a trial: each trial has its own, so that a lucky seed cannot be told from good settings."""
    return base * 1_000_003 + trial * 1_009
