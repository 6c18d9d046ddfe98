"""`train(pack)`: the one function through which every network of a study is trained."""

from collections.abc import Callable

from tentips.models.networks.keras_training import train_with_keras
from tentips.models.networks.pack import Pack, Trained
from tentips.models.networks.packed_training import train_packed


def train(pack: Pack, progress: Callable[[int], None] | None = None) -> list[Trained]:
    """Train every member of `pack` and return what came of each, in their order.

    The packed kernel trains those of an architecture that it knows, plain Keras all others, by the same rules. A member
    gets the same result whoever else is in the pack, to floating-point tolerance. `progress`, if given, is called with the
    number of members that are finished.
    """
    pack.architecture.check_inputs(pack.views.shape)
    results: list[Trained | None] = [None] * len(pack.members)
    found = train_packed(pack) if pack.architecture.packed else train_with_keras(pack)
    for finished, (number, trained) in enumerate(found, start=1):
        results[number] = trained
        if progress is not None:
            progress(finished)
    return results
