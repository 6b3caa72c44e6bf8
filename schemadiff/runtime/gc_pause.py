"""
Suspension of full garbage collections.
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
    Suspend full collections, which visit every object and cannot be interrupted: with millions of formulas one takes
    tenths of a second and frees nothing, since a question keeps its formulas. Young generations are collected as
    before. The thresholds are restored when the last nested context ends.
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
