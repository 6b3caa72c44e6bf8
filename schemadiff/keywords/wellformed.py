"""
A fast, incomplete check that a schema is well-formed.

The meta-schemas decide. This check only ever answers *valid*, for values that every dialect's meta-schema accepts, or
*unknown*: most schemas are then checked without loading a validator, which dominates the time of a short run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache, partial
from typing import Any

from schemadiff.instance import key
from schemadiff.keywords.dialects import Dialect
from schemadiff.keywords.effects import ALL_TYPES
from schemadiff.keywords.identifiers import subschemas_of
from schemadiff.keywords.model import Holds, Keyword, Role
from schemadiff.keywords.table import TABLE, rows_of

_NAMES = frozenset(row.name for row in TABLE)

_PLAIN_URI = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?[A-Za-z0-9._~/-]*(?:#[A-Za-z0-9._~/$-]*)?\Z")


def plainly_well_formed(schema: Any, dialect: Dialect) -> bool:
    """
    Whether a schema is certainly valid under the meta-schema of its dialect; False means *unknown*.
    """
    checks = _checks(dialect)
    pending = [schema]
    while pending:
        here = pending.pop()
        if isinstance(here, bool) and dialect is not Dialect.DRAFT4:
            continue
        if not isinstance(here, Mapping):
            return False
        for name, value in here.items():
            fits = checks.get(name)
            # What only another dialect knows may still stand in this one's meta-schema, for compatibility.
            if name in _NAMES if fits is None else not fits(value):
                return False
        pending.extend(
            inside for _, inside in subschemas_of(here, dialect) if inside is not True and inside is not False
        )
    return True


@cache
def _checks(dialect: Dialect) -> dict[str, Callable[[Any], bool]]:
    return {name: _check(row, dialect) for name, row in rows_of(dialect).items()}


def _check(row: Keyword, dialect: Dialect) -> Callable[[Any], bool]:
    if row.role is Role.IDENTIFIER or row.role is Role.REFERENCE:
        return partial(_identifier, row.name)
    if row.holds is not Holds.NOTHING:
        return partial(_holds, row.holds, dialect)
    check = None if row.role is Role.LEGACY else _CHECKS.get(row.name)
    return check or (lambda _value: False)


def _identifier(name: str, value: Any) -> bool:
    if name in ("$schema", "$id", "id", "$ref"):
        fragment = name == "$ref" or not isinstance(value, str) or "#" not in value.rstrip("#")
        return isinstance(value, str) and bool(value) and _PLAIN_URI.match(value) is not None and fragment
    if name in ("$anchor", "$dynamicAnchor"):
        return isinstance(value, str) and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value) is not None
    return False


def _holds(holds: Holds, dialect: Dialect, value: Any) -> bool:
    """
    Whether a value has the form of a keyword with subschemas, which are checked separately.
    """
    booleans = dialect is not Dialect.DRAFT4
    if holds is Holds.LIST:
        return isinstance(value, list) and bool(value) and all(_schema(each, booleans) for each in value)
    if holds is Holds.MAP:
        return isinstance(value, dict) and all(_schema(each, booleans) for each in value.values())
    if holds is Holds.ONE:
        return _schema(value, booleans)
    return isinstance(value, dict) and holds is Holds.ONE_OR_LIST


def _schema(value: Any, booleans: bool) -> bool:
    return isinstance(value, dict) or (booleans and isinstance(value, bool))


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _positive(value: Any) -> bool:
    return _number(value) and value > 0


def _names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_text, value)) and len(set(value)) == len(value)


def _types(value: Any) -> bool:
    return value in ALL_TYPES if isinstance(value, str) else _names(value) and set(value) <= set(ALL_TYPES)


def _values(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and len(set(map(key, value))) == len(value)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    name: check
    for check, names in (
        (_types, ("type",)),
        (_values, ("enum",)),
        (_positive, ("multipleOf",)),
        (_number, ("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum")),
        (_count, ("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties")),
        (_count, ("maxContains", "minContains")),
        (_names, ("required",)),
        (_text, ("format", "pattern", "contentEncoding", "contentMediaType", "title", "description", "$comment")),
        (lambda value: isinstance(value, bool), ("uniqueItems", "deprecated", "readOnly", "writeOnly")),
        (lambda value: isinstance(value, list), ("examples",)),
        (lambda _value: True, ("const", "default")),
    )
    for name in names
}
