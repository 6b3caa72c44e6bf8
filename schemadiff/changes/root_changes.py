"""
Changes of a whole subschema: it became false, or was wrapped in a choice or unwrapped from one.
"""

from __future__ import annotations

from schemadiff.changes.change import ITSELF, Change, Descent, Found, Pair, place_spot
from schemadiff.changes.pairing import branch_label, likeness
from schemadiff.changes.shape import Shape
from schemadiff.keywords import Effect, Polarity
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import ScopedSchema

_CHOICES = {kw.ANY_OF: "any-of", kw.ONE_OF: "one-of"}


def whole_changes(pair: Pair) -> Found:
    """
    The change of a subschema as a whole, with a pair to compare if it explains the whole difference.
    """
    if pair.new.forbidden or pair.old.forbidden:
        if pair.new.forbidden:
            yield _whole(pair, "schema-became-false", kw.NOT, Effect.NARROWED)
        else:
            yield _whole(pair, "schema-no-longer-false", kw.NOT, Effect.WIDENED)
        return
    for word, stem in _CHOICES.items():
        effect = Effect.WIDENED if word == kw.ANY_OF else Effect.INCOMPARABLE
        polarity = Polarity.SAME if word == kw.ANY_OF else Polarity.EITHER
        if _is_choice(pair.new, word) and _is_plain(pair.old):
            best = _best_branch(pair, pair.old, pair.new, word)
            if best is not None:
                index, place = best
                yield _whole(pair, f"wrapped-in-{stem}", word, effect)
                steps = (f"{word}({branch_label(pair.reading, place)})",)
                yield Descent(pair.old.place, place, ITSELF, (word, index), steps, polarity, True)
        elif _is_choice(pair.old, word) and _is_plain(pair.new):
            best = _best_branch(pair, pair.new, pair.old, word)
            if best is not None:
                index, place = best
                yield _whole(pair, f"unwrapped-from-{stem}", word, effect.mirrored)
                steps = (f"{word}({branch_label(pair.reading, place)})",)
                yield Descent(place, pair.new.place, (word, index), ITSELF, steps, polarity, True)


def _whole(pair: Pair, fact: str, keyword: str, effect: Effect) -> Change:
    old, new = pair.old, pair.new
    return Change(
        fact=fact,
        keyword=keyword,
        effect=effect,
        polarity=Polarity.SAME,
        path=(),
        old=old.node.value,
        new=new.node.value,
        old_at=place_spot(old.place),
        new_at=place_spot(new.place),
        edits=(pair.edit(None),),
        details={},
    )


def _is_choice(shape: Shape, word: str) -> bool:
    return set(shape.normalized) == {word} and not shape.conjuncts


def _is_plain(shape: Shape) -> bool:
    return bool(shape.normalized) and not any(word in shape.normalized for word in _CHOICES) and not shape.conjuncts


def _best_branch(pair: Pair, plain: Shape, choice: Shape, word: str) -> tuple[int, ScopedSchema] | None:
    best: tuple[float, int, ScopedSchema] | None = None
    for index, place in choice.children(word).items():
        same = pair.reading.same(plain.place, place)
        score = 2.0 if same else likeness(pair.reading, plain.place, place)
        if score >= _ALIKE and (best is None or score > best[0]):
            best = (score, index, place)
    return None if best is None else best[1:]


_ALIKE = 0.5
