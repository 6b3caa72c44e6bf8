"""
Changes of the other keywords about objects: what undeclared names meet, patterns of names, dependents.
"""

from __future__ import annotations

from schemadiff.diff.change import Change, Descent, Found, Pair, at_keyword, at_part
from schemadiff.diff.models import CLOSED, OPEN, model_of
from schemadiff.keywords import Effect
from schemadiff.keywords import names as kw
from schemadiff.keywords.places import Place

_RESTS = (
    (kw.ADDITIONAL_PROPERTIES, "*", "content-model"),
    (kw.UNEVALUATED_PROPERTIES, "*", "content-model"),
    (kw.PROPERTY_NAMES, kw.PROPERTY_NAMES, "property-names"),
)
_MAPS = ((kw.PATTERN_PROPERTIES, "pattern-property", False), (kw.DEPENDENT_SCHEMAS, "dependent-schema", True))


def member_changes(pair: Pair) -> Found:
    """
    The changes of applicators to members, ``properties`` left out.
    """
    for word, step, stem in _RESTS:
        if word in pair.old.facets or word in pair.new.facets:
            yield from rest_changes(pair, word, step, stem)
    for word, stem, in_place in _MAPS:
        if word in pair.old.facets or word in pair.new.facets:
            yield from _map(pair, word, stem, in_place)


def rest_changes(pair: Pair, word: str, step: str, stem: str) -> Found:
    """
    The changes of one schema for all that has no schema of its own; leaving it out means ``true``.

    Arguments:
        pair: where.
        word: the keyword.
        step: the path to what it is about.
        stem: how the facts' names begin.
    """
    old, new = pair.old.child(word), pair.new.child(word)
    before, after = model_of(pair.reading, old), model_of(pair.reading, new)
    if old is not None and new is not None and before not in (OPEN, CLOSED) and after not in (OPEN, CLOSED):
        yield Descent(old, new, (word, None), (word, None), (step,))
    elif before != after:
        narrowed = before == OPEN or after == CLOSED
        ending = "closed" if after == CLOSED else "opened" if after == OPEN else "narrowed" if narrowed else "widened"
        yield at_keyword(pair, word, Effect.NARROWED if narrowed else Effect.WIDENED, fact=f"{stem}-{ending}")
    elif pair.reading.watched and word != kw.PROPERTY_NAMES and (old is None) != (new is None):
        # Even the schema ``true`` marks what it meets as evaluated.
        yield at_keyword(pair, word, Effect.INCOMPARABLE, fact=f"{stem}-marked")


def _map(pair: Pair, word: str, stem: str, in_place: bool) -> Found:
    old, new = pair.old.children(word), pair.new.children(word)
    for name in dict.fromkeys((*old, *new)):
        if name in old and name in new:
            edge = (word, name)
            yield Descent(old[name], new[name], edge, edge, (f"{word}({name})",), in_place=in_place)
        else:
            yield _map_change(pair, word, str(name), stem, (old.get(name), new.get(name)))


def _map_change(pair: Pair, word: str, name: str, stem: str, sides: tuple[Place | None, Place | None]) -> Change:
    """
    A pattern or dependency that came or went. What it does depends on what else meets those names.
    """
    old, new = sides
    own, other = (pair.old, pair.new) if old else (pair.new, pair.old)
    closed, after = (model_of(pair.reading, shape.child(kw.ADDITIONAL_PROPERTIES)) for shape in (other, own))
    plain = word != kw.PATTERN_PROPERTIES or (closed == OPEN and not pair.reading.watched)
    came = Effect.NARROWED if plain else Effect.WIDENED if closed == CLOSED else Effect.INCOMPARABLE
    declared = any(shape.children(kw.PROPERTIES) or shape.children(word) for shape in (own, other))
    if word == kw.PATTERN_PROPERTIES and (closed != after or (closed == CLOSED and declared)):
        # The pattern may also be met by names that met another schema, for which it is one more demand.
        came = Effect.INCOMPARABLE
    steps, parts = ((name,), ()) if old else ((), (name,))
    return at_part(
        pair,
        word,
        f"{stem}-{'added' if new else 'removed'}",
        came if new else came.mirrored,
        sides=sides,
        edits=(pair.edit(word, steps, parts),),
        steps=(f"{word}({name})",),
        name=name,
        details={"name": name},
    )
