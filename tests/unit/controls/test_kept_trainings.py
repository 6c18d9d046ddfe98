"""A job of controls that is killed goes on where it stopped, and ends the same."""

import numpy as np
import pytest
from small import PLAIN, recipe, rows

from tentips.controls import trainings
from tentips.controls.experiments import Experiment
from tentips.controls.kept_trainings import KeptTrainings

RANDOM = np.random.default_rng(0)
TABLE = rows(RANDOM.normal(size=(60, 3)), np.arange(60) % 2)
PLANNED = {
    "label_shuffles": [
        Experiment(number, 0, np.arange(40), np.arange(40, 60), RANDOM.permutation(TABLE.truth)) for number in range(4)
    ],
    "left_out": [Experiment("b", 0, np.arange(20, 60), np.arange(20), TABLE.truth)],
}


class Killed(Exception):
    pass


def contender(kind):
    if kind == "baseline":
        return trainings.Contender(kind, "random_forest", {}, recipe())
    return trainings.Contender(kind, "mlp", PLAIN, recipe(tuning={"epochs": 3, "patience": 3}))


def carried_out(kind, kept, dies_after=99):
    """The predictions in order, how many experiments were trained in this run, and what was said."""
    trained, own, said = [], getattr(trainings, f"run_{kind}"), []

    def counting(contender, rows, experiments, *others):
        if len(trained) >= dies_after:
            raise Killed
        trained.extend(experiments)
        return own(contender, rows, experiments, *others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainings, "TOGETHER", 2)
        patch.setattr(trainings, f"run_{kind}", counting)
        found = trainings.run(contender(kind), TABLE, PLANNED, said.append, kept)
    return [predictions for each in found.values() for _, predictions in each], len(trained), said


@pytest.mark.parametrize(("kind", "left"), [("baseline", 2), ("network", 1)])
def test_what_was_finished_is_not_trained_again_and_the_end_is_the_same(tmp_path, kind, left):
    whole, trained, _ = carried_out(kind, None)
    assert trained == 5
    kept = KeptTrainings(tmp_path / "kept", "data, settings and code")
    with pytest.raises(Killed):
        carried_out(kind, kept, dies_after=3)  # of networks two packs of two are finished then
    resumed, trained, said = carried_out(kind, kept)
    assert trained == left and f"{5 - left} of 5 trainings were finished before; going on" in said[1]
    assert all(np.array_equal(one, other) for one, other in zip(whole, resumed, strict=True))
    kept.delete()
    assert not (tmp_path / "kept").exists()


def test_nothing_of_other_data_other_labels_or_a_damaged_file_is_taken(tmp_path):
    kept, each = KeptTrainings(tmp_path, "one"), PLANNED["left_out"][0]
    kept.write(3, each, np.array([[0.1, 0.9]]))
    assert (kept.read(3, each) == [[0.1, 0.9]]).all()
    assert kept.read(4, each) is None
    assert KeptTrainings(tmp_path, "two").read(3, each) is None
    assert kept.apart("disordered").read(3, each) is None
    other = Experiment("b", 0, each.train, each.score, 1 - each.truth)
    assert kept.read(3, other) is None
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-3])
    assert kept.read(3, each) is None
