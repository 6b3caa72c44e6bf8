"""
Lint: risky patterns in single schemas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from typing import Any

from schemadiff.algebra.regex import re2_problem, syntax_problem
from schemadiff.changes import Spot
from schemadiff.decide.contract_policy import policy_finding
from schemadiff.decide.messages import filled
from schemadiff.decide.values import PolicyFinding, location_of
from schemadiff.decide.version_tag import VERSION_NAMES, conjuncts, field_pointer, pinned
from schemadiff.errors import InputError
from schemadiff.instance import Pointer, format_pointer, kind
from schemadiff.keywords import TABLE, Role, rows_of
from schemadiff.keywords import names as kw
from schemadiff.ruleset import RuleSet, all_rules
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
class LintProblem:
    """
    One risky pattern in a schema: the pointer from there to what is risky, and the values of the rule's message.
    """

    rule: str
    node: Node
    steps: Pointer
    values: Mapping[str, object]


def _problem(rule: str, node: Node, *steps: str | int, **values: object) -> LintProblem:
    return LintProblem(rule, node, steps, values)


def lint_findings(root: Node, *, contract: str, version_field: str | None, rules: RuleSet) -> Iterator[PolicyFinding]:
    """
    The findings of the lint rules in one schema, in the order of the text.

    Arguments:
        root: the schema; schemas in other files that it refers to are left out.
        version_field: where messages carry their version, ``none``, or None if it is not declared.
        contract, rules: as for ``policy_finding``.
    """
    seen: set[tuple[str, Pointer]] = set()
    nodes = (node for node in walk(root) if isinstance(node.value, dict))
    problems = (problem for node in nodes for check in _CHECKS for problem in check(node))
    for problem in chain(_version_field(root, version_field), problems):
        pointer = (*problem.node.pointer, *problem.steps)
        if (problem.rule, pointer) in seen:
            continue
        seen.add((problem.rule, pointer))
        message = filled(all_rules()[problem.rule].messages.changed, problem.values)
        place = location_of(Spot(problem.node.document, pointer))
        about = (format_pointer(pointer), message)
        yield policy_finding(rules, problem.rule, message, contract=contract, place=place, about=about)


def _properties(node: Node) -> list[tuple[str, Node]]:
    return [(str(name), child) for name, child in node.children(kw.PROPERTIES)]


def _value(node: Node, keyword: str) -> Any:
    result = node.normalized.get(keyword)
    return None if result is None else result.value


def _types(node: Node) -> set[str]:
    stated = _value(node, kw.TYPE)
    if stated is None:
        return {_type_name(value) for value in _value(node, kw.ENUM) or ()}
    return set(stated) if isinstance(stated, list) else {stated}


def _type_name(value: Any) -> str:
    return "integer" if isinstance(value, int) and not isinstance(value, bool) else kind(value)


def _is_message(node: Node) -> bool:
    """
    Whether a schema describes a whole object, rather than a condition on another one.
    """
    return "object" in _types(node)


def _all_properties_optional(node: Node) -> Iterator[LintProblem]:
    properties = _properties(node)
    if len(properties) < 2 or not _is_message(node):
        return
    words = (kw.REQUIRED, kw.MIN_PROPERTIES, kw.ALL_OF, kw.ANY_OF, kw.ONE_OF, kw.IF, kw.REF, kw.DEPENDENT_REQUIRED)
    if not any(_value(node, word) for word in words):
        yield _problem("all-properties-optional", node, place=_name(node), count=len(properties))


def _name(node: Node) -> str:
    return next((str(step) for step in reversed(node.pointer) if step != kw.ITEMS), "the message")


def _optional_without_default(node: Node) -> Iterator[LintProblem]:
    required = set(_value(node, kw.REQUIRED) or ())
    if not _is_message(node):
        return
    for name, child in _properties(node):
        if name in required or not isinstance(child.value, dict) or "null" in _types(child):
            continue
        if not any(word in child.normalized for word in (kw.DEFAULT, kw.DESCRIPTION, kw.REF, kw.DEPRECATED, kw.CONST)):
            yield _problem("optional-without-default", child, place=name)


def _timeout_without_maximum(node: Node) -> Iterator[LintProblem]:
    for name, child in _properties(node):
        if not _WAITS.search(_CAMEL.sub("_", name)) or not _types(child) & {"integer", "number"}:
            continue
        bounds = (kw.MAXIMUM, kw.EXCLUSIVE_MAXIMUM, kw.ENUM, kw.CONST, kw.REF, kw.ALL_OF, kw.ANY_OF, kw.ONE_OF)
        if not any(word in child.normalized for word in bounds):
            yield _problem("timeout-without-maximum", child, place=name)


def _patterns(node: Node) -> Iterator[tuple[str, Pointer]]:
    """
    The patterns of a schema, with the pointers to them.
    """
    pattern = _value(node, kw.PATTERN)
    if isinstance(pattern, str):
        yield pattern, (kw.PATTERN,)
    for name, _ in node.children(kw.PATTERN_PROPERTIES):
        yield str(name), (kw.PATTERN_PROPERTIES, str(name))


def _pattern_grammar(node: Node) -> Iterator[LintProblem]:
    for pattern, steps in _patterns(node):
        for rule, problem_of in _GRAMMARS.items():
            problem = problem_of(pattern)
            if problem is not None:
                yield _problem(rule, node, *steps, keyword=steps[0], name=repr(pattern), detail=problem)


_OUTSIDE_ECMA = "pattern-outside-ecma"
_GRAMMARS = {_OUTSIDE_ECMA: syntax_problem, "pattern-outside-re2": re2_problem}


def foreign_patterns(nodes: Iterable[Node]) -> Iterator[str]:
    """
    A sentence on each pattern in some schemas that is not one of ECMA-262, so that nothing is known of what it matches.
    """
    places = {pattern: (node, steps) for node in nodes for pattern, steps in _patterns(node)}
    for pattern, (node, steps) in places.items():
        problem = syntax_problem(pattern)
        if problem is not None:
            place = location_of(Spot(node.document, (*node.pointer, *steps)))
            at = f":{place.line}:{place.column}" if place.line else f" at {place.pointer}"
            values = {"keyword": steps[0], "name": repr(pattern), "detail": problem}
            yield f"{place.name}{at}: {filled(all_rules()[_OUTSIDE_ECMA].messages.changed, values)}."


def _integer_beyond_double(node: Node) -> Iterator[LintProblem]:
    if not _types(node) & {"integer", "number"}:
        return
    for word in (kw.MAXIMUM, kw.EXCLUSIVE_MAXIMUM, kw.MINIMUM, kw.EXCLUSIVE_MINIMUM, kw.CONST):
        value = _value(node, word)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT + 1:
            yield _problem("integer-beyond-double", node, keyword=word, detail=value)
            return
    bounded = {kw.MAXIMUM, kw.EXCLUSIVE_MAXIMUM} & node.normalized.keys()
    if _value(node, kw.FORMAT) in _WIDE_FORMATS and not bounded:
        yield _problem("integer-beyond-double", node, keyword=kw.FORMAT, detail=_value(node, kw.FORMAT))


def _unknown_keyword(node: Node) -> Iterator[LintProblem]:
    rows = rows_of(node.dialect)
    for name in node.value:
        if name in rows or name.startswith("x-"):
            continue
        elsewhere = next((row for row in TABLE if row.name == name and row.role is not Role.UNKNOWN), None)
        if elsewhere is None:
            near = _near(name, rows)
            if near:
                yield _problem("misspelled-keyword", node, name, place=_name(node), name=name, near=near)
        elif elsewhere.role not in (Role.ANNOTATION, Role.LOCATION):
            yield _problem("keyword-of-another-dialect", node, name, place=_name(node), name=name)


def _near(name: str, known: Iterable[str]) -> str | None:
    folded = {keyword.lower(): keyword for keyword in known}
    bare = name.lower().replace("_", "").replace("-", "")
    if bare in folded:
        return folded[bare]
    close = get_close_matches(bare, list(folded), n=1, cutoff=0.85)
    return folded[close[0]] if close else None


def _version_field(root: Node, version_field: str | None) -> Iterator[LintProblem]:
    if version_field == "none" or not isinstance(root.value, dict) or not _describes_objects(root):
        return
    places = [field_pointer(version_field)] if version_field else [(name,) for name in VERSION_NAMES]
    if not any(_pinned(root, place) for place in places):
        yield _problem("version-field-missing", root, name=version_field or " or ".join(VERSION_NAMES[:3]))


def _describes_objects(root: Node) -> bool:
    if _types(root):
        return _is_message(root)
    return bool(_properties(root) or root.normalized.keys() & {kw.REF, kw.ONE_OF, kw.ALL_OF})


def _pinned(root: Node, pointer: Pointer) -> bool:
    try:
        values = pinned(root, pointer)
    except InputError:
        return False
    return values is not None and requires(root, pointer)


def requires(root: Node, pointer: Pointer) -> bool:
    """
    Whether a schema visibly requires the property at an instance location.
    """
    nodes = [root]
    for step in pointer:
        parts = [part for node in nodes for part in conjuncts(node)]
        if not any(step in (_value(part, kw.REQUIRED) or ()) for part in parts):
            unions = [part.children(word) for part in parts for word in (kw.ONE_OF, kw.ANY_OF)]
            return any(some and all(requires(child, pointer) for _, child in some) for some in unions)
        nodes = [child for part in parts for name, child in part.children(kw.PROPERTIES) if name == step]
    return True


_CHECKS: tuple[Callable[[Node], Iterator[LintProblem]], ...] = (
    _all_properties_optional,
    _optional_without_default,
    _timeout_without_maximum,
    _pattern_grammar,
    _integer_beyond_double,
    _unknown_keyword,
)
"""The checks of a single subschema."""
