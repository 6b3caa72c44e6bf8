"""
JSON or YAML text, whichever it is, to exact values with positions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from schemadiff.errors import InputError
from schemadiff.instance import Pointer, Value, loads
from schemadiff.sources.positions import Position, Positions

Locate: TypeAlias = "Callable[[Pointer], Position | None]"
"""From pointers to positions in a text."""

_LFS = "version https://git-lfs.github.com/spec/"
_CONFLICT = re.compile(r"^<{7} .*\n(?:.*\n)*?={7}$", re.MULTILINE)


def parse_text(text: str, *, name: str) -> tuple[Value, Locate]:
    """
    The value of a JSON or YAML text, and a function from pointers to positions in it.

    JSON is tried first unless the name ends as YAML files do.

    Raises:
        InputError: neither.
    """
    if text.startswith(_LFS):
        remedy = "Run `git lfs pull` first."
        raise InputError("a pointer of Git LFS, not the file itself", name=name, line=1, column=1, remedy=remedy)
    try:
        return _parse(text, name)
    except InputError as error:
        conflict = _CONFLICT.search(text)
        if conflict is None:
            raise error from None
        line = text.count("\n", 0, conflict.start()) + 1
        remedy = "Resolve the conflict, and remove the lines of <<<<<<<, ======= and >>>>>>>."
        raise InputError("a merge conflict is not resolved", name=name, line=line, column=1, remedy=remedy) from None


def _parse(text: str, name: str) -> tuple[Value, Locate]:
    if not name.endswith((".yaml", ".yml")):
        try:
            value = loads(text, name=name)
            positions = lru_cache(maxsize=1)(lambda: Positions(text))
            return value, lambda pointer: positions().of(pointer)
        except InputError:
            if name.endswith(".json") or text.lstrip()[:1] in ("{", "["):
                raise
    from schemadiff.sources.yaml_text import loads_yaml

    value, places = loads_yaml(text, name=name)
    return value, places.get
