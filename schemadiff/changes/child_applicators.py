"""
Changes of applicators to properties and items other than ``properties``: content models, ``patternProperties``,
``dependentSchemas``, tuples, ``contains``.
"""

from __future__ import annotations

from schemadiff.changes.change import Change, Descent, Found, Pair, at_keyword, at_part, keyword_name
from schemadiff.changes.content_model import CLOSED, OPEN, array_rest, effect_of_declaring, model_of
from schemadiff.changes.evaluated_by import made_by
from schemadiff.changes.normalized_view import UNEVALUATED
from schemadiff.keywords import Effect, Polarity
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


def object_changes(pair: Pair) -> Found:
    """
    The changes of object applicators except ``properties``.
    """
    for word, step, stem in _RESTS:
        if word in pair.old.normalized or word in pair.new.normalized:
            yield from _rest_changes(pair, word, step, stem)
    for word, stem, in_place in _MAPS:
        if word in pair.old.normalized or word in pair.new.normalized:
            yield from _map(pair, word, stem, in_place)


def _rest_changes(pair: Pair, word: str, step: str, stem: str) -> Found:
    """
    The changes of the subschema for the undeclared rest, at a path of one step; its absence means ``true``.
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
        promised = _promised(pair, word) if ending == "closed" else ""
        details = {"promised": promised} if promised else None
        yield at_keyword(pair, word, effect, fact=f"{stem}-{ending}", details=details)
    elif marked or ((old is None) != (new is None) and made_by(word) & pair.read_outside):
        # Even the schema ``true`` marks what it meets as evaluated.
        yield at_keyword(pair, word, Effect.INCOMPARABLE, fact=_EVALUATED[word])


def _promised(pair: Pair, word: str) -> str:
    """
    What the old schema accepts in writing though it does not declare it, by a rest that equals ``true``: the word for
    it; empty where it is silent.
    """
    words, noun = _WRITTEN.get(word, ((), ""))
    rests = [rest for each in words if (rest := pair.old.child(each)) is not None]
    return noun if rests and all(model_of(pair.reading, rest) == OPEN for rest in rests) else ""


_PROPERTY_RESTS = ((kw.ADDITIONAL_PROPERTIES, kw.UNEVALUATED_PROPERTIES), "properties")
_ITEM_RESTS = ((kw.ITEMS, kw.UNEVALUATED_ITEMS), "items")
_WRITTEN = {word: rests for rests in (_PROPERTY_RESTS, _ITEM_RESTS) for word in rests[0]}
"""The keywords by which a schema accepts what it does not declare, and the word for it."""


def _map(pair: Pair, word: str, stem: str, in_place: bool) -> Found:
    old, new = pair.old.children(word), pair.new.children(word)
    for name in dict.fromkeys((*old, *new)):
        if name in old and name in new:
            edge = (word, name)
            yield Descent(
                old[name], new[name], edge, edge, (f"{keyword_name(pair.new, word)}({name})",), in_place=in_place
            )
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
    fact, path = f"{stem}-{'added' if new else 'removed'}", f"{keyword_name(pair.new, word)}({name})"
    effect = came if new else came.mirrored
    return at_part(pair, word, fact, effect, sides=sides, step=name, path=path, details={"name": name})


def array_changes(pair: Pair) -> Found:
    """
    The changes of array applicators, and the pairs of item subschemas to compare.
    """
    old, new = pair.old.children(kw.PREFIX_ITEMS), pair.new.children(kw.PREFIX_ITEMS)
    if bool(old) != bool(new) and kw.ITEMS in (pair.new if old else pair.old).normalized:
        yield from _reshaped(pair, to_list=bool(old))
    else:
        yield from _tuple(pair)
        yield from _rest_changes(pair, kw.ITEMS, "[]", "items")
    yield from _rest_changes(pair, kw.UNEVALUATED_ITEMS, "[]", "items")
    yield from _contains(pair)


def _reshaped(pair: Pair, *, to_list: bool) -> Found:
    fact = "prefix-items-became-items" if to_list else "items-became-prefix-items"
    edits = (pair.edit(kw.PREFIX_ITEMS), pair.edit(kw.ITEMS))
    yield at_keyword(pair, kw.PREFIX_ITEMS, Effect.INCOMPARABLE, fact=fact, edits=edits)


def _tuple(pair: Pair) -> Found:
    old, new = pair.old.children(kw.PREFIX_ITEMS), pair.new.children(kw.PREFIX_ITEMS)
    for index in range(min(len(old), len(new))):
        edge = (kw.PREFIX_ITEMS, index)
        yield Descent(old[index], new[index], edge, edge, (f"[{index}]",))
    if len(old) == len(new):
        return
    grown = len(new) > len(old)
    longer, shorter = (pair.new, pair.old) if grown else (pair.old, pair.new)
    steps = tuple(range(min(len(old), len(new)), max(len(old), len(new))))
    rest = array_rest(shorter)
    model = model_of(pair.reading, rest)
    places = longer.children(kw.PREFIX_ITEMS)
    effects = {effect_of_declaring(pair, kw.PREFIX_ITEMS, model, rest, places[step]) for step in steps} - {Effect.NONE}
    if model_of(pair.reading, array_rest(longer)) != model:
        effects = {Effect.INCOMPARABLE}
    effect = effects.pop() if len(effects) == 1 else Effect.INCOMPARABLE if effects else Effect.NONE
    yield at_keyword(
        pair,
        kw.PREFIX_ITEMS,
        effect if grown else effect.mirrored,
        fact="prefix-items-lengthened" if grown else "prefix-items-shortened",
        edits=(pair.edit(kw.PREFIX_ITEMS, () if grown else steps, steps if grown else ()),),
        details={"old": len(old), "new": len(new)},
    )


def _contains(pair: Pair) -> Found:
    old, new = pair.old.child(kw.CONTAINS), pair.new.child(kw.CONTAINS)
    if old is not None and new is not None:
        bounded = any(kw.MAX_CONTAINS in shape.normalized for shape in (pair.old, pair.new))
        # Under an upper bound a narrower item schema lets more arrays through, too.
        polarity = Polarity.EITHER if bounded or pair.is_read(kw.CONTAINS) else Polarity.SAME
        edge = (kw.CONTAINS, None)
        yield Descent(old, new, edge, edge, (kw.CONTAINS,), polarity)
    elif old is not None or new is not None:
        words = (kw.CONTAINS, kw.MIN_CONTAINS, kw.MAX_CONTAINS)
        edits = tuple(pair.edit(word) for word in words if word in pair.old.normalized or word in pair.new.normalized)
        came = Effect.INCOMPARABLE if pair.is_read(kw.CONTAINS) else Effect.NARROWED
        fact = "contains-added" if old is None else "contains-removed"
        yield at_keyword(pair, kw.CONTAINS, came.mirrored if old else came, fact=fact, edits=edits)
