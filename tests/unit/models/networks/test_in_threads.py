"""Trainings at a time in threads: all are carried out, as many at a time as asked for, and an error ends them."""

import threading
import time

import pytest

from tentips.models.networks.in_threads import in_threads


def test_every_part_is_worked_off_two_at_a_time():
    together = threading.Barrier(2, timeout=10)

    def work(part):
        together.wait()  # passes only where two are there at once
        yield part
        yield part * 10

    assert sorted(in_threads([1, 2, 3, 4], work, 2)) == [1, 2, 3, 4, 10, 20, 30, 40]


def test_one_part_is_worked_off_in_the_thread_that_asks():
    asking = threading.get_ident()
    assert list(in_threads([7], lambda part: iter([(part, threading.get_ident())]), 4)) == [(7, asking)]


def test_an_error_ends_all_and_is_raised():
    begun = []

    def work(part):
        begun.append(part)
        time.sleep(0.005)
        if part == 2:
            raise RuntimeError("no memory")
        yield part

    with pytest.raises(RuntimeError, match="no memory"):
        list(in_threads(range(200), work, 2))
    assert len(begun) < 200


def test_whoever_stops_asking_stops_the_work():
    begun = []

    def work(part):
        begun.append(part)
        time.sleep(0.005)
        yield part

    asked = in_threads(range(1000), work, 2)
    next(asked)
    asked.close()
    assert len(begun) < 1000
