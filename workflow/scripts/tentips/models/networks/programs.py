"""Which members of a pack are trained by one program: padding costs arithmetic, every program costs its compilation.

A program is made for one batch size and for the widest and deepest of its members; narrower and shallower ones are
padded. Members of one size begin as a group of their own, and groups are joined for as long as that saves time, by a
rough model of what computing and compiling take.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations, zip_longest
from math import ceil, inf, log2

from tentips.models.networks import mlp, optimisation
from tentips.models.networks.layout import Shape
from tentips.models.networks.pack import Member, Pack

CHUNK = 5  # epochs per call of a program; between calls finished members make room for waiting ones
MOST_DRAWS = 2**25  # row numbers drawn ahead in one call, over all slots: 128 MiB
PART = 16  # times its slots: members of a program that are trained by one core
STOP_STEP = 32  # rows that stop training are counted in steps of this, so that folds of one size share a program
COPIES = 9  # of a network's vector: weights, two moments, the best, gradients, and what an update needs meanwhile

Size = tuple[int, int]  # units of a hidden layer, hidden layers


@dataclass(frozen=True)
class Machine:
    """What a device can do, roughly: enough to choose by.

    In processor seconds: `compile` a program, and each of its `layers`; then for one step of one slot a `step` at all, an
    update of a `parameter`, a `unit` of a hidden layer for a row, an `operation` of a matrix product. Further the most
    `slots` of a program, the bytes of `cache` that its state should not much exceed, and the bytes of `memory` that one
    program may use. The CPU's times are a least-squares fit (of relative errors, none negative) to 56 sizes with
    both cores of an AMD EPYC at work, TensorFlow 2.19; the GPU's are a guess.
    """

    compile: float
    layer: float
    step: float
    parameter: float
    unit: float
    operation: float
    slots: int
    cache: float
    memory: float


CPU = Machine(0.84, 0.40, 1.1e-5, 2.6e-9, 3.9e-9, 9.5e-12, slots=64, cache=2**23, memory=2**30)
GPU = Machine(5.0, 3.0, 1e-6, 4e-11, 1e-11, 2e-13, slots=512, cache=inf, memory=2**32)
FEWEST = 4  # slots of a program, however large its networks are: fewer would wait for the program's own steps


@dataclass(frozen=True)
class Assignment:
    """Members, by their numbers in the pack, and the program that trains them."""

    shape: Shape
    numbers: list[int]


def assignments(pack: Pack, machine: Machine) -> list[Assignment]:
    """Assign members to programs; which one a member gets depends on the pack alone, never on what ran before."""
    by_batch = defaultdict(list)
    for number, member in enumerate(pack.members):
        by_batch[batch_size(member)].append(number)
    found = []
    for _, numbers in sorted(by_batch.items()):
        for sizes in _groups(pack, numbers, machine):
            own = [number for number in numbers if _size(pack.members[number]) in sizes]
            if own:
                found.append(_parts(Assignment(_shape(pack, own, sizes, machine), own)))
    # The longest first, so that the shorter ones fill what cores are free at the end; of each a part, then all others.
    found.sort(
        key=lambda parts: -sum(len(part.numbers) for part in parts) * parts[0].shape.parameters * parts[0].shape.steps
    )
    return [part for parts in zip_longest(*found) for part in parts if part is not None]


def _parts(whole: Assignment) -> list[Assignment]:
    """Divide many members into equal assignments that share a program, for other cores to take."""
    parts = ceil(len(whole.numbers) / (PART * whole.shape.slots))
    return [Assignment(whole.shape, whole.numbers[begin::parts]) for begin in range(parts)]


def batch_size(member: Member) -> int:
    """Return how many rows of the member make one step."""
    return min(member.settings["batch_size"], len(member.fit))


def _size(member: Member) -> Size:
    return member.settings["units"], member.settings["layers"]


def _groups(pack: Pack, numbers: list[int], machine: Machine) -> list[set[Size]]:
    """Join sizes, the pair that saves most time first, until no pair saves any."""
    # Later packs of a search hold any size: the groups must be theirs, too.
    present = {_size(pack.members[number]) for number in numbers}
    sizes = present if pack.packs == 1 else set(pack.architecture.packed.sizes)

    def seconds(group):
        return _seconds(pack, numbers, group, machine)

    groups = [{size} for size in sorted(sizes)]
    while len(groups) > 1:
        one, other = max(
            combinations(groups, 2), key=lambda pair: seconds(pair[0]) + seconds(pair[1]) - seconds(pair[0] | pair[1])
        )
        if seconds(one | other) > seconds(one) + seconds(other):
            break
        groups = [group for group in groups if group not in (one, other)] + [one | other]
    return groups


def _members(pack: Pack, numbers: list[int], sizes: set[Size]) -> float:
    """How many members of these sizes a pack holds; of a search's largest pack, how many are to be expected."""
    if pack.packs == 1:
        return sum(_size(pack.members[number]) in sizes for number in numbers)
    return pack.largest / len(optimisation.BATCH_SIZES) * len(sizes) / len(pack.architecture.packed.sizes)


