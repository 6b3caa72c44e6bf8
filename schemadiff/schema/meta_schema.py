"""
Schemas checked against the meta-schema of their dialect.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from schemadiff.errors import InputError
from schemadiff.instance import Pointer
from schemadiff.keywords import Dialect
from schemadiff.keywords.wellformed import plainly_well_formed
from schemadiff.sources.text import Locate

SUCH_AS = 'A JSON Schema is an object such as {"type": "object"}.'
_OTHER_DIALECT = (
    "The meta-schema of its dialect refuses it; if it is written in another one, give that (--dialect, or "
    "dialect= in Python)."
)


def rust_class(dialect: Dialect) -> Any:
    """
    The validator class of ``jsonschema-rs`` for a dialect.
    """
    import jsonschema_rs

    return jsonschema_rs.validator_cls_for({"$schema": dialect.uri})


def check_meta_schema(value: Any, dialect: Dialect, name: str, locate: Locate | None = None) -> None:
    """
    Reject a value that is not a schema.

    Arguments:
        value: parsed exactly.
        dialect: of the meta-schema.
        name: the name of the document in messages.
        locate: from pointers to positions in it.

    Raises:
        InputError: it is not valid under the meta-schema; the place is that of the first error.
    """
    if isinstance(value, bool):
        return
    if isinstance(value, dict):
        result = meta_schema_error(value, dialect)
    else:
        result = (), "it is neither an object nor a boolean"
    if result is None:
        return
    pointer, message = result
    line, column = (locate(pointer) if locate else None) or (None, None)
    remedy = _OTHER_DIALECT if isinstance(value, dict) else SUCH_AS
    raise InputError(f"not a schema: {message}", name=name, line=line, column=column, remedy=remedy)


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
    named = schema.get("$schema", "")
    if not isinstance(named, str):
        return ("$schema",), "$schema: it is not a string"
    try:
        error = next(_meta_schema(dialect).iter_errors({"$schema": dialect.uri, **bare}), None)
    except UnicodeEncodeError:
        error = next(_meta_schema(dialect).iter_errors({"$schema": dialect.uri, **_encodable(bare)}), None)
    if error is None:
        return None
    place = tuple(error.instance_path)
    message, vague, _ = error.message.partition(" is not valid under any of the schemas listed in the 'anyOf'")
    if vague and place and place[-1] == "type":
        message += " is none of array, boolean, integer, null, number, object, string"
    elif vague:
        message = error.message
    keyword = next((step for step in reversed(place) if isinstance(step, str)), "")
    return place, _shortened(f"{keyword}: {message}" if keyword else message)


def _encodable(value: Any) -> Any:
    """
    A value without lone surrogates, which the library cannot take; whether a schema is valid does not depend on them.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {_encodable(name): _encodable(member) for name, member in value.items()}
    return value


@lru_cache
def _meta_schema(dialect: Dialect) -> Any:
    # Formats are not asserted: generators write invalid URIs, which tools accept, and patterns for other engines.
    return rust_class(dialect)({"$ref": dialect.uri}, validate_formats=False)


def _shortened(message: str) -> str:
    return message if len(message) <= 300 else message[:300] + "…"
