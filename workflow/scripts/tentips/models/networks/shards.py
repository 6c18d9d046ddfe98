"""A network's search divided among several jobs: which trials each one carries out, and how they are put together again."""

from dataclasses import asdict, dataclass

from tentips.models.trials import Trial


@dataclass(frozen=True)
class Shard:
    """Shard `number` (from 1) of `of`: it carries out the trials number - 1, number - 1 + of, number - 1 + 2 of, ...

    Random search proposes the same trials however it is divided: every shard draws all of them and trains its own. A search
    that learns from its results cannot: each shard is a search of its own, with a seed of its own.
    """

    number: int = 1
    of: int = 1

    def share(self, trials: int) -> int:
        """Return how many of a search's trials, the untuned one among them, are of this shard."""
        return len(range(self.number - 1, trials, self.of))

    def proposals(self, tuner: str, trials: int) -> int:
        """Return how many trials this shard's oracle is asked to propose; the untuned one is not proposed."""
        return trials - 1 if tuner == "random" else self.share(trials) - self.has_untuned

    def trial_number(self, tuner: str, proposal: int) -> int | None:
        """Return the number of the trial that is the oracle's `proposal` (from 0); None where another shard trains it."""
        if tuner == "random":
            return proposal + 1 if (proposal + 1) % self.of == self.number - 1 else None
        return self.number - 1 + (proposal + self.has_untuned) * self.of

    @property
    def has_untuned(self) -> bool:
        """Whether the untuned network, trial 0, is of this shard."""
        return self.number == 1


def shard_summary(trials: dict[int, Trial], spent: dict[str, float]) -> dict:
    """Return what a shard's file says of one repeat: its trials without predictions, and what they consumed."""
    return {"trials": {number: {**asdict(trial), "predictions": None} for number, trial in trials.items()}, **spent}


def merged(shards: list[dict]) -> dict[int, Trial]:
    """Return the trials of all shards by number, in order, from what `shard_summary` gave."""
    found = {int(number): Trial(**entry) for shard in shards for number, entry in shard["trials"].items()}
    return dict(sorted(found.items()))
