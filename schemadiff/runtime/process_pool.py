"""
Independent work shared by forked processes.

Forked, so that the processes know all that has been read so far and send back nothing but results.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")

_CHECK_SECONDS = 0.5


def ordered_map(work: Callable[[int], T], n: int, jobs: int = 1) -> Iterator[T]:
    """
    The results of some work for the numbers below n, in their order.

    What a process does not send back, because it was killed or the work failed or its result cannot be pickled, is
    computed in this one, which also raises the errors of the work as they are.

    Arguments:
        work: a function whose result for one number does not depend on the others.
        jobs: how many processes share them; 0 for as many as there are processors.

    Raises:
        The error of the first number for which there is one.
    """
    count = 1 if sys.platform != "linux" else min(jobs or len(os.sched_getaffinity(0)), n)
    if count <= 1 or threading.active_count() > 1:
        yield from map(work, range(n))
        return
    pool = ProcessPoolExecutor(
        count, multiprocessing.get_context("fork"), initializer=_start_worker, initargs=(work, os.getpid())
    )
    futures: dict[int, Future[T]] = {}
    with _one_interruption():
        try:
            with suppress(OSError, BrokenExecutor):  # no process can be started, or one was killed
                for number in range(n):
                    futures[number] = pool.submit(_work_on, number)
            for number in range(n):
                yield _result_of(futures.get(number), work, number)
        finally:
            for process in multiprocessing.active_children():
                process.kill()
            pool.shutdown(cancel_futures=True)


@contextmanager
def _one_interruption() -> Iterator[None]:
    """
    Raise KeyboardInterrupt once, and ignore further ones while the processes are being stopped.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _result_of(future: Future[T] | None, work: Callable[[int], T], number: int) -> T:
    if future is not None:
        while not wait([future], _CHECK_SECONDS).done:
            _resume_stopped()
        with suppress(Exception):  # of the work, a killed process, a result that cannot be pickled
            return future.result()
    return work(number)


def _resume_stopped() -> None:
    """
    Let the processes of the pool go on that somebody has stopped.
    """
    for process in multiprocessing.active_children():
        with suppress(OSError):
            status = Path(f"/proc/{process.pid}/stat").read_bytes()
            if process.pid is not None and status.rpartition(b")")[2].split()[0] == b"T":
                os.kill(process.pid, signal.SIGCONT)


_work: Callable[[int], Any]


def _start_worker(work: Callable[[int], Any], parent: int) -> None:
    """
    Prepare a forked process; it ends soon after a parent that was killed.
    """
    global _work  # noqa: PLW0603 - inherited through the fork, for a function need not be picklable
    _work = work
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: the parent stops its processes
    signal.signal(signal.SIGALRM, lambda *_: None if os.getppid() == parent else os._exit(1))
    signal.setitimer(signal.ITIMER_REAL, _CHECK_SECONDS, _CHECK_SECONDS)


def _work_on(number: int) -> Any:
    return _work(number)
