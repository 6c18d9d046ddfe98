from dataclasses import replace

import numpy as np
import pytest
from small import PLAIN

from tentips.models.networks import layout, mlp
from tentips.models.networks.architecture import ARCHITECTURES
from tentips.models.networks.pack import Member, Pack
from tentips.models.networks.programs import COPIES, CPU, FEWEST, GPU, assignments, bytes_per_slot
from tentips.models.networks.views import Views


def pack(members, features=30, rows=600, packs=1):
    fit, stop, targets = np.arange(400), np.arange(400, 470), np.zeros(rows, int)
    made = [Member({**PLAIN, **each}, 0, fit, stop, targets, number, 30) for number, each in enumerate(members)]
    return Pack(
        ARCHITECTURES["mlp"], Views([np.zeros((rows, features), "float32")]), made, 2, "classification", 10, packs, 48
    )


def widths(found, pack):
    return sorted(sorted({pack.members[number].settings["units"] for number in each.numbers}) for each in found)


def test_every_member_is_in_one_assignment_of_its_batch_size():
    one = pack([{"units": units, "batch_size": batch} for units in mlp.UNITS for batch in (32, 128)] * 3)
    found = assignments(one, CPU)
    assert sorted(number for each in found for number in each.numbers) == list(range(24))
    for each in found:
        assert {one.members[number].settings["batch_size"] for number in each.numbers} == {each.shape.batch}
        assert each.shape.units == max(one.members[number].settings["units"] for number in each.numbers)


def test_few_small_networks_share_a_program_and_many_large_ones_do_not():
    mixed = [{"units": units} for units in mlp.UNITS]
    few, many = pack(mixed), pack(mixed * 16, features=10_000)
    assert len(assignments(few, CPU)) == 1
    assert len(assignments(many, CPU)) > 1
    assert len(assignments(many, replace(CPU, compile=1e6))) == 1
    assert widths(assignments(many, replace(CPU, compile=0, layer=0)), many) == [[16], [32], [64], [128]]
    assert len(assignments(pack(mixed * 16), GPU)) == 1


def test_shallow_networks_are_not_padded_to_deep_ones_where_that_takes_longer():
    mixed = pack([{"units": 128, "layers": layers} for layers in (1, 3)] * 40, rows=5000)
    found = assignments(mixed, CPU)
    assert sorted((each.shape.layers, len(each.numbers)) for each in found) == [(1, 40), (3, 40)]
    assert len(assignments(pack([{"units": 128, "layers": layers} for layers in (1, 3)]), CPU)) == 1


def test_state_of_large_networks_does_not_outgrow_the_cache():
    small, large = (assignments(pack([{"units": units}] * 64), CPU)[0].shape for units in (16, 128))
    assert small.slots == 64
    assert large.slots < 64
    assert 4 * COPIES * large.parameters * large.slots <= CPU.cache
    assert assignments(pack([{"units": 128, "layers": 3}] * 64, features=10_000), CPU)[0].shape.slots == FEWEST


def test_many_members_are_divided_into_equal_parts_that_share_a_program():
    one = pack([{"units": 128, "layers": 3}] * 100, features=10_000)
    found = assignments(one, CPU)
    assert len({each.shape for each in found}) == 1
    assert [len(each.numbers) for each in found] == [50, 50]
    assert sorted(number for each in found for number in each.numbers) == list(range(100))
    assert len(assignments(pack([{"units": 128, "layers": 3}] * 30, features=10_000), CPU)) == 1


def test_packs_of_one_search_ask_for_the_same_programs():
    """Whatever members a pack happens to hold, its programs are among those that the space needs."""
    random = np.random.default_rng(0)

    def drawn(members=40):
        return [
            {
                "units": int(random.choice(mlp.UNITS)),
                "layers": int(random.integers(1, 4)),
                "activation": str(random.choice(mlp.ACTIVATIONS)),
                "dropout": float(random.choice([0, 0.3])),
                "batch_norm": bool(random.integers(2)),
                "batch_size": int(random.choice([32, 128])),
            }
            for _ in range(members)
        ]

    shapes = [{each.shape for each in assignments(pack(drawn(), packs=10), CPU)} for _ in range(6)]
    assert len(set.union(*shapes)) == max(map(len, shapes))
    alone = [{each.shape for each in assignments(pack(drawn(4)), CPU)} for _ in range(6)]
    assert len(set.union(*alone)) >= 10


def test_slots_are_as_many_as_memory_holds():
    large = pack([{"units": 128, "layers": 3}] * 100, features=10_000)
    free, tight = assignments(large, CPU)[0].shape, assignments(large, replace(CPU, memory=2e8))[0].shape
    assert 1 <= tight.slots < free.slots <= CPU.slots
    assert tight.slots * bytes_per_slot(tight) <= 2e8
    assert assignments(large, replace(CPU, memory=1.0))[0].shape.slots == 1


@pytest.mark.parametrize("norm", [False, True])
def test_a_vector_gives_back_the_kernels_that_were_laid_into_it(norm):
    settings = {**PLAIN, "layers": 2, "units": 5, "batch_norm": norm}
    shape = assignments(pack([{**settings, "units": 9, "layers": 3}]), CPU)[0].shape
    shape = replace(shape, features=30)
    random = np.random.default_rng(3)
    kernels = [random.normal(size=size).astype("float32") for size in mlp.shapes(settings, 30, 2)]
    vector = layout.initial(shape, kernels)
    assert vector.shape == (shape.parameters,)
    weights = layout.keras_weights(shape, settings, vector, layout.initial_statistics(shape))
    assert [each.shape for each in weights if each.ndim == 2] == [each.shape for each in kernels]
    for found, drawn in zip((each for each in weights if each.ndim == 2), kernels, strict=True):
        np.testing.assert_array_equal(found, drawn)
    vectors = [each for each in weights if each.ndim == 1]
    # biases, shifts and means begin at 0, scales and variances at 1
    assert [float(each.mean()) for each in vectors] == ([0, 1, 0, 0, 1] * 2 + [0] if norm else [0, 0, 0])
    assert layout.is_kernel(shape).sum() == 30 * 9 + 9 * 9 * 2 + 9 * 2
