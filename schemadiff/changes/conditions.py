"""
Changes of ``if``, ``then``, ``else`` and ``not``.
"""

from __future__ import annotations

from schemadiff.changes.change import Descent, Found, Pair, at_keyword
from schemadiff.keywords import Effect, Polarity
from schemadiff.keywords import names as kw


def condition_changes(pair: Pair) -> Found:
    """
    The changes of ``if``, ``then``, ``else`` and ``not``, and the pairs of their subschemas to compare.
    """
    if kw.IF in pair.old.normalized and kw.IF in pair.new.normalized:
        yield from _one(pair, kw.IF, Polarity.EITHER)
        for word in (kw.THEN, kw.ELSE):
            yield from _one(pair, word, Polarity.SAME)
    elif kw.IF in pair.old.normalized or kw.IF in pair.new.normalized:
        gone = kw.IF in pair.old.normalized
        words = [word for word in (kw.IF, kw.THEN, kw.ELSE) if word in (pair.old if gone else pair.new).normalized]
        inside = [(pair.old if gone else pair.new).child(word) for word in words]
        effect = pair.beside(Effect.WIDENED if gone else Effect.NARROWED, *inside)
        fact = "if-removed" if gone else "if-added"
        yield at_keyword(pair, kw.IF, effect, fact=fact, edits=tuple(pair.edit(word) for word in words))
    yield from _one(pair, kw.NOT, Polarity.REVERSED)


def _one(pair: Pair, word: str, polarity: Polarity) -> Found:
    old, new = pair.old.child(word), pair.new.child(word)
    if old is not None and new is not None:
        # Nothing under ``not`` marks what it applies to.
        yield Descent(old, new, (word, None), (word, None), (word,), polarity, in_place=word != kw.NOT)
    elif old is not None or new is not None:
        effect = Effect.WIDENED if new is None else Effect.NARROWED
        if word != kw.NOT:
            effect = pair.beside(effect, old, new)
        fact = f"{word}-{'removed' if new is None else 'added'}"
        yield at_keyword(pair, word, effect, fact=fact)
