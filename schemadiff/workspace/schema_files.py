"""
The schema files of a folder, which may hold settings, data and lists as well.
"""

from __future__ import annotations

from collections.abc import Collection

from schemadiff.catalog import MANIFESTS
from schemadiff.errors import InputError
from schemadiff.schema.document_kind import DocumentKind
from schemadiff.sources import Tree

_SUFFIXES = (".json", ".yaml", ".yml", ".jsonschema")
_NAMED = 20
"""How many files a note names; the rest is counted."""


def data_files(tree: Tree, folder: str) -> list[str]:
    """
    The files in a folder and below it whose names are those of schemas; manifests are left out.
    """
    return [
        path for path in tree.below(folder) if path.endswith(_SUFFIXES) and path.rpartition("/")[2] not in MANIFESTS
    ]


def skipped_notes(kinds: dict[str, DocumentKind]) -> list[str]:
    """
    Notes on the files that were skipped, and why.
    """
    others = [name for name, kind in kinds.items() if kind is DocumentKind.OTHER]
    broken = [name for name, kind in kinds.items() if kind is DocumentKind.UNREADABLE]
    notes = []
    if others:
        notes.append(f"{_files(others)} skipped, with no sign of a schema in {_them(others)}: {_listed(others)}.")
    if broken:
        notes.append(f"{_files(broken)} skipped, neither JSON nor one YAML document: {_listed(broken)}.")
    return notes


def no_schemas(spec: str, kinds: dict[str, DocumentKind]) -> InputError:
    """
    The error for a folder without schemas.
    """
    if not kinds:
        return InputError("no schema files in this folder", name=spec, remedy="Schemas are *.json, *.yaml or *.yml.")
    return InputError(
        f"none of the {len(kinds)} JSON and YAML files in this folder is a schema ({_listed(list(kinds), 5)})",
        name=spec,
        remedy="A schema says so by $schema or a keyword such as `type`, or is called NAME.schema.json.",
    )


def _files(names: Collection[str]) -> str:
    return f"{len(names)} {'file was' if len(names) == 1 else 'files were'}"


def _them(names: Collection[str]) -> str:
    return "it" if len(names) == 1 else "them"


def _listed(names: list[str], most: int = _NAMED) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
