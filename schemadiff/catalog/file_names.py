"""
Contracts and versions by the names of files and folders.

Several layouts may stand side by side; each file is read by itself, so that no file hides another one.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from schemadiff.catalog.model import UNVERSIONED

_NUMBERS = r"[vV]?\d+(?:\.\d+)*"
_RELEASE = r"(?:-?(?:alpha|beta|rc|draft|preview|snapshot|next)[.\d]*)?"
_VERSION = rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d+-\d+-\d+|{_NUMBERS}{_RELEASE})"
_EXTENSION = re.compile(r"(?:(?:\.schema)?\.(?:json|ya?ml|jsonschema)|\.schema)\Z", re.IGNORECASE)
# After a hyphen or an underscore a bare number is part of a name, as in utf-8.
_SUFFIXED = re.compile(
    rf"(?P<contract>.+?)(?:\.schema)?(?:[.@]|[-_](?=[vV]\d|\d+[.]\d|\d{{4}}-\d\d-\d\d\Z))(?P<version>{_VERSION})\Z",
    re.ASCII,
)
_ALONE = re.compile(rf"(?=[vV]\d|\d+[.-]\d){_VERSION}\Z", re.ASCII)
_DECLARED = re.compile(r"\.(?:schema|[vV]\d[\w.-]*)\.(?:json|ya?ml)\Z", re.ASCII | re.IGNORECASE)

_GENERIC = "jsonschema"
"""A folder between a contract's name and its versions."""


@dataclass(frozen=True, slots=True)
class FileName:
    """
    What the path of a file says.

    Attributes:
        path: the path in the tree.
        folder: the folder that the contract belongs to.
        contract, version: the names.
        declared: whether the name alone says that the file is a schema: ``NAME.vN.json``, ``NAME.schema.json``.
        silent: whether the name does not even say that the file is JSON or YAML: it has no extension.
    """

    path: str
    folder: str
    contract: str
    version: str
    declared: bool
    silent: bool = False


def read_name(path: str) -> FileName | None:
    """
    The contract and version of a file by its path; None for one whose extension is neither that of JSON nor of YAML.

    The layouts, the first that fits: ``NAME.vN.json``, ``NAME-vN.json``, ``NAME_vN.json``, ``NAME@N.json`` and
    ``NAME-1.2.json``, each also with ``.schema`` and as YAML; ``NAME/vN.json`` and ``NAME/1-0-0``; ``vN/NAME.json``;
    ``NAME.json``; and all of these without an extension.
    """
    folder, name = posixpath.split(path)
    stem, _ = split_extension(name)
    above, parent = posixpath.split(folder)
    alone = _ALONE.match(stem) is not None
    silent = stem == name and not (alone and "-" in stem)
    if silent and "." in name:
        return None
    # A name that cannot be printed is still the name of a contract: no file escapes by what it is called.
    stem = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in stem)
    declared = _DECLARED.search(name) is not None
    match = None if alone else _SUFFIXED.match(stem)
    if match:
        return FileName(path, folder, match["contract"], match["version"], declared, silent)
    if alone and parent:
        contract = posixpath.basename(above) if parent == _GENERIC and above else parent
        return FileName(path, folder, contract, stem, declared, silent)
    if _ALONE.match(parent):
        return FileName(path, above, stem, parent, declared, silent)
    return FileName(path, folder, stem, UNVERSIONED, declared, silent)


def split_extension(name: str) -> tuple[str, str]:
    """
    A file's name without its extension, and the extension, ``.schema`` included.
    """
    stem = _EXTENSION.sub("", name)
    return stem, name[len(stem) :]


def is_version_folder(name: str) -> bool:
    """
    Whether a folder is called like a version, so that its files are versions of the contracts of the folder above.
    """
    return _ALONE.match(name) is not None
