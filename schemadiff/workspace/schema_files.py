"""
Which files of a folder are schemas: another repository keeps its settings, data and lists beside them.
"""

from __future__ import annotations

from collections.abc import Collection

from schemadiff.errors import InputError
from schemadiff.schema.document_kind import Kind
from schemadiff.sources import Tree

_SUFFIXES = (".json", ".yaml", ".yml")
_TOLD = 20
"""So many files are named in a note; the rest is counted."""


def data_files(tree: Tree, folder: str) -> list[str]:
    """
    The files in a folder and below it that could be schemas by their name; a manifest is none.
    """
    return [
        path
        for path in tree.below(folder)
        if path.endswith(_SUFFIXES) and not path.rpartition("/")[2].startswith("contracts.")
    ]


def skipped_notes(kinds: dict[str, Kind]) -> list[str]:
    """
    Which files were passed by, and why; schemas are not among them.
    """
    others = [name for name, kind in kinds.items() if kind is Kind.OTHER]
    broken = [name for name, kind in kinds.items() if kind is Kind.UNREADABLE]
    notes = []
    if others:
        notes.append(f"{_files(others)} passed by, for nothing in {_them(others)} says schema: {_listed(others)}.")
    if broken:
        notes.append(f"{_files(broken)} passed by, not to be read as JSON or one YAML document: {_listed(broken)}.")
    return notes


def no_schemas(spec: str, kinds: dict[str, Kind]) -> InputError:
    """
    What to say of a folder in which there is no schema.
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


def _listed(names: list[str], most: int = _TOLD) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
