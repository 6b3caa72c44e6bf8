"""
Detection of schemas among documents: a folder also contains settings and data.
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
"""Keywords of documents of another kind that contain schemas."""

_KEYWORDS = {row.name for row in TABLE} - {"id"}
_MAPS = frozenset(row.name for row in TABLE if row.holds is Holds.MAP)
_LISTS = frozenset(row.name for row in TABLE if row.holds is Holds.LIST)
_SINGLES = frozenset(row.name for row in TABLE if row.holds is Holds.ONE)
_DEMANDING = frozenset(row.name for row in TABLE if row.role in (Role.ASSERTION, Role.REFERENCE)) | {NOT}

_WORDS = r"""json-schema\.org/|(?:^|[\s"'{,])(?:properties|\$ref|\$defs)["']?\s*:"""


def looks_like_schema(value: Any) -> bool:
    """
    Whether a parsed document is a schema: it declares a dialect, or one of its keywords has a value that only schemas
    have. Titles, formats and the like do not count: data has such properties too. The shortest schemas, ``{}`` and the
    booleans, are schemas, and so is a type beside keywords only, however it is spelled, and any document that consists
    of keywords and constrains something.
    """
    if value == {} or isinstance(value, bool):
        return True
    if not isinstance(value, Mapping):
        return False
    if declares_json_schema(value):
        return True
    if any(isinstance(value.get(word), str) for word in _OTHERS):
        return False
    return says_something(value) or ("type" in value and _all_keywords(value)) or _demands_something(value)


def declares_json_schema(value: Any) -> bool:
    """
    Whether a document says by ``$schema`` that it is a JSON Schema of some draft.
    """
    named = value.get("$schema") if isinstance(value, Mapping) else None
    return dialect_of(value) is not None or (isinstance(named, str) and _HOME in named)


def holds_keyword(value: Mapping[str, Any]) -> bool:
    """
    Whether an object has a keyword of any dialect, or a name that looks like one.
    """
    return any(name in _KEYWORDS or name.startswith("$") for name in value)


def _all_keywords(value: Mapping[str, Any]) -> bool:
    maps = (value[name] for name in _MAPS & value.keys() if isinstance(value[name], Mapping))
    return value.keys() <= _KEYWORDS and all(
        isinstance(each, (Mapping, bool)) for some in maps for each in some.values()
    )


def says_something(value: Any) -> bool:
    """
    Whether a keyword of a document, or of a subschema in it, has a value that only schemas have.
    """
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
    Whether a document consists of keywords only, down to the innermost subschema, and one of them is an assertion.
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


def mentions_schema_keywords(text: str) -> bool:
    """
    Whether an unparsable text contains keywords of a schema.
    """
    return re.search(_WORDS, text) is not None
