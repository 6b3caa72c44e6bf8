"""
The version tag: the instance location at which each schema allows one value of its own.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from schemadiff.decide.values import Tag
from schemadiff.errors import InputError
from schemadiff.instance import Pointer, equal, parse_pointer
from schemadiff.keywords import ABSENT
from schemadiff.keywords import names as kw
from schemadiff.schema import Node

VERSION_NAMES = ("schema_version", "schemaVersion", "version", "api_version", "apiVersion", "message_version", "v")
_LOOKS_LIKE_ONE = r"[vV]?\d+(?:[._-]\d+)*(?:[.-]?[A-Za-z]+\d*)?\Z"

_MOST_STEPS = 200
"""The most references that are followed for one location; beyond it the location counts as not pinned."""

_MOST_BRANCHES = 100
"""The most branches of unions that are searched for one location; the others count as pinning nothing."""


def find_tag(
    old: Node, new: Node, field: str | None, versions: tuple[str, str] | None = None
) -> tuple[Tag | None, str | None]:
    """
    The version tag of a pair.

    Arguments:
        old, new: the schemas.
        field: a pointer or a property's name, ``none`` for no tag, or None to detect it.
        versions: the only values that a detected tag may have; None for any that look like versions.

    Returns:
        The tag if both schemas pin exactly one value and the values differ, and a note if it was detected.

    Raises:
        InputError: the field is not a pointer.
    """
    if field == "none":
        return None, None
    if field is not None:
        return _at(old, new, field_pointer(field)), None
    for name in VERSION_NAMES:
        tag = _at(old, new, (name,))
        if versions is not None:
            if tag and (tag.old, tag.new) == versions:
                return tag, None
            continue
        if tag and all(isinstance(each, str) and re.match(_LOOKS_LIKE_ONE, each) for each in (tag.old, tag.new)):
            note = (
                f"`{name}` is taken for the version tag ({tag.old} → {tag.new}): its difference is no change. "
                "Use `--version-field none` if it is not the tag."
            )
            return tag, note
    return None, None


def field_pointer(field: str) -> Pointer:
    """
    The instance location that a version field names: a pointer, or a property of the message.

    Raises:
        InputError: the field is empty or not a pointer.
    """
    if field.startswith("/"):
        return parse_pointer(field)
    if not field:
        raise InputError(
            "the version field is empty", remedy="Name a property, a pointer such as /meta/version, or none."
        )
    return (field,)


def _at(old: Node, new: Node, pointer: Pointer) -> Tag | None:
    before, after = pinned(old, pointer), pinned(new, pointer)
    if before is None or after is None or len(before) != 1 or len(after) != 1 or equal(before[0], after[0]):
        return None
    if not isinstance(before[0], str) or not isinstance(after[0], str):
        return None
    return Tag(pointer=pointer, old=before[0], new=after[0])


def pinned(root: Node, pointer: Pointer) -> list[Any] | None:
    """
    The values that ``const`` and ``enum`` allow at an instance location; None if they restrict nothing there.
    """
    return _pinned(root, pointer, {})


_Known: TypeAlias = "dict[Node, list[Any] | None]"
"""The values that branches pin, each searched once; a branch that leads back to itself pins nothing."""


def _pinned(root: Node, pointer: Pointer, known: _Known) -> list[Any] | None:
    if root not in known:
        known[root] = None
        if len(known) < _MOST_BRANCHES:
            known[root] = _looked_up(root, pointer, known)
    return known[root]


def _looked_up(root: Node, pointer: Pointer, known: _Known) -> list[Any] | None:
    nodes = [root]
    for step in pointer:
        parts = [part for node in nodes for part in conjuncts(node)]
        nodes = [child for part in parts for name, child in part.children(kw.PROPERTIES) if name == step]
        if not nodes:
            return _from_branches(root, pointer, known)
    result: list[list[Any]] = []
    for part in (part for node in nodes for part in conjuncts(node)):
        if kw.CONST in part.normalized:
            result.append([part.normalized[kw.CONST].value])
        elif kw.ENUM in part.normalized:
            result.append(list(part.normalized[kw.ENUM].value))
    return min(result, key=len) if result else None


def _from_branches(root: Node, pointer: Pointer, known: _Known) -> list[Any] | None:
    """
    The values that all branches of a union pin together.
    """
    for part in conjuncts(root):
        for word in (kw.ONE_OF, kw.ANY_OF):
            branches = [_pinned(child, pointer, known) for _, child in part.children(word)]
            if not branches or any(branch is None for branch in branches):
                continue
            values: list[Any] = []
            for branch in branches:
                values += [value for value in branch or [] if not any(equal(value, other) for other in values)]
            return values
    return None


def conjuncts(node: Node) -> list[Node]:
    """
    The schemas that apply where this one does: itself, its reference's target, the branches of ``allOf``.
    """
    result: list[Node] = []
    pending = [node]
    while pending and len(result) < _MOST_STEPS:
        node = pending.pop()
        if node in result:
            continue
        result.append(node)
        pending += [child for _, child in node.children(kw.ALL_OF)]
        reference = node.normalized.get(kw.REF)
        if reference is not None and reference.value is not ABSENT:
            target = node.resolve(str(reference.value))
            if isinstance(target, Node):
                pending.append(target)
    return result
