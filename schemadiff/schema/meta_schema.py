"""
Schemas checked against the meta-schema of their dialect.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from schemadiff.instance import Pointer
from schemadiff.keywords import Dialect, subschemas_of
from schemadiff.keywords.wellformed import plainly_well_formed


def rust_class(dialect: Dialect) -> Any:
    """
    The validator class of ``jsonschema-rs`` for a dialect.
    """
    import jsonschema_rs

    return jsonschema_rs.validator_cls_for({"$schema": dialect.uri})


def meta_schema_error(schema: Any, dialect: Dialect) -> tuple[Pointer, str] | None:
    """
    The location and message of a schema's first error under the meta-schema of a dialect; None if it is valid.

    Arguments:
        schema: an object, parsed exactly; its ``$schema`` is ignored.
        dialect: of the meta-schema.
    """
    if plainly_well_formed(schema, dialect):
        return None
    bare = {name: value for name, value in schema.items() if name != "$schema"}
    error = next(_meta_schema(dialect).iter_errors({"$schema": dialect.uri, **bare}), None)
    if error is None:
        return next(_unreadable(schema, dialect), None)
    place = tuple(error.instance_path)
    message, vague, _ = error.message.partition(" is not valid under any of the schemas listed in the 'anyOf'")
    if vague and place and place[-1] == "type":
        message += " is none of array, boolean, integer, null, number, object, string"
    elif vague:
        message = error.message
    keyword = next((step for step in reversed(place) if isinstance(step, str)), "")
    return place, _shortened(f"{keyword}: {message}" if keyword else message)


@lru_cache
def _meta_schema(dialect: Dialect) -> Any:
    # Formats are not asserted: generators write invalid URIs, which tools accept. Patterns are checked separately.
    return rust_class(dialect)({"$ref": dialect.uri}, validate_formats=False)


def _unreadable(schema: Any, dialect: Dialect) -> Iterator[tuple[Pointer, str]]:
    """
    The patterns in a schema that no engine accepts.
    """
    pending: list[tuple[Pointer, Any]] = [((), schema)]
    while pending:
        pointer, here = pending.pop()
        if isinstance(here, dict):
            patterns = [((*pointer, "patternProperties"), each) for each in here.get("patternProperties", ())]
            patterns += [((*pointer, "pattern"), here["pattern"])] if "pattern" in here else []
            for place, pattern in patterns:
                if not _readable(pattern):
                    yield place, _shortened(f'{place[-1]}: "{pattern}" is not a "regex"')
            pending.extend(((*pointer, *steps), inside) for steps, inside in subschemas_of(here, dialect))


def _readable(pattern: str) -> bool:
    import jsonschema_rs

    from schemadiff.algebra.regex import Language, PatternError

    try:
        Language.matching(pattern)
    except PatternError:
        return bool(jsonschema_rs.Draft7Validator({"format": "regex"}, validate_formats=True).is_valid(pattern))
    except ValueError:
        return True
    return True


def _shortened(message: str) -> str:
    return message if len(message) <= 300 else message[:300] + "…"
