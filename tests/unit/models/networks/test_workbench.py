import numpy as np
from small import resolved, rows

from tentips.models.networks import backend
from tentips.models.networks.architecture import ARCHITECTURES
from tentips.models.networks.workbench import Workbench
from tentips.models.recipe import Recipe

backend.choose("tensorflow", 0, True, 1)


def study(n=90):
    random = np.random.default_rng(3)
    matrix = random.normal(size=(n, 4))
    return rows(matrix, (matrix[:, 0] - matrix[:, 1] > 0).astype(int))


def test_stopping_rows_share_no_group_with_others():
    table = study()
    grouped = rows(table.features, table.truth, groups=np.repeat(np.arange(30), 3))
    grouped.fold[:] = np.repeat(np.random.default_rng(0).permutation(np.arange(30) % 3), 3)
    bench = Workbench(ARCHITECTURES["mlp"], grouped, Recipe.of(resolved()), "roc_auc")
    for fold, template in zip(bench.folds, bench.templates, strict=True):
        fit, stop = template.fit, template.stop
        parts = [set(grouped.groups[part]) for part in (fit, stop, fold.tune)]
        assert not parts[0] & parts[1] and not parts[0] & parts[2] and not parts[1] & parts[2]
        assert set(fit) | set(stop) == set(fold.train)
        assert 0.1 < len(stop) / len(fold.train) < 0.2
