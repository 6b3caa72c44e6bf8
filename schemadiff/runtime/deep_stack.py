"""
Deep recursion on a thread with a large stack.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_SHALLOW = 900
_DEPTH = 120_000
_STACK = 512 * 1024 * 1024
_NAME = "schemadiff-prover"
_lock = threading.Lock()


def with_deep_stack(work: Callable[[], T]) -> T:
    """
    Call a function that may recurse deeply, and return its result. A nested call runs on the same thread.

    Raises:
        RecursionError: the depth exceeds the limit of that thread.
    """
    if threading.current_thread().name == _NAME:
        return work()
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    with _lock:
        before = threading.stack_size(_STACK)
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, _DEPTH))
        try:
            thread = threading.Thread(target=run, name=_NAME, daemon=True)
            thread.start()
        finally:
            threading.stack_size(before)
        thread.join()
        sys.setrecursionlimit(limit)
    if errors:
        raise errors[0]
    return results[0]
