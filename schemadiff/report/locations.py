"""
Where things are, as the machines that read our formats want it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from schemadiff.decide import Location
from schemadiff.report.escaping import cut, shown

_NAME = 300
"""Longer names and pointers are cut, for they would hide the line and column behind them."""

_REVISION = re.compile(r"([^:/][^:]*):(?!//)(.+)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Where:
    """
    A file apart from the revision that it was read from; the revision is None for the working tree.
    """

    revision: str | None
    path: str


def where(name: str) -> Where:
    """
    The file that a place's name stands for: ``main:contracts/a.json`` is ``contracts/a.json`` at ``main``.
    """
    found = _REVISION.match(name)
    return Where(found.group(1), found.group(2)) if found else Where(None, name)


def uri_of(path: str) -> str:
    """
    A path as a URI reference in which nothing is left that a reader could take for markup or another scheme.
    """
    encoded = quote(cut(path, 4 * _NAME).encode("utf-8", "backslashreplace"), safe="/")
    return f"file://{encoded}" if encoded.startswith("/") else encoded


def place_text(place: Location) -> str:
    """
    ``file:line:column``, or the file and the pointer where lines are not known; a folder is its name.
    """
    name = shown(place.name, _NAME)
    if place.line is not None:
        return f"{name}:{place.line}:{place.column}"
    return f"{name}#{shown(place.pointer, _NAME)}" if place.pointer else name
