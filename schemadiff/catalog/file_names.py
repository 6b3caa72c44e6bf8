"""
Schema files whose names say of which contract and version they are.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from schemadiff.catalog.cursor import is_name
from schemadiff.sources import Tree

_VERSIONED = re.compile(r"(?P<contract>.+)\.(?P<version>[vV]?\d+(?:\.\d+)*)\.(?:json|yaml|yml)\Z", re.ASCII)
_PLAIN = re.compile(r"(?P<contract>.+?)(?:\.schema)?\.json\Z")


@dataclass(frozen=True, slots=True)
class VersionedFile:
    """
    A schema file whose name has the form NAME.vN.

    Attributes:
        contract: the contract's name.
        version: the version's name.
        path: the path in the tree.
    """

    contract: str
    version: str
    path: str


def versioned_files(tree: Tree, folder: str) -> list[VersionedFile]:
    """
    The files directly in a folder whose names have the form NAME.vN.
    """
    files = []
    for path in tree.files(folder):
        match = _VERSIONED.match(posixpath.basename(path))
        if match and is_name(match["contract"]):
            files.append(VersionedFile(match["contract"], match["version"], path))
    return files


def plain_files(tree: Tree, folder: str) -> list[tuple[str, str]]:
    """
    The files directly in a folder whose names could be those of contracts without a version, each with the contract's
    name.
    """
    names = ((path, _PLAIN.match(posixpath.basename(path))) for path in tree.files(folder))
    return [(match["contract"], path) for path, match in names if match and is_name(match["contract"])]
