"""
ECMA-262 patterns held against texts by engines that are not ours.

Python's own engine tries one way after the other and may not come back from some patterns; those are left to the
engine of ``jsonschema-rs``, whose time grows with the length of the text only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_SHORT, _LONG = 20, 200
"""Texts up to the first length are harmless, whatever the pattern, and up to the second one where nothing nests."""

_NESTED = r"\([^()]*(?:[+*}|]|\([^()]*\))[^()]*\)[+*{]"
"""What a pattern looks like that may take exponential time: repetition or choice, repeated."""

_ENDLESS = r"[+*]|,\}"
_OFTEN = 3
"""So many repetitions without end, one after the other, take time with the length to that power."""

_BEYOND = r"\(\?[=!<]|\\[1-9k]"
"""What no engine decides in one pass over the text."""


def found(pattern: str, text: str) -> bool:
    """
    Whether a pattern is found in a text.

    Raises:
        TimeoutError: neither engine is sure to come back.
        ValueError, re.error: an engine cannot read the pattern.
    """
    if _may_hang(pattern, len(text)):
        if re.search(_BEYOND, pattern):
            raise TimeoutError(pattern)
        return bool(_one_pass(pattern).is_valid(text))
    return _backtracking(pattern).search(text) is not None


def _may_hang(pattern: str, length: int) -> bool:
    if length <= _SHORT:
        return False
    return bool(re.search(_NESTED, pattern)) or (length > _LONG and len(re.findall(_ENDLESS, pattern)) >= _OFTEN)


@lru_cache(maxsize=1024)
def _backtracking(pattern: str) -> re.Pattern[str]:
    from schemadiff.algebra.regex import to_python

    return re.compile(to_python(pattern))


@lru_cache(maxsize=1024)
def _one_pass(pattern: str) -> Any:
    import jsonschema_rs

    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except BaseException as error:  # a panic of its engine is no Exception
        raise ValueError(pattern) from error
