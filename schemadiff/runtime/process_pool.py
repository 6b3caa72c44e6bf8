"""
The same work on many things, by as many processes as there are processors.

Processes are forked, so that they know all that has been read so far and hand back nothing but results.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

_NUMBER = 4
"""Bytes of a number on the pipe from which everybody takes the next one to work on."""

_MOST = 1_000
"""So many numbers fit into any pipe before anybody reads them; what is more comes afterwards."""


_LOOK = 0.5
"""Every so many seconds a helping process looks whether somebody still waits for it."""


class _Outcome(NamedTuple):
    """
    What came of one number.
    """

    number: int
    result: Any
    error: BaseException | None = None


def mapped(work: Callable[[int], T], n: int, jobs: int = 1) -> Iterator[T]:
    """
    The results of some work for the numbers below n, in their order.

    Arguments:
        work: it may not depend on what it does for other numbers; its results and errors are pickled.
        n: how many there are.
        jobs: how many processes share them, this one included; 0 for as many as there are processors.

    Raises:
        The error of the first number for which there is one.
    """
    count = min(jobs or _processors(), n)
    if count <= 1 or sys.platform != "linux" or threading.active_count() > 1:
        yield from map(work, range(n))
        return
    for start in range(0, n, _MOST):
        numbers = range(start, min(start + _MOST, n))
        found = _shared(work, numbers, count)
        for number in numbers:
            # What a process that was killed had taken is done here.
            outcome = found.get(number) or _Outcome(number, work(number))
            if outcome.error is not None:
                raise outcome.error
            yield outcome.result


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _shared(work: Callable[[int], Any], numbers: range, count: int) -> dict[int, _Outcome]:
    taking, giving = os.pipe()
    os.write(giving, b"".join(number.to_bytes(_NUMBER, "big") for number in numbers))
    os.close(giving)
    helpers: list[tuple[int, int]] = []
    parent = os.getpid()
    try:
        for _ in range(count - 1):
            file = os.memfd_create("results")
            try:
                process = os.fork()
            except OSError:
                # No more are allowed; those there are do the work.
                os.close(file)
                break
            if process == 0:
                _help(work, taking, file, parent)
            helpers.append((process, file))
        found = {each.number: each for each in _taken(work, taking)}
        while helpers:
            process, file = helpers[-1]
            os.waitpid(process, 0)
            helpers.pop()
            found |= {each.number: each for each in _read(file)}
        return found
    finally:
        os.close(taking)
        for process, file in helpers:
            os.close(file)
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _taken(work: Callable[[int], Any], taking: int) -> Iterator[_Outcome]:
    """
    The outcomes of the numbers that this process gets hold of; after an error it takes no more.
    """
    while token := os.read(taking, _NUMBER):
        number = int.from_bytes(token, "big")
        try:
            outcome = _Outcome(number, work(number))
        except Exception as error:
            yield _Outcome(number, None, error)
            return
        yield outcome


def _help(work: Callable[[int], Any], taking: int, file: int, parent: int) -> None:
    """
    What a helping process does. Nothing of its parent is taken down by it; where that was killed, it ends as well.
    """
    try:
        signal.signal(signal.SIGALRM, lambda *_: None if os.getppid() == parent else os._exit(1))
        signal.setitimer(signal.ITIMER_REAL, _LOOK, _LOOK)
        with open(file, "wb") as results:
            for outcome in _taken(work, taking):
                pickle.dump(outcome, results, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)


def _read(file: int) -> Iterator[_Outcome]:
    # Whatever cannot be read back, as an error that needs more than its message to be made, is found again here.
    with open(file, "rb") as results, suppress(Exception):
        results.seek(0)
        while True:
            yield pickle.load(results)
