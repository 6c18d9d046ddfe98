"""Which members of a pack are trained by one program: padding costs arithmetic, every program costs its compilation.

A program is made for one batch size and for the widest and deepest of its members; narrower ones are padded. Members are
divided by width where the arithmetic saved is worth another compilation, by a rough model of both.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import ceil, log2

from tentips.networks import mlp
from tentips.networks.layout import Shape
from tentips.networks.pack import Member, Pack

CHUNK = 10  # epochs per call of a program; between calls finished members make room for waiting ones
MOST_DRAWS = 2**25  # row numbers drawn ahead in one call, over all slots: 128 MiB
STOP_STEP = 32  # rows that stop training are counted in steps of this, so that folds of one size share a program
COPIES = 9  # of a network's vector: weights, two moments, the best, gradients, and what an update needs meanwhile


@dataclass(frozen=True)
class Machine:
    """What a device can do, roughly: enough to choose by, measured with benchmarks/packed_training.py.

    `operations` and `bytes` per second, seconds to `compile` one program, the most `slots` of one, and the bytes of
    `memory` that all programs together may use.
    """

    operations: float
    bytes: float
    compile: float
    slots: int
    memory: float


CPU = Machine(operations=3e10, bytes=1e10, compile=2.5, slots=64, memory=2**31)
GPU = Machine(operations=5e12, bytes=1e12, compile=15.0, slots=512, memory=2**33)


@dataclass(frozen=True)
class Family:
    """Members, by their numbers in the pack, and the program that trains them."""

    shape: Shape
    numbers: list[int]


def families(pack: Pack, machine: Machine) -> list[Family]:
    """Divide the pack into families; which one a member is in depends on the pack alone, never on what ran before."""
    by_batch = defaultdict(list)
    for number, member in enumerate(pack.members):
        by_batch[batch_size(member)].append(number)
    found = []
    for _, numbers in sorted(by_batch.items()):
        for widths in _best_partition(pack, numbers, machine):
            own = _of_widths(pack, numbers, widths)
            if own:
                found.append(Family(_shape(pack, own, widths, machine), own))
    return found


def batch_size(member: Member) -> int:
    """Return how many rows of the member make one step."""
    return min(member.settings["batch_size"], len(member.fit))


def _best_partition(pack: Pack, numbers: list[int], machine: Machine) -> list[tuple[int, ...]]:
    """Divide the widths into consecutive ranges so that computing and compiling take least time together."""
    # Later packs of a search hold any width: the ranges must be theirs, too.
    widths = sorted({pack.members[number].settings["units"] for number in numbers} if pack.packs == 1 else mlp.UNITS)
    best, chosen = float("inf"), []
    for cuts in range(len(widths)):
        for inner in combinations(range(1, len(widths)), cuts):
            parts = [tuple(widths[begin:end]) for begin, end in pairwise((0, *inner, len(widths)))]
            shapes = [_shape(pack, _of_widths(pack, numbers, part), part, machine) for part in parts]
            shares = [_members(pack, _of_widths(pack, numbers, part), part) for part in parts]
            seconds = sum(_seconds(pack, *each, machine) for each in zip(shapes, shares, strict=True))
            if seconds < best:
                best, chosen = seconds, parts
    return chosen


def _of_widths(pack: Pack, numbers: list[int], widths: tuple[int, ...]) -> list[int]:
    return [number for number in numbers if pack.members[number].settings["units"] in widths]


def _members(pack: Pack, numbers: list[int], widths: tuple[int, ...]) -> float:
    """How many members of these widths a pack holds; of a search's largest pack, how many are to be expected."""
    if pack.packs == 1:
        return len(numbers)
    return pack.largest / len(mlp.BATCH_SIZES) * len(widths) / len(mlp.UNITS)


def _seconds(pack: Pack, shape: Shape, members: float, machine: Machine) -> float:
    """Seconds for so many members to be trained in one program, its compilation spread over the packs."""
    steps = shape.steps * max(member.epochs for member in pack.members) / 2
    # Forward and twice as much backward; an update reads and writes every copy of a vector about once.
    step = shape.parameters * (6 * shape.batch / machine.operations + 4 * COPIES / machine.bytes)
    return machine.compile / pack.packs + members * steps * step


def _shape(pack: Pack, numbers: list[int], widths: tuple[int, ...], machine: Machine) -> Shape:
    whole = pack.packs > 1
    members = [pack.members[number] for number in numbers] or pack.members
    settings, rows = [member.settings for member in members], pack.views.rows
    batch, most = batch_size(members[0]), max(len(member.fit) for member in members)
    expected = _members(pack, numbers, widths)
    shape = Shape(
        # For a search the power of two at or above what is expected, so that its packs share programs.
        slots=1 << max(0, ceil(log2(expected))) if whole else len(members),
        views=len(pack.views),
        rows=rows,
        features=pack.views.features,
        layers=mlp.LAYERS[1] if whole else max(each["layers"] for each in settings),
        units=max(widths),
        outputs=pack.outputs,
        batch=batch,
        # Folds differ by a few rows: the number of rows makes one program for all, an epoch ends where rows do.
        steps=-(-(rows if whole else most) // batch),
        epochs=CHUNK,
        stop_rows=-(-max(len(member.stop) for member in pack.members) // STOP_STEP) * STOP_STEP,
        task=pack.task,
        dropout=whole or any(each["dropout"] > 0 for each in settings),
        batch_norm=whole or any(each["batch_norm"] for each in settings),
        activations=_used(mlp.ACTIVATIONS, [each["activation"] for each in settings], whole),
        optimisers=_used(mlp.OPTIMISERS, [each["optimiser"] for each in settings], whole),
        precision=pack.precision,
    )
    room = max(1, int(machine.memory / bytes_per_slot(shape)))
    shape = replace(shape, slots=min(shape.slots, machine.slots, room))
    return replace(shape, epochs=max(1, min(CHUNK, MOST_DRAWS // (shape.slots * shape.steps * shape.batch))))


def bytes_per_slot(shape: Shape) -> int:
    """Return about how much memory one more slot takes: parameters, rows drawn, and the largest layers of a step."""
    rows = max(shape.batch, shape.stop_rows)
    per_row = shape.features + 6 * shape.layers * shape.units
    drawn = shape.epochs * shape.steps * shape.batch
    return 4 * (COPIES * shape.parameters + rows * per_row + drawn + 2 * shape.rows)


def _used(names: tuple[str, ...], used: list[str], everything: bool) -> tuple[str, ...]:
    return tuple(name for name in names if everything or name in used)
