"""What a job consumes: wall, processor and GPU seconds."""

import os
import resource
import time
from collections.abc import Sequence


class Stopwatch:
    """Wall, processor and GPU seconds of this process and its children since it was made.

    What other jobs have spent on the same search, in the form of `read`, is added.
    """

    def __init__(self, on_gpu: bool = False, earlier: Sequence[dict] = ()):
        self.on_gpu, self.earlier = on_gpu, earlier
        self.wall = time.monotonic()
        self.cpu = self.spent()

    def read(self) -> dict[str, float]:
        """Return {"wall_seconds", "cpu_seconds", "gpu_seconds"} so far."""
        wall = time.monotonic() - self.wall
        own = {
            "wall_seconds": wall,
            "cpu_seconds": self.spent() - self.cpu,
            "gpu_seconds": wall if self.on_gpu else 0.0,
        }
        return {key: value + sum(spent[key] for spent in self.earlier) for key, value in own.items()}

    @staticmethod
    def spent() -> float:
        """Return the processor seconds of this process and its children since they began."""
        own, children = os.times(), resource.getrusage(resource.RUSAGE_CHILDREN)
        return own.user + own.system + children.ru_utime + children.ru_stime
