"""
JSON Pointers (RFC 6901) as tuples of steps.
"""

from __future__ import annotations

from typing import TypeAlias

from schemadiff.errors import InputError
from schemadiff.instance.parse import Value

Pointer: TypeAlias = "tuple[str | int, ...]"


def format_pointer(pointer: Pointer) -> str:
    """
    The text of a pointer; the empty string for the root.
    """
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


def parse_pointer(text: str, value: Value = None) -> Pointer:
    """
    The steps of a pointer's text.

    Arguments:
        text: RFC 6901, without a leading ``#``.
        value: what it points into; steps into its arrays become integers. Without it all steps are strings.

    Raises:
        InputError: the text is neither empty nor starts with a slash.
    """
    if not text:
        return ()
    if not text.startswith("/"):
        raise InputError(f"{text!r} is not a JSON Pointer", remedy="Start it with a slash, for example /a/b.")
    steps: list[str | int] = []
    for part in text[1:].split("/"):
        name: str | int = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and isinstance(name, str) and name.isascii() and name.isdecimal():
            name = int(name)
        value = _step(value, name)
        steps.append(name)
    return tuple(steps)


def _step(value: Value, step: str | int) -> Value:
    if isinstance(value, dict) and isinstance(step, str):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return value[step]
    return None


def get_at(value: Value, pointer: Pointer) -> Value:
    """
    The value at a pointer.

    Raises:
        LookupError: there is no such value.
    """
    for step in pointer:
        if isinstance(value, dict):
            value = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
        else:
            raise LookupError(format_pointer(pointer))
    return value


def set_at(value: Value, pointer: Pointer, new: Value) -> Value:
    """
    A copy of a value with the value at a pointer replaced; the last step may add a property.

    Raises:
        LookupError: the parent of the pointer does not exist.
    """
    if not pointer:
        return new
    step, rest = pointer[0], pointer[1:]
    if isinstance(value, dict):
        inside = set_at(value[str(step)], rest, new) if rest else new
        return {**value, str(step): inside}
    if isinstance(value, list) and isinstance(step, int):
        inside = set_at(value[step], rest, new)
        return [*value[:step], inside, *value[step + 1 :]]
    raise LookupError(format_pointer(pointer))


def remove_at(value: Value, pointer: Pointer) -> Value:
    """
    A copy of a value with the value at a pointer removed.

    Raises:
        LookupError: there is no such value, or the pointer is the root.
    """
    if not pointer:
        raise LookupError("the root cannot be removed")
    step, rest = pointer[0], pointer[1:]
    if isinstance(value, dict):
        if rest:
            return {**value, str(step): remove_at(value[str(step)], rest)}
        if step not in value:
            raise LookupError(format_pointer(pointer))
        return {name: member for name, member in value.items() if name != step}
    if isinstance(value, list) and isinstance(step, int):
        if rest:
            return [*value[:step], remove_at(value[step], rest), *value[step + 1 :]]
        value[step]
        return [*value[:step], *value[step + 1 :]]
    raise LookupError(format_pointer(pointer))
