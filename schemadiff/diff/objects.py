"""
Changes of an object's members: declared names, required names, and what an undeclared name meets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemadiff.diff.change import Change, Edit, Exchange, Pair, Put, keyword_change, keyword_spots, spot, value_of
from schemadiff.diff.renames import Rename, suspected_renames
from schemadiff.keywords import ABSENT, Effect
from schemadiff.keywords import names as kw
from schemadiff.schema import Node

OPEN, CLOSED, PARTIAL = "open", "closed", "partial"
"""What an undeclared name meets: the schema ``true``, ``false``, or another one (the content model)."""


def content_model(node: Node) -> str:
    """
    What a name meets that ``properties`` does not declare.
    """
    models = [model_of(node.child(word)) for word in (kw.ADDITIONAL_PROPERTIES, kw.UNEVALUATED_PROPERTIES)]
    if CLOSED in models:
        return PARTIAL if kw.PATTERN_PROPERTIES in node.facets else CLOSED
    return PARTIAL if PARTIAL in models or kw.PATTERN_PROPERTIES in node.facets else OPEN


def model_of(rest: Node | None) -> str:
    """
    The content model that one schema for all other names makes.
    """
    if rest is None or rest.value is True or rest.value == {}:
        return OPEN
    return CLOSED if rest.value is False else PARTIAL


def object_changes(pair: Pair) -> Iterator[Change | Pair]:
    """
    The changes of ``properties`` and ``required``, and the pairs of members to look into.
    """
    old, new = (dict(node.children(kw.PROPERTIES)) for node in (pair.old, pair.new))
    for name in old:
        if name in new:
            yield pair.inner(old[name], new[name], str(name))
    required = [_required(node) for node in (pair.old, pair.new)]
    told: set[str] = set()
    gone, come = {n: old[n] for n in old if n not in new}, {n: new[n] for n in new if n not in old}
    for rename in suspected_renames(gone, come):
        told |= {rename.old, rename.new}
        yield _renamed(pair, rename, required)
    for name, node in gone.items():
        if name not in told:
            yield _removed(pair, str(name), node, required)
    for name, node in come.items():
        if name not in told:
            yield _added(pair, str(name), node, required)
    told |= {str(name) for name in (*gone, *come)}
    yield from _requirements(pair, required, told)


def _required(node: Node) -> list[str]:
    value = value_of(node, kw.REQUIRED)
    return [] if value is ABSENT or not isinstance(value, list) else value


def _member_put(pair: Pair, name: str) -> Put:
    return Put(
        spot(pair.old, kw.PROPERTIES, name),
        spot(pair.new, kw.PROPERTIES, name),
        _member(pair.old, name),
        _member(pair.new, name),
    )


def _member(node: Node, name: str) -> Any:
    for step, child in node.children(kw.PROPERTIES):
        if step == name:
            return child.value
    return ABSENT


def _require(pair: Pair, *, gone: tuple[str, ...] = (), come: tuple[str, ...] = ()) -> Exchange:
    return Exchange(*keyword_spots(pair, kw.REQUIRED), gone, come)


def _member_change(
    pair: Pair, name: str, fact: str, effect: Effect, edits: tuple[Edit, ...], details: dict[str, Any]
) -> Change:
    put = _member_put(pair, name)
    return Change(
        fact,
        kw.PROPERTIES,
        effect,
        pair.polarity,
        (*pair.path, name),
        put.old,
        put.new,
        put.old_at,
        put.new_at,
        edits,
        {"name": name, **details},
    )


def _effect_of_declaring(model: str, declared: Node) -> Effect:
    """
    What it does to give a name a schema of its own that met the content model before.
    """
    if model == OPEN:
        return Effect.NONE if model_of(declared) == OPEN else Effect.NARROWED
    if model == CLOSED:
        return Effect.NONE if declared.value is False else Effect.WIDENED
    return Effect.INCOMPARABLE


def _added(pair: Pair, name: str, node: Node, required: list[list[str]]) -> Change:
    model = content_model(pair.old)
    effect = _effect_of_declaring(model, node)
    details = {"model": model, "default": value_of(node, kw.DEFAULT)}
    put = _member_put(pair, name)
    if name in required[1] and name not in required[0]:
        effect = Effect.INCOMPARABLE if effect is Effect.WIDENED else Effect.NARROWED
        edits = (put, _require(pair, come=(name,)))
        fact = "required-property-added" if details["default"] is ABSENT else "required-property-with-default-added"
        return _member_change(pair, name, fact, effect, edits, details)
    return _member_change(pair, name, "property-added", effect, (put,), details)


def _removed(pair: Pair, name: str, node: Node, required: list[list[str]]) -> Change:
    model = content_model(pair.new)
    effect = _effect_of_declaring(model, node).mirrored
    put = _member_put(pair, name)
    details = {"model": model}
    if name in required[0] and name not in required[1]:
        effect = Effect.INCOMPARABLE if effect is Effect.NARROWED else Effect.WIDENED
        edits = (put, _require(pair, gone=(name,)))
        return _member_change(pair, name, "required-property-removed", effect, edits, details)
    return _member_change(pair, name, "property-removed", effect, (put,), details)


def _renamed(pair: Pair, rename: Rename, required: list[list[str]]) -> Change:
    gone = (rename.old,) if rename.old in required[0] and rename.old not in required[1] else ()
    come = (rename.new,) if rename.new in required[1] and rename.new not in required[0] else ()
    edits: tuple[Edit, ...] = (_member_put(pair, rename.old), _member_put(pair, rename.new))
    if gone or come:
        edits = (*edits, _require(pair, gone=gone, come=come))
    old_put, new_put = edits[0], edits[1]
    assert isinstance(old_put, Put) and isinstance(new_put, Put)  # noqa: PT018 - for the type checker
    return Change(
        "property-renamed" if rename.factor is None else "property-rescaled",
        kw.PROPERTIES,
        Effect.INCOMPARABLE,
        pair.polarity,
        (*pair.path, rename.old),
        old_put.old,
        new_put.new,
        old_put.old_at,
        new_put.new_at,
        edits,
        {"name": rename.old, "to": rename.new, "factor": rename.factor, "required": bool(come)},
    )


def _requirements(pair: Pair, required: list[list[str]], told: set[str]) -> Iterator[Change]:
    """
    Names that are demanded on one side only, and not because they came or went with their declaration.
    """
    old, new = required
    for name in dict.fromkeys(new):
        if name not in old and not (name in told and _member(pair.new, name) is not ABSENT):
            declared = _member(pair.new, name) is not ABSENT
            fact = "property-became-required" if declared else "undeclared-name-required"
            yield _requirement(pair, fact, Effect.NARROWED, name, come=(name,))
    for name in dict.fromkeys(old):
        if name not in new and not (name in told and _member(pair.old, name) is not ABSENT):
            declared = _member(pair.old, name) is not ABSENT
            fact = "property-became-optional" if declared else "undeclared-name-released"
            yield _requirement(pair, fact, Effect.WIDENED, name, gone=(name,))


def _requirement(
    pair: Pair, fact: str, effect: Effect, name: str, *, gone: tuple[str, ...] = (), come: tuple[str, ...] = ()
) -> Change:
    exchange = _require(pair, gone=gone, come=come)
    change = keyword_change(pair, kw.REQUIRED, effect, fact=fact, edits=(exchange,), details={"name": name})
    return change._replace(path=(*pair.path, name))
