"""
Changes of array applicators: tuples, items behind a tuple, ``contains``.
"""

from __future__ import annotations

from schemadiff.changes.change import Descent, Found, Pair, at_keyword
from schemadiff.changes.content_model import array_rest, effect_of_declaring, model_of
from schemadiff.changes.object_applicators import rest_changes
from schemadiff.keywords import Effect, Polarity
from schemadiff.keywords import names as kw

_CONTAINS = (kw.CONTAINS, kw.MIN_CONTAINS, kw.MAX_CONTAINS)


def array_changes(pair: Pair) -> Found:
    """
    The changes of array applicators, and the pairs of item subschemas to compare.
    """
    old, new = pair.old.children(kw.PREFIX_ITEMS), pair.new.children(kw.PREFIX_ITEMS)
    if bool(old) != bool(new) and kw.ITEMS in (pair.new if old else pair.old).normalized:
        yield from _reshaped(pair, to_list=bool(old))
    else:
        yield from _tuple(pair)
        yield from rest_changes(pair, kw.ITEMS, "[]", "items")
    yield from rest_changes(pair, kw.UNEVALUATED_ITEMS, "[]", "items")
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
        edits = tuple(
            pair.edit(word) for word in _CONTAINS if word in pair.old.normalized or word in pair.new.normalized
        )
        came = Effect.INCOMPARABLE if pair.is_read(kw.CONTAINS) else Effect.NARROWED
        fact = "contains-added" if old is None else "contains-removed"
        yield at_keyword(pair, kw.CONTAINS, came.mirrored if old else came, fact=fact, edits=edits)
