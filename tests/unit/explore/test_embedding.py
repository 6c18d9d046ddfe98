"""UMAP keeps neighbours together, is the same for the same seed, and embeds a part of very many samples."""

import numpy as np
import pytest

from tentips.explore import embedding
from tentips.explore.embedding import umap_coordinates


def groups_apart(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Samples of three groups that lie far apart in four dimensions."""
    random = np.random.default_rng(0)
    group = np.arange(n) % 3
    return 20 * np.eye(3, 4)[group] + random.normal(size=(n, 4)), group


@pytest.mark.filterwarnings("error:precomputed_knn")
def test_neighbours_in_the_data_are_neighbours_in_the_plane():
    components, group = groups_apart(90)
    found = umap_coordinates(components, 0)
    assert found.shape == (90, 2) and np.isfinite(found).all()
    distances = np.linalg.norm(found[:, None] - found[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1)[:, :10]
    assert (group[nearest] == group[:, None]).all()


def test_a_seed_decides_the_coordinates():
    components, _ = groups_apart(60)
    again = umap_coordinates(components, 1)
    assert np.array_equal(umap_coordinates(components, 1), again)
    assert not np.allclose(umap_coordinates(components, 2), again)


@pytest.mark.parametrize("n", [4, 10, 16])
def test_fewer_samples_than_neighbours_have_coordinates(n):
    assert np.isfinite(umap_coordinates(groups_apart(n)[0], 0)).all()


def test_copies_lie_together():
    components, _ = groups_apart(60)
    twice = np.concatenate([components, components, components[:1].repeat(30, axis=0)])
    found = umap_coordinates(twice, 0)
    spread = np.linalg.norm(found - found.mean(axis=0), axis=1).mean()
    assert np.median(np.linalg.norm(found[:60] - found[60:120], axis=1)) < 0.3 * spread


def test_of_very_many_samples_a_part_is_embedded(monkeypatch):
    monkeypatch.setattr(embedding, "MOST_EMBEDDED", 40)
    components, _ = groups_apart(60)
    found = umap_coordinates(components, 0)
    drawn = np.isfinite(found).all(axis=1)
    assert drawn.sum() == 40 and np.isnan(found[~drawn]).all()
