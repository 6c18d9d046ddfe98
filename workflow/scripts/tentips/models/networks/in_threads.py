"""Several trainings at a time: the backend computes outside of Python's lock, so that threads are enough."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any


def in_threads(parts: Sequence, work: Callable[[Any], Iterator], at_once: int) -> Iterator:
    """Run the generators that `work` makes of the parts, `at_once` at a time in threads; yield what they yield, as it comes.

    An error in one ends all, and is raised here. One part is worked off in this thread.
    """
    if len(parts) == 1:
        yield from work(parts[0])
        return
    waiting, found = queue.SimpleQueue(), queue.SimpleQueue()
    for part in parts:
        waiting.put(part)
    stopped = threading.Event()

    def work_off():
        try:
            while not stopped.is_set():
                assignment = waiting.get_nowait()
                for each in work(assignment):
                    found.put(each)
                    if stopped.is_set():
                        return
        except queue.Empty:
            found.put(None)
        except BaseException as error:
            found.put(error)

    workers = [threading.Thread(target=work_off, daemon=True) for _ in range(min(at_once, len(parts)))]
    for worker in workers:
        worker.start()
    try:
        for _ in workers:
            while (each := found.get()) is not None:
                if isinstance(each, BaseException):
                    raise each
                yield each
    finally:
        stopped.set()
        for worker in workers:
            worker.join()


class FirstAlone:
    """A function that is compiled when it is first called: by one thread under `lock`, while others that call it wait."""

    def __init__(self, run: Callable, lock):
        self._run, self._lock, self._ready = run, lock, False

    def __call__(self, *arguments):
        """Run the function."""
        if not self._ready:
            with self._lock:
                if not self._ready:
                    found, self._ready = self._run(*arguments), True
                    return found
        return self._run(*arguments)
