"""
Hygiene rules: what one schema asks for trouble with, whatever it was before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from schemadiff.algebra.regex import re2_problem
from schemadiff.decide.contract_policy import remark
from schemadiff.decide.values import Place, Remark
from schemadiff.decide.version_tag import VERSION_NAMES, pinned
from schemadiff.errors import InputError
from schemadiff.instance import Pointer, format_pointer, parse_pointer
from schemadiff.keywords import TABLE, Role, rows_of
from schemadiff.keywords import names as kw
from schemadiff.ruleset import RuleSet
from schemadiff.schema import Node, walk

_EXACT = 2**53 - 1
_WAITS = re.compile(
    r"(?:^|_)(?:(?:timeout|time_out|deadline|delay|backoff|retries|attempts|max_wait|ttl)(?:_|$)"
    r"|retry(?:_(?:count|limit|max|after|interval|m?s|seconds|minutes))?$)",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WIDE_FORMATS = ("int64", "uint64")


@dataclass(frozen=True, slots=True)
class Smell:
    """
    One thing that a hygiene rule is about: the rule, what to say, and where in the schema.
    """

    rule: str
    message: str
    node: Node
    steps: Pointer = ()


def hygiene_remarks(root: Node, *, contract: str, version_field: str | None, rules: RuleSet) -> Iterator[Remark]:
    """
    What hygiene rules say of a schema, in the order in which it is written.

    Arguments:
        root: the schema; what it refers to in other files is theirs.
        contract: what it is called.
        version_field: where its messages carry their version, ``none``, or None where nobody says.
        rules: the rule set.
    """
    seen: set[tuple[str, Pointer]] = set()
    for smell in (*_unversioned(root, version_field), *(each for node in walk(root) for each in _smells(node))):
        pointer = (*smell.node.pointer, *smell.steps)
        if (smell.rule, pointer) in seen:
            continue
        seen.add((smell.rule, pointer))
        position = smell.node.document.position(pointer)
        place = Place(
            smell.node.document.name,
            format_pointer(pointer),
            position.line if position else None,
            position.column if position else None,
        )
        about = (format_pointer(pointer), smell.message)
        yield remark(rules, smell.rule, smell.message, contract=contract, place=place, about=about)


def _smells(node: Node) -> Iterator[Smell]:
    if isinstance(node.value, dict):
        for check in _CHECKS:
            yield from check(node)


def _properties(node: Node) -> list[tuple[str, Node]]:
    return [(str(name), child) for name, child in node.children(kw.PROPERTIES)]


def _normalized_keyword(node: Node, keyword: str) -> Any:
    normalized_keyword = node.normalized.get(keyword)
    return None if normalized_keyword is None else normalized_keyword.value


def _types(node: Node) -> set[str]:
    stated = _normalized_keyword(node, kw.TYPE)
    if stated is None:
        return {type_name(value) for value in _normalized_keyword(node, kw.ENUM) or ()}
    return set(stated) if isinstance(stated, list) else {stated}


def type_name(value: Any) -> str:
    """
    The ``type`` of a value, integers told from other numbers.
    """
    from schemadiff.instance import kind

    return "integer" if isinstance(value, int) and not isinstance(value, bool) else kind(value)


def _is_message(node: Node) -> bool:
    """
    Whether a schema describes an object of its own, rather than adds a condition to another one.
    """
    return "object" in _types(node)


def _everything_optional(node: Node) -> Iterator[Smell]:
    properties = _properties(node)
    if len(properties) < 2 or not _is_message(node):
        return
    words = (kw.REQUIRED, kw.MIN_PROPERTIES, kw.ALL_OF, kw.ANY_OF, kw.ONE_OF, kw.IF, kw.REF, kw.DEPENDENT_REQUIRED)
    if not any(_normalized_keyword(node, word) for word in words):
        yield Smell("everything-optional", f"{_called(node)}: none of {len(properties)} properties is required", node)


def _called(node: Node) -> str:
    return next((str(step) for step in reversed(node.pointer) if step != kw.ITEMS), "the message")


def _optional_without_default(node: Node) -> Iterator[Smell]:
    required = set(_normalized_keyword(node, kw.REQUIRED) or ())
    if not _is_message(node):
        return
    for name, child in _properties(node):
        if name in required or not isinstance(child.value, dict) or "null" in _types(child):
            continue
        if not any(word in child.normalized for word in (kw.DEFAULT, kw.DESCRIPTION, kw.REF, kw.DEPRECATED, kw.CONST)):
            yield Smell("optional-without-default", f"{name}: neither a default nor a word on its absence", child)


def _wait_unbounded(node: Node) -> Iterator[Smell]:
    for name, child in _properties(node):
        if not _WAITS.search(_CAMEL.sub("_", name)) or not _types(child) & {"integer", "number"}:
            continue
        bounds = (kw.MAXIMUM, kw.EXCLUSIVE_MAXIMUM, kw.ENUM, kw.CONST, kw.REF, kw.ALL_OF, kw.ANY_OF, kw.ONE_OF)
        if not any(word in child.normalized for word in bounds):
            yield Smell("wait-unbounded", f"{name} has no maximum", child)


def _pattern_outside_re2(node: Node) -> Iterator[Smell]:
    patterns: list[tuple[Any, Pointer]] = [(_normalized_keyword(node, kw.PATTERN), (kw.PATTERN,))]
    patterns += [(name, (kw.PATTERN_PROPERTIES, str(name))) for name, _ in node.children(kw.PATTERN_PROPERTIES)]
    for pattern, steps in patterns:
        problem = re2_problem(pattern) if isinstance(pattern, str) else None
        if problem is not None:
            yield Smell("pattern-outside-re2", f"{pattern!r}: {problem}", node, steps)


def _integer_beyond_double(node: Node) -> Iterator[Smell]:
    if not _types(node) & {"integer", "number"}:
        return
    for word in (kw.MAXIMUM, kw.EXCLUSIVE_MAXIMUM, kw.MINIMUM, kw.EXCLUSIVE_MINIMUM, kw.CONST):
        value = _normalized_keyword(node, word)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT + 1:
            yield Smell("integer-beyond-double", f"{word} is {value}", node)
            return
    if (
        _normalized_keyword(node, kw.FORMAT) in _WIDE_FORMATS
        and not {kw.MAXIMUM, kw.EXCLUSIVE_MAXIMUM} & node.normalized.keys()
    ):
        yield Smell(
            "integer-beyond-double", f"the format {_normalized_keyword(node, kw.FORMAT)} reaches beyond 2^53", node
        )


def _keyword_misspelt(node: Node) -> Iterator[Smell]:
    rows = rows_of(node.dialect)
    for name in node.value:
        if name in rows or name.startswith("x-"):
            continue
        found = next((row for row in TABLE if row.name == name and row.role is not Role.UNKNOWN), None)
        if found is not None and found.role in (Role.ANNOTATION, Role.LOCATION):
            # It asserts nothing where it is known, either.
            continue
        if found is not None:
            named = ", ".join(each.value for each in found.dialects)
            text = f"{name} is no keyword of {node.dialect.value}; it is one of {named}"
            yield Smell("keyword-misspelt", text, node, (name,))
            continue
        close = _near(name, rows)
        if close:
            yield Smell("keyword-misspelt", f"{name!r} is no keyword; did you mean {close}?", node, (name,))


def _near(name: str, known: Iterable[str]) -> str | None:
    folded = {each.lower(): each for each in known}
    bare = name.lower().replace("_", "").replace("-", "")
    if bare in folded:
        return folded[bare]
    found = get_close_matches(bare, list(folded), n=1, cutoff=0.85)
    return folded[found[0]] if found else None


def _unversioned(root: Node, version_field: str | None) -> Iterator[Smell]:
    if version_field == "none" or not isinstance(root.value, dict) or not _describes_objects(root):
        return
    places = [_pointer(version_field)] if version_field else [(name,) for name in VERSION_NAMES]
    if not any(_pinned(root, place) for place in places):
        where = f"{version_field} is not required and pinned" if version_field else "nothing in a message tells"
        yield Smell("payload-unversioned", f"{where}, so versions cannot be told apart", root)


def _describes_objects(root: Node) -> bool:
    types = _types(root)
    return (
        "object" in types
        if types
        else bool(_properties(root) or root.normalized.keys() & {kw.REF, kw.ONE_OF, kw.ALL_OF})
    )


def _pointer(field: str) -> Pointer:
    return parse_pointer(field) if field.startswith("/") else (field,)


def _pinned(root: Node, pointer: Pointer) -> bool:
    try:
        values = pinned(root, pointer)
    except InputError:
        return False
    return values is not None and requires(root, pointer)


def requires(root: Node, pointer: Pointer) -> bool:
    """
    Whether a schema visibly requires the member at an instance location.
    """
    from schemadiff.decide.version_tag import conjuncts

    nodes = [root]
    for step in pointer:
        parts = [part for node in nodes for part in conjuncts(node)]
        if not any(step in (_normalized_keyword(part, kw.REQUIRED) or ()) for part in parts):
            unions = [part.children(word) for part in parts for word in (kw.ONE_OF, kw.ANY_OF)]
            return any(some and all(requires(child, pointer) for _, child in some) for some in unions)
        nodes = [child for part in parts for name, child in part.children(kw.PROPERTIES) if name == step]
    return True


_CHECKS: tuple[Callable[[Node], Iterator[Smell]], ...] = (
    _everything_optional,
    _optional_without_default,
    _wait_unbounded,
    _pattern_outside_re2,
    _integer_beyond_double,
    _keyword_misspelt,
)
"""Every check of a single subschema."""
