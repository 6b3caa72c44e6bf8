"""
Deep recursion without danger: on a thread whose stack is large enough for the depth that is allowed.
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
    Call a function that may recurse deeply, and return what it returns. Within such a call it is an ordinary call,
    so that many questions share one thread.

    Raises:
        RecursionError: it recurses deeper than even that.
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
