"""
Budgets are exact in steps, look at the clock often enough, and leave the process as it was.
"""

from __future__ import annotations

import gc
import threading
from collections import deque

import pytest

from schemadiff.runtime.budget import Budget, Exhausted, Meter
from schemadiff.runtime.gc_pause import no_full_collections


def test_steps_are_counted_to_the_last() -> None:
    meter = Meter(Budget(steps=1_000))
    for _ in range(1_000):
        meter.step()

    with pytest.raises(Exhausted, match="steps"):
        meter.step()


def test_ticks_take_no_steps() -> None:
    meter = Meter(Budget(steps=0))
    for _ in range(10_000):
        meter.tick(100)
        meter.ticks.step(100)


def test_what_takes_no_steps_ends_as_well() -> None:
    """
    Everything may be remembered already.
    """
    meter = Meter(Budget(seconds=0.0))

    with pytest.raises(Exhausted, match="seconds"):
        deque(map(meter.tick, [1] * 1_000), maxlen=0)


def test_what_cannot_be_stopped_is_not_begun_too_late() -> None:
    meter = Meter(Budget(seconds=1.0))
    meter.ahead(1_000)

    with pytest.raises(Exhausted, match="seconds"):
        meter.ahead(10_000_000)


def test_some_time_is_kept() -> None:
    assert 8.0 < Meter(Budget(seconds=10.0)).seconds < 9.9


def test_the_collector_is_set_back_by_the_last_who_leaves() -> None:
    """
    Questions of two threads need not end in the order in which they began.
    """
    before = gc.get_threshold()
    entered, leave, left = threading.Event(), threading.Event(), threading.Event()

    def other() -> None:
        with no_full_collections():
            entered.set()
            leave.wait(10)
        left.set()

    with no_full_collections():
        thread = threading.Thread(target=other)
        thread.start()
        assert entered.wait(10)
        assert gc.get_threshold()[:2] == before[:2]
        assert gc.get_threshold()[2] > 1_000_000
    assert gc.get_threshold() != before
    leave.set()
    assert left.wait(10)
    thread.join(10)
    assert gc.get_threshold() == before
