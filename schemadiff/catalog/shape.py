"""
Errors of a manifest by its published JSON Schema.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from schemadiff.catalog.cursor import Cursor
from schemadiff.errors import InputError, suggestion
from schemadiff.instance import Pointer, Value, get_at, kind
from schemadiff.instance.equality import normal

_TYPE_WORDS = {"object": "a mapping", "array": "a list", "string": "a text", "integer": "a whole number"}


@cache
def manifest_schema() -> dict[str, Any]:
    """
    The JSON Schema (2020-12) of ``contracts.yaml``.
    """
    text = files("schemadiff.catalog").joinpath("contracts.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def check_shape(top: Cursor) -> None:
    """
    Validate a manifest against its schema.
    """
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(manifest_schema())
    try:
        errors = list(validator.iter_errors(_plain(top.value)))
    except ValueError:
        # Text that is not Unicode: the reader's own message stands.
        return
    errors.sort(key=lambda error: (_order(top, tuple(error.instance_path)), len(error.instance_path), error.kind.name))
    for error in errors[:1]:
        raise _worded(top, error)


def _order(top: Cursor, pointer: Pointer) -> tuple[int, int]:
    place = top.source.locate(pointer)
    return (place.line, place.column) if place else (0, 0)


def _worded(top: Cursor, error: Any) -> InputError:
    pointer = tuple(error.instance_path)
    there = Cursor(get_at(top.value, pointer), pointer, top.source)
    schema = get_at(manifest_schema(), tuple(error.schema_path)[:-1])
    remedy = schema.get("description")
    wrong = error.kind.name
    if wrong == "additionalProperties":
        return _unknown(there, error.kind.unexpected[0], list(schema["properties"]))
    if wrong == "propertyNames":
        name = error.kind.error.instance
        return Cursor(None, (*pointer, name), top.source).error(f"{_found(name)} cannot be a name here", remedy)
    if wrong == "required":
        return there.error(f"the key {error.kind.property!r} is missing", remedy)
    if wrong == "anyOf":
        if isinstance(there.value, dict):
            needed = " or ".join(each["required"][0] for each in schema["anyOf"])
            return there.error(f"it needs one of {needed}", remedy)
        return there.error(f"{_found(there.value)} does not fit here", remedy)
    if wrong == "type":
        wanted = " or ".join(_TYPE_WORDS.get(type_name, type_name) for type_name in error.kind.types)
        if kind(there.value) in ("number", "boolean") and "string" in error.kind.types:
            remedy = "Put it in quotes: without them, 1.10 is the number 1.1."
        return there.error(f"expected {wanted}, found {_found(there.value)}", remedy)
    if wrong == "minProperties":
        return there.error("there is nothing in it", remedy)
    return there.error(f"{_found(there.value)} does not fit here", remedy or error.message)


def _unknown(there: Cursor, name: str, known: list[str]) -> InputError:
    near = suggestion(name, known)
    return Cursor(None, (*there.pointer, name), there.source).error(
        f"unknown key {_found(name)}", f"Did you mean {near!r}?" if near else f"Known here: {', '.join(known)}."
    )


def _found(value: Value) -> str:
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else f"a list of {len(value)}"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:60] + "…")
    return "nothing" if value is None else f"the {kind(value)} {str(value)[:60]}"


def _plain(value: Value) -> Value:
    if isinstance(value, Decimal):
        return normal(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return value
