"""
Python's collector of garbage, kept from stopping a question for longer than the question has left.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_NEVER = 1_000_000_000
_lock = threading.Lock()
_inside: list[tuple[int, int, int]] = []


@contextmanager
def no_full_collections() -> Iterator[None]:
    """
    Put off full collections, which look at everything in the process and cannot be stopped: by millions of formulas
    one takes tenths of a second, and finds nothing, since a question keeps what it makes. Young objects are collected
    as before. When nobody is within any more, all is as it was.
    """
    with _lock:
        before = _inside[0] if _inside else gc.get_threshold()
        _inside.append(before)
        gc.set_threshold(before[0], before[1], _NEVER)
    try:
        yield
    finally:
        with _lock:
            _inside.pop()
            if not _inside:
                gc.set_threshold(*before)
