"""How far a long step is, and how long it will take."""

import time
from collections.abc import Callable


class Progress:
    """Says how far a search is and how long it will take, at most once in `every` seconds."""

    def __init__(
        self, what: str, total: int, log_line: Callable[[str], None], every: float = 5.0, unit: str = "trials"
    ):
        self.what, self.total, self.log_line, self.every, self.unit = what, total, log_line, every, unit
        self.began = self.last = time.monotonic()

    def report(self, done: int, best: float | None = None) -> None:
        """Report how many are done, the best score so far where there is one, and the time left.

        Before a tenth is done no time is told: the first networks wait for their program to be compiled.
        """
        now = time.monotonic()
        if done < self.total and now - self.last < self.every:
            return
        self.last = now
        left = (now - self.began) / max(done, 1) * (self.total - done)
        statement = "" if best is None else f", best {best:.4f}"
        rest = f", about {left:.0f} s left" if 10 * done >= self.total else ""
        self.log_line(f"{self.what}: {done} of {self.total} {self.unit}{statement}{rest}")
