"""Packs whose members the packed kernel trains, many at a time in the slots of a few compiled programs."""

import threading
from collections.abc import Iterator
from dataclasses import replace

from tentips.jobs.job import log_line
from tentips.models.networks import backend
from tentips.models.networks.in_threads import FirstAlone, in_threads
from tentips.models.networks.layout import Shape
from tentips.models.networks.pack import Pack, Trained
from tentips.models.networks.programs import CPU, GPU, Assignment, Machine, assignments
from tentips.models.networks.slots import Slots

_programs: dict[Shape, FirstAlone] = {}
_making = threading.Lock()


def train_packed(pack: Pack) -> Iterator[tuple[int, Trained]]:
    """Train every member of `pack`; yield (number, Trained) as each one finishes.

    Where the device's memory runs out, fewer members are trained at a time, and the log says so.
    """
    import keras

    data = keras.tree.map_structure(keras.ops.convert_to_tensor, pack.views.arrays())
    at_once = backend.at_once()
    machine = machine_of(backend.device(), backend.memory(), at_once)
    yield from in_threads(assignments(pack, machine), lambda assignment: _train(pack, assignment, data), at_once)


def machine_of(device: str, memory: int | None, at_once: int) -> Machine:
    """Return what is assumed of a device; where its `memory` is known programs share three quarters of that."""
    machine = GPU if device == "gpu" else CPU
    return machine if memory is None else replace(machine, memory=0.75 * memory / at_once)


def _train(pack: Pack, assignment: Assignment, data: dict):
    """Train the members of one program in slots; yield (number, Trained) as each one finishes."""
    shape, left = assignment.shape, set(assignment.numbers)
    while left:
        waiting = [(number, pack.members[number]) for number in assignment.numbers if number in left][::-1]
        slots = Slots(shape, pack, data)
        try:
            while waiting or slots.busy:
                slots.place(waiting)
                slots.advance(_program(shape))
                for number, trained in slots.take_finished():
                    left.discard(number)
                    yield number, trained
        except Exception as error:
            if not backend.out_of_memory(error) or shape.slots == 1:
                raise
            shape = replace(shape, slots=shape.slots // 2)
            log_line(
                f"the device's memory does not hold {2 * shape.slots} networks at a time; going on with {shape.slots}, "
                f"{len(left)} are left"
            )


def _program(shape: Shape) -> FirstAlone:
    from tentips.models.networks import kernel

    with _making:
        if shape not in _programs:
            _programs[shape] = FirstAlone(kernel.program(shape), threading.Lock())
        return _programs[shape]
