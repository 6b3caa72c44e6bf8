"""
Positions of values and property names in a JSON text.

The text is scanned on demand, once for a file with a finding.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import NamedTuple

from schemadiff.instance.pointer import Pointer

_TOKEN = r'(?s)"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+'


class Position(NamedTuple):
    """
    A position in a text, counted from 1.
    """

    line: int
    column: int


class Positions:
    """
    A map from pointers to positions in the text of one JSON document.

    Arguments:
        text: a JSON document that has been parsed without an error.
    """

    def __init__(self, text: str) -> None:
        self._starts = [0] + [match.end() for match in re.finditer("\n", text)]
        self._offsets = _offsets(text)

    def of(self, pointer: Pointer) -> Position | None:
        """
        The position of a property name (for array items and the root, of the value); None if there is none.
        """
        offset = self._offsets.get(tuple(pointer))
        if offset is None:
            return None
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)


def _offsets(text: str) -> dict[Pointer, int]:
    """
    One pass over the tokens with a stack of open containers.

    In each frame ``step`` is the index or name of the next value.
    """
    offsets: dict[Pointer, int] = {}
    path: list[str | int] = []
    stack: list[bool] = []  # True: an object is open
    name_next = False
    for match in re.finditer(_TOKEN, text):
        token = match.group()
        if token in "[{":
            offsets.setdefault(tuple(path), match.start())
            stack.append(token == "{")
            path.append(0 if token == "[" else "")
            name_next = token == "{"
        elif token in "]}":
            stack.pop()
            path.pop()
            name_next = False
        elif token == ",":
            last = path[-1]
            if stack[-1]:
                name_next = True
            elif isinstance(last, int):
                path[-1] = last + 1
        elif token == ":":
            name_next = False
        elif name_next:
            path[-1] = json.loads(token) if "\\" in token else token[1:-1]
            offsets.setdefault(tuple(path), match.start())
        else:
            offsets.setdefault(tuple(path), match.start())
    return offsets