def _seconds(pack: Pack, numbers: list[int], sizes: set[Size], machine: Machine) -> float:
    """Processor seconds for a group's members to be trained in one program, its compilation spread over the packs."""
    units, layers = (max(each) for each in zip(*sizes, strict=True))
    first = pack.members[numbers[0]]
    batch, epochs = batch_size(first), max(member.epochs for member in pack.members) / 2
    parameters = mlp.parameters({"units": units, "layers": layers, "batch_norm": True}, pack.views.shape, pack.outputs)
    step = (
        machine.step
        + parameters * (machine.parameter + 6 * batch * machine.operation)
        + batch * units * layers * machine.unit
    )
    trained = _members(pack, numbers, sizes) * epochs * -(-len(first.fit) // batch) * step
    return (machine.compile + machine.layer * layers) / pack.packs + trained


def _shape(pack: Pack, numbers: list[int], sizes: set[Size], machine: Machine) -> Shape:
    whole = pack.packs > 1
    members = [pack.members[number] for number in numbers]
    settings, rows, folds = [member.settings for member in members], pack.views.rows, len(pack.views)
    batch, most = batch_size(members[0]), max(len(member.fit) for member in members)
    expected, (units, layers) = _members(pack, numbers, sizes), (max(each) for each in zip(*sizes, strict=True))
    shape = Shape(
        # For a search the power of two at or above what is expected, so that its packs share programs; room for a trial.
        slots=max(folds, 1 << max(0, ceil(log2(expected)))) if whole else len(members),
        views=len(pack.views),
        rows=rows,
        features=pack.views.features,
        layers=layers,
        units=units,
        outputs=pack.outputs,
        batch=batch,
        # Folds differ by a few rows: the number of rows makes one program for all, an epoch ends where rows do.
        steps=-(-(rows if whole else most) // batch),
        epochs=CHUNK,
        stop_rows=-(-max(len(member.stop) for member in pack.members) // STOP_STEP) * STOP_STEP,
        task=pack.task,
        dropout=whole or any(each["dropout"] > 0 for each in settings),
        batch_norm=any(each["batch_norm"] for each in settings) or (whole and pack.architecture.packed.batch_norm),
        activations=_used(pack.architecture.packed.activations, [each["activation"] for each in settings], whole),
        optimisers=_used(optimisation.OPTIMISERS, [each["optimiser"] for each in settings], whole),
        precision=pack.precision,
        weight_decay=any(each.get("weight_decay") for each in settings),
    )
    room = max(1, int(machine.memory / bytes_per_slot(shape)))
    # In powers of two, so that packs of a search share programs.
    cached = (
        max(FEWEST, 2 ** int(log2(machine.cache / (4 * COPIES * shape.parameters)))) if machine.cache < inf else room
    )
    shape = replace(shape, slots=min(shape.slots, machine.slots, room, cached))
    return replace(shape, epochs=max(1, min(CHUNK, MOST_DRAWS // (shape.slots * shape.steps * shape.batch))))


def bytes_per_slot(shape: Shape) -> int:
    """Return about how much memory one more slot takes: parameters, rows drawn, and the largest layers of a step."""
    rows = max(shape.batch, shape.stop_rows)
    per_row = shape.features + 6 * shape.layers * shape.units
    drawn = shape.epochs * shape.steps * shape.batch
    return 4 * (COPIES * shape.parameters + rows * per_row + drawn + 2 * shape.rows)


def _used(names: tuple[str, ...], used: list[str], everything: bool) -> tuple[str, ...]:
    return tuple(name for name in names if everything or name in used)
