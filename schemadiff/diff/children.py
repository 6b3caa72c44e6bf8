"""
Changes of the other keywords that hold subschemas: what the rest of an object or array meets, patterns, dependents.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemadiff.diff.change import Change, Pair, Put, keyword_change, spot, value_of
from schemadiff.diff.objects import CLOSED, OPEN, model_of
from schemadiff.keywords import ABSENT, Effect, Polarity
from schemadiff.keywords import names as kw
from schemadiff.schema import Node

_RESTS = (
    (kw.ADDITIONAL_PROPERTIES, "*", "content-model"),
    (kw.UNEVALUATED_PROPERTIES, "*", "content-model"),
    (kw.ITEMS, "[]", "items"),
    (kw.UNEVALUATED_ITEMS, "[]", "items"),
    (kw.PROPERTY_NAMES, kw.PROPERTY_NAMES, kw.PROPERTY_NAMES),
)
_MAPS = (
    (kw.PATTERN_PROPERTIES, "pattern-property", Polarity.SAME),
    (kw.DEPENDENT_SCHEMAS, "dependent-schema", Polarity.SAME),
)


def child_changes(pair: Pair) -> Iterator[Change | Pair]:
    """
    The changes of applicators to children, ``properties`` left to the object's members.
    """
    for word, step, stem in _RESTS:
        if word in pair.old.facets or word in pair.new.facets:
            yield from _rest(pair, word, step, stem)
    for word, stem, polarity in _MAPS:
        if word in pair.old.facets or word in pair.new.facets:
            yield from _map(pair, word, stem, polarity)
    if kw.PREFIX_ITEMS in pair.old.facets or kw.PREFIX_ITEMS in pair.new.facets:
        yield from _tuple(pair)
    yield from _contains(pair)


def _rest(pair: Pair, word: str, step: str, stem: str) -> Iterator[Change | Pair]:
    """
    One schema for all that has no schema of its own; leaving it out means ``true``.
    """
    old, new = pair.old.child(word), pair.new.child(word)
    before, after = model_of(old), model_of(new)
    if before == after == OPEN:
        return
    if old is not None and new is not None and before not in (OPEN, CLOSED) and after not in (OPEN, CLOSED):
        yield pair.inner(old, new, step)
    elif before != after:
        narrowed = before == OPEN or after == CLOSED
        ending = "closed" if after == CLOSED else "opened" if after == OPEN else "narrowed" if narrowed else "widened"
        effect = Effect.NARROWED if narrowed else Effect.WIDENED
        yield keyword_change(pair, word, effect, fact=f"{stem}-{ending}")


def _map(pair: Pair, word: str, stem: str, polarity: Polarity) -> Iterator[Change | Pair]:
    old, new = dict(pair.old.children(word)), dict(pair.new.children(word))
    for name in dict.fromkeys((*old, *new)):
        if name in old and name in new:
            yield pair.inner(old[name], new[name], f"{word}({name})", polarity=polarity)
        else:
            yield _map_change(pair, word, str(name), stem, old.get(name), new.get(name))


def _map_change(pair: Pair, word: str, name: str, stem: str, old: Node | None, new: Node | None) -> Change:
    """
    A pattern or dependency that came or went. What it does depends on what else meets those names.
    """
    closed = model_of((pair.new if old else pair.old).child(kw.ADDITIONAL_PROPERTIES))
    plain = word != kw.PATTERN_PROPERTIES or closed == OPEN
    added = Effect.NARROWED if plain else Effect.WIDENED if closed == CLOSED else Effect.INCOMPARABLE
    effect = added if new else added.mirrored
    old_at = spot(old) if old else spot(pair.old, word, name)
    new_at = spot(new) if new else spot(pair.new, word, name)
    values = (old.value if old else ABSENT, new.value if new else ABSENT)
    return Change(
        f"{stem}-{'added' if new else 'removed'}",
        word,
        effect,
        pair.polarity,
        (*pair.path, f"{word}({name})"),
        *values,
        old_at,
        new_at,
        (Put(old_at, new_at, *values),),
        {"name": name},
    )


def _tuple(pair: Pair) -> Iterator[Change | Pair]:
    old, new = (node.children(kw.PREFIX_ITEMS) for node in (pair.old, pair.new))
    for (index, before), (_, after) in zip(old, new, strict=False):
        yield pair.inner(before, after, f"[{index}]")
    if len(old) == len(new):
        return
    longer = len(new) > len(old)
    rest = model_of((pair.old if longer else pair.new).child(kw.ITEMS))
    effect = {OPEN: Effect.NARROWED, CLOSED: Effect.WIDENED}.get(rest, Effect.INCOMPARABLE)
    fact = "tuple-lengthened" if longer else "tuple-shortened"
    yield keyword_change(
        pair,
        kw.PREFIX_ITEMS,
        effect if longer else effect.mirrored,
        fact=fact,
        details={"old": len(old), "new": len(new)},
    )


def _contains(pair: Pair) -> Iterator[Change | Pair]:
    old, new = pair.old.child(kw.CONTAINS), pair.new.child(kw.CONTAINS)
    if old is not None and new is not None:
        yield pair.inner(old, new, kw.CONTAINS, polarity=_contains_polarity(pair.old, pair.new))
    elif old is not None or new is not None:
        edits = tuple(
            Put(spot(pair.old, word), spot(pair.new, word), value_of(pair.old, word), value_of(pair.new, word))
            for word in (kw.CONTAINS, kw.MIN_CONTAINS, kw.MAX_CONTAINS)
            if word in pair.old.facets or word in pair.new.facets
        )
        demands = [value_of(node, kw.MIN_CONTAINS) != 0 for node in (pair.old, pair.new)]
        bounded = any(kw.MAX_CONTAINS in node.facets for node in (pair.old, pair.new))
        came: Any = Effect.NARROWED if demands[0 if old else 1] or bounded else Effect.NONE
        yield keyword_change(pair, kw.CONTAINS, came.mirrored if old else came, edits=edits)


def _contains_polarity(old: Node, new: Node) -> Polarity:
    """
    Under ``maxContains`` a narrower item schema lets more arrays through, too.
    """
    return Polarity.EITHER if any(kw.MAX_CONTAINS in node.facets for node in (old, new)) else Polarity.SAME
