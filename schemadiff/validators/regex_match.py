"""
Matching of ECMA-262 patterns by third-party engines.

Python's engine backtracks and may not terminate for some patterns; these are matched by the engine of
``jsonschema-rs``, whose time is linear in the length of the text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import log
from typing import Any

_WORTH = 10_000_000
"""The number of paths through a pattern that Python's engine tries in about a second."""

_PLAIN = r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?:[:=!]|<[=!]|<\w+>)"
"""Syntax that looks like an operator and is none: escapes, classes, group prefixes."""

_BEYOND = r"\(\?[=!<]|\\[1-9k]"
"""Syntax that no linear-time engine supports."""


def pattern_matches(pattern: str, text: str) -> bool:
    """
    Whether a pattern matches anywhere in a string.

    Raises:
        TimeoutError: neither engine is certain to terminate.
        ValueError, re.error: an engine rejects the pattern.
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
    The backtracking choices of a pattern.

    Returns:
        The number of all repetitions and choices if a repeated group contains some, as each character then has as
        many matches; else 0. The number of unbounded repetitions, each of which may end at any character. The
        logarithm of the number of paths through the rest.
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
