"""
A keyword is spelled in one room only, so that the question "is it complete?" has a list to be asked of.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import schemadiff
from schemadiff.keywords import TABLE

ROOT = Path(schemadiff.__file__).parent

ORDINARY = {
    "contains",
    "default",
    "deprecated",
    "description",
    "else",
    "enum",
    "examples",
    "format",
    "id",
    "items",
    "not",
    "pattern",
    "properties",
    "required",
    "then",
    "title",
    "type",
}
"""Words that people use without thinking of JSON Schema."""

EXEMPT = {
    "validators/harness.py": "configures validators that are not ours, in their words",
    "schema/meta_schema.py": "asks a validator that is not ours, in its words",
    "schema/document_kind.py": "names properties of documents of other kinds",
    "catalog/shape.py": "puts the errors of one fixed schema, that of manifests, into words",
    "report/sarif.py": "writes a format that names its own schema with $schema",
}


def keywords_in(file: Path) -> Iterator[str]:
    words = {row.name for row in TABLE} - ORDINARY
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in words:
            yield f"{node.value} in line {node.lineno}"


def spelled() -> dict[str, list[str]]:
    files = [file for file in sorted(ROOT.rglob("*.py")) if file.relative_to(ROOT).parts[0] != "keywords"]
    found = {file.relative_to(ROOT).as_posix(): list(keywords_in(file)) for file in files}
    return {name: words for name, words in found.items() if words}


def test_no_other_room_spells_a_keyword() -> None:
    assert {name: words for name, words in spelled().items() if name not in EXEMPT} == {}


def test_every_exemption_is_needed() -> None:
    assert spelled().keys() >= EXEMPT.keys()
    assert all(EXEMPT.values())


def test_every_ordinary_word_is_a_keyword() -> None:
    assert {row.name for row in TABLE} >= ORDINARY
