"""
Locations in files, as text and as URIs.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import quote

from schemadiff.decide import Location
from schemadiff.report.escaping import cut, shown

_NAME = 300
"""The maximum length of names and pointers, which keeps the line and column visible."""

_REVISION = re.compile(r"([^:/.][^:]*):(?!//)(.+)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RevisionPath:
    """
    A path and the revision that it was read from; the revision is None for the working tree.
    """

    revision: str | None
    path: str


def revision_path(name: str, folder: str = "") -> RevisionPath:
    """
    The path and revision of a location's name: ``main:contracts/a.json`` is ``contracts/a.json`` at ``main``.

    Arguments:
        name: of the location.
        folder: what the names of files that a user named are relative to, as a path from the top of the repository;
            names at a revision, and those of contracts, start at the top.
    """
    match = _REVISION.match(name)
    if match:
        return RevisionPath(match.group(1), match.group(2))
    if name in ("", "-"):
        return RevisionPath(None, name)
    from_top = bool(folder) and name.startswith(f"{folder}/")
    return RevisionPath(None, posixpath.normpath(name if from_top else posixpath.join(folder, name)))


def uri_of(path: str) -> str:
    """
    A path as a percent-encoded URI reference; an absolute path as a ``file`` URI.
    """
    encoded = quote(cut(path, 4 * _NAME).encode("utf-8", "backslashreplace"), safe="/")
    return f"file://{encoded}" if encoded.startswith("/") else encoded


def place_text(place: Location) -> str:
    """
    ``file:line:column``, or the file and the pointer if the line is unknown; a folder is its name.
    """
    name = shown(place.name, _NAME)
    if place.line is not None:
        return f"{name}:{place.line}:{place.column}"
    return f"{name}#{shown(place.pointer, _NAME)}" if place.pointer else name
