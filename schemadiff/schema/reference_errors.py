"""
Errors of identifiers and references: what is wrong, where, and what was probably meant.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from schemadiff.errors import InputError
from schemadiff.instance import Pointer, format_pointer
from schemadiff.keywords import Dialect, container_of

if TYPE_CHECKING:
    from schemadiff.schema.model import Document, Resource


def duplicate(what: str, first: tuple[Document, Pointer], second: tuple[Document, Pointer]) -> InputError:
    """
    The error for two schemas with one identifier.

    Arguments:
        what: the identifier, and whose it is.
        first, second: the documents and places of the schemas.
    """
    document, pointer = second
    line, column = document.position(pointer) or (None, None)
    return InputError(
        f"{what} two schemas: of {_place(*first)} and of {_place(*second)}",
        name=document.name,
        line=line,
        column=column,
        remedy="Give each schema an identifier of its own; a reference could mean either.",
    )


def _place(document: Document, pointer: Pointer) -> str:
    position = document.position(pointer)
    where = f":{position.line}:{position.column}" if position else ""
    return f"{document.name}{where}" + (f" (#{format_pointer(pointer)})" if pointer else "")


def dangling_fragment(reference: str, resource: Resource, fragment: str, *, no_schema: bool) -> InputError:
    """
    The error for a reference into a document that has nothing there.

    Arguments:
        reference: as it is written.
        resource: the resource that it leads into.
        fragment: the rest, decoded.
        no_schema: whether there is a value, and it is no schema.
    """
    name = resource.document.name
    if no_schema:
        message = f"what {name} holds at #{fragment} is no schema"
        return InputError(f"the reference {reference!r} leads to no schema: {message}", remedy=_CHECK)
    if fragment.startswith("/"):
        found, missing, near = _nearest(resource, fragment)
        message = f"{name} has no {missing!r} at #{found}" if found else f"{name} has no {missing!r}"
    else:
        near = next((f"#{each}" for each in get_close_matches(fragment, resource.anchors, n=1)), None)
        message = f"{name} has no anchor {fragment!r}"
    remedy = f"Did you mean {reference.partition('#')[0] + near!r}?" if near else _CHECK
    return InputError(f"the reference {reference!r} leads to nothing: {message}", remedy=remedy)


_CHECK = "Correct the reference, or add the schema that it means."


def pointer_in(resource: Resource, fragment: str) -> Pointer | None:
    """
    Follow a JSON Pointer fragment; a step into an array is an integer in the value and text in the fragment.
    """
    pointer, rest, _ = _follow(resource, fragment)
    return None if rest else pointer


def _follow(resource: Resource, fragment: str) -> tuple[Pointer, list[str], Any]:
    """
    Follow a JSON Pointer fragment as far as it leads.

    Returns:
        The pointer so far, the steps that are left, and the value at the pointer.
    """
    pointer, value = resource.pointer, resource.root.value
    steps = [part.replace("~1", "/").replace("~0", "~") for part in fragment[1:].split("/")]
    for number, part in enumerate(steps):
        name: str | int = part
        if isinstance(value, list) and part.isascii() and part.isdecimal() and int(part) < len(value):
            name = int(part)
        elif not isinstance(value, dict) or part not in value:
            return pointer, steps[number:], value
        value = value[name]
        pointer = (*pointer, name)
    return pointer, [], value


def _nearest(resource: Resource, fragment: str) -> tuple[str, str, str | None]:
    """
    Where a JSON Pointer fragment leaves the document: the part that exists, the step that does not, and a fragment of
    an existing schema that was probably meant.
    """
    pointer, rest, value = _follow(resource, fragment)
    found = format_pointer(pointer[len(resource.pointer) :])
    names = list(value) if isinstance(value, dict) else []
    exact = {name.lower(): name for name in names}.get(rest[0].lower())
    close = [exact] if exact is not None else get_close_matches(rest[0], names, n=1)
    tried = [(*pointer, close[0], *rest[1:])] if close else []
    containers = {container_of(dialect) for dialect in Dialect}
    if rest[0] in containers:
        tried += [(*pointer, other, *rest[1:]) for other in sorted(containers - {rest[0]})]
    for steps in tried:
        near = format_pointer(steps[len(resource.pointer) :])
        if not _follow(resource, near)[1]:
            return found, rest[0], f"#{near}"
    return found, rest[0], None
