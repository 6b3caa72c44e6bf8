"""
ECMA-262 patterns held against texts by engines that are not ours.

Python's own engine tries one way after the other and may not come back from some patterns; those are left to the
engine of ``jsonschema-rs``, whose time grows with the length of the text only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import log
from typing import Any

_WORTH = 10_000_000
"""So many ways through a pattern are tried in a second or so."""

_PLAIN = r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?:[:=!]|<[=!]|<\w+>)"
"""What looks like an operator in a pattern and is none: escapes, classes, and what follows a bracket."""

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
    choices, endless, ways = _choices(pattern)
    tried = length * log(1 + choices) if choices else ways + endless * log(max(1, length))
    return tried > log(_WORTH)


@lru_cache(maxsize=1024)
def _choices(pattern: str) -> tuple[int, int, float]:
    """
    What a pattern leaves open.

    Returns:
        If a repeated group holds repetitions or choices the number of all, since each character may then be met in as
        many ways; else 0. Repetitions without end, each of which may end at any character. The logarithm of the number
        of ways through all the rest.
    """
    plain = re.sub(_PLAIN, lambda found: "(" if found.group().startswith("(") else "a", pattern)
    counted = re.compile(r"\{(\d+)(,?)(\d*)\}")
    nested, choices, endless, ways = False, 0, 0, 0.0
    open_groups = [False]
    for position, char in enumerate(plain):
        if char == "(":
            open_groups.append(False)
        elif char == ")" and len(open_groups) > 1:
            inside = open_groups.pop()
            nested = nested or (inside and plain[position + 1 : position + 2] in ("*", "+", "{"))
            open_groups[-1] = open_groups[-1] or inside
        elif char in "*+?|{":
            open_groups[-1] = True
            choices += 1
            bounds = counted.match(plain, position)
            if char in "*+" or (bounds and bounds[2] and not bounds[3]):
                endless += 1
            elif char in "?|":
                ways += log(2)
            elif bounds and bounds[3]:
                ways += log(max(1, int(bounds[3][:9]) - int(bounds[1][:9]) + 1))
    return (choices if nested else 0), endless, ways


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
