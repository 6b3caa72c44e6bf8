"""
Changes of object applicators other than ``properties``: content model, ``patternProperties``, ``dependent*``.
"""

from __future__ import annotations

from schemadiff.changes.change import Change, Descent, Found, Pair, at_keyword, at_part
from schemadiff.changes.content_model import CLOSED, OPEN, model_of
from schemadiff.changes.evaluated_by import made_by
from schemadiff.changes.normalized_view import UNEVALUATED
from schemadiff.keywords import Effect
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import ScopedSchema

_RESTS = (
    (kw.ADDITIONAL_PROPERTIES, "*", "additional-properties"),
    (kw.UNEVALUATED_PROPERTIES, "*", "unevaluated-properties"),
    (kw.PROPERTY_NAMES, kw.PROPERTY_NAMES, "property-names"),
)
_EVALUATED = {
    kw.ADDITIONAL_PROPERTIES: "evaluated-properties-changed",
    kw.UNEVALUATED_PROPERTIES: "evaluated-properties-changed",
    kw.ITEMS: "evaluated-items-changed",
    kw.UNEVALUATED_ITEMS: "evaluated-items-changed",
}
"""The fact of a schema ``true`` that was added or removed: what it applies to counts as evaluated, nothing else."""

_MAPS = ((kw.PATTERN_PROPERTIES, "pattern-property", False), (kw.DEPENDENT_SCHEMAS, "dependent-schema", True))


def member_changes(pair: Pair) -> Found:
    """
    The changes of object applicators except ``properties``.
    """
    for word, step, stem in _RESTS:
        if word in pair.old.normalized or word in pair.new.normalized:
            yield from rest_changes(pair, word, step, stem)
    for word, stem, in_place in _MAPS:
        if word in pair.old.normalized or word in pair.new.normalized:
            yield from _map(pair, word, stem, in_place)


def rest_changes(pair: Pair, word: str, step: str, stem: str) -> Found:
    """
    The changes of the subschema for the undeclared rest; its absence means ``true``.

    Arguments:
        pair: where.
        word: the keyword.
        step: the path to the rest.
        stem: the common prefix of the facts' names.
    """
    old, new = pair.old.child(word), pair.new.child(word)
    before, after = model_of(pair.reading, old), model_of(pair.reading, new)
    # What an ``unevaluated*`` keyword marks it does not read itself.
    marked = (old is None) != (new is None) and word not in UNEVALUATED and pair.is_read(word)
    if old is not None and new is not None and before not in (OPEN, CLOSED) and after not in (OPEN, CLOSED):
        yield Descent(old, new, (word, None), (word, None), (step,))
    elif before != after:
        narrowed = before == OPEN or after == CLOSED
        effect = Effect.NARROWED if narrowed else Effect.WIDENED
        if marked and CLOSED not in (before, after):
            effect = Effect.INCOMPARABLE
        ending = "closed" if after == CLOSED else "opened" if after == OPEN else "narrowed" if narrowed else "widened"
        yield at_keyword(pair, word, effect, fact=f"{stem}-{ending}")
    elif marked or ((old is None) != (new is None) and made_by(word) & pair.read_outside):
        # Even the schema ``true`` marks what it meets as evaluated.
        yield at_keyword(pair, word, Effect.INCOMPARABLE, fact=_EVALUATED[word])


def _map(pair: Pair, word: str, stem: str, in_place: bool) -> Found:
    old, new = pair.old.children(word), pair.new.children(word)
    for name in dict.fromkeys((*old, *new)):
        if name in old and name in new:
            edge = (word, name)
            yield Descent(old[name], new[name], edge, edge, (f"{word}({name})",), in_place=in_place)
        else:
            yield _map_change(pair, word, str(name), stem, (old.get(name), new.get(name)))


def _map_change(
    pair: Pair, word: str, name: str, stem: str, sides: tuple[ScopedSchema | None, ScopedSchema | None]
) -> Change:
    """
    A pattern or dependency added or removed. Its effect depends on the other keywords that apply to those names.
    """
    old, new = sides
    own, other = (pair.old, pair.new) if old else (pair.new, pair.old)
    closed, after = (model_of(pair.reading, shape.child(kw.ADDITIONAL_PROPERTIES)) for shape in (other, own))
    if word != kw.PATTERN_PROPERTIES:
        came = pair.beside(Effect.NARROWED, old, new)
    elif closed == OPEN and not pair.is_read(word):
        came = Effect.NARROWED
    else:
        came = Effect.WIDENED if closed == CLOSED else Effect.INCOMPARABLE
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
