"""
Whether a document that nobody has called a schema is meant as one: a folder also holds settings, data and lists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from schemadiff.keywords.dialects import dialect_of
from schemadiff.keywords.effects import ALL_TYPES
from schemadiff.keywords.model import Holds, Role
from schemadiff.keywords.names import NOT
from schemadiff.keywords.table import TABLE

_HOME = "json-schema.org/"
_OTHERS = ("openapi", "swagger", "asyncapi")
"""Documents that hold schemas and say of themselves that they are something else."""

_KEYWORDS = {row.name for row in TABLE} - {"id"}
_MAPS = frozenset(row.name for row in TABLE if row.holds is Holds.MAP)
_LISTS = frozenset(row.name for row in TABLE if row.holds is Holds.LIST)
_SINGLES = frozenset(row.name for row in TABLE if row.holds is Holds.ONE)
_DEMANDING = frozenset(row.name for row in TABLE if row.role in (Role.ASSERTION, Role.REFERENCE)) | {NOT}

_WORDS = r"""json-schema\.org/|(?:^|[\s"'{,])(?:properties|\$ref|\$defs)["']?\s*:"""


def looks_like_schema(value: Any) -> bool:
    """
    Whether a parsed document is meant as a schema: it names a dialect, or one of its keywords says something that only
    a schema says. Titles, formats and the like say nothing: data has such members too. The shortest schemas, ``{}`` and
    the booleans, are taken for what they are, and so is a type beside nothing but keywords, however it is spelled, and
    anything that consists of keywords and demands something.
    """
    if value == {} or isinstance(value, bool):
        return True
    if not isinstance(value, Mapping):
        return False
    named = value.get("$schema")
    if dialect_of(value) is not None or (isinstance(named, str) and _HOME in named):
        return True
    if any(isinstance(value.get(word), str) for word in _OTHERS):
        return False
    return _says_something(value) or ("type" in value and _all_keywords(value)) or _demands_something(value)


def _all_keywords(value: Mapping[str, Any]) -> bool:
    maps = (value[name] for name in _MAPS & value.keys() if isinstance(value[name], Mapping))
    return value.keys() <= _KEYWORDS and all(
        isinstance(each, (Mapping, bool)) for some in maps for each in some.values()
    )


def _says_something(value: Any) -> bool:
    pending = [value]
    while pending:
        here = pending.pop()
        if not isinstance(here, Mapping):
            continue
        if _types(here.get("type")) or isinstance(here.get("$ref"), str) or isinstance(here.get("enum"), list):
            return True
        for name, inside in here.items():
            if name in _MAPS and isinstance(inside, Mapping):
                pending.extend(inside.values())
            elif name in _LISTS and isinstance(inside, list):
                pending.extend(inside)
            elif name in _SINGLES:
                pending.append(inside)
    return False


def _demands_something(value: Any) -> bool:
    """
    Whether a document holds nothing but keywords, down to the innermost subschema, and one of them may be violated.
    """
    pending, demanded = [value], False
    while pending:
        here = pending.pop()
        if isinstance(here, list):
            pending.extend(here)
            continue
        if isinstance(here, bool):
            demanded = True
            continue
        if not isinstance(here, Mapping) or not all(name in _KEYWORDS or name.startswith("x-") for name in here):
            return False
        demanded = demanded or not _DEMANDING.isdisjoint(here)
        for name, inside in here.items():
            if name in _MAPS and isinstance(inside, Mapping):
                pending.extend(inside.values())
            elif name in _LISTS | _SINGLES:
                pending.append(inside)
    return demanded


def _types(value: Any) -> bool:
    named = value if isinstance(value, list) else [value]
    return bool(named) and all(isinstance(each, str) and each in ALL_TYPES for each in named)


def speaks_of_schemas(text: str) -> bool:
    """
    Whether a text that cannot be parsed has words of a schema in it.
    """
    return re.search(_WORDS, text) is not None
