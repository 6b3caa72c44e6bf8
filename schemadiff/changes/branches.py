"""
Changes of ``allOf``, references, ``anyOf`` and ``oneOf``, with branches paired by content.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemadiff.changes.change import Change, Descent, Found, Pair, at_keyword, at_part
from schemadiff.changes.normalized_view import REFERENCES
from schemadiff.changes.pairing import branch_label, paired
from schemadiff.keywords import ABSENT, Effect, Polarity
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import ScopedSchema

_ADDED = {
    kw.ALL_OF: ("all-of-branch", Effect.NARROWED, Polarity.SAME),
    kw.ANY_OF: ("any-of-branch", Effect.WIDENED, Polarity.SAME),
    kw.ONE_OF: ("one-of-branch", Effect.INCOMPARABLE, Polarity.EITHER),
}
"""For each keyword: the stem of its facts, what one more branch does, and the polarity of a branch."""

_STEMS = {kw.ANY_OF: "any-of", kw.ONE_OF: "one-of"}
_CHOICES = tuple(_STEMS)


def branch_changes(pair: Pair) -> Found:
    """
    The changes of in-place applicators and references, and the pairs of branches to compare.
    """
    conjuncts = (dict(enumerate(pair.old.conjuncts)), dict(enumerate(pair.new.conjuncts)))
    yield from _branches(pair, kw.ALL_OF, *conjuncts)
    turned = _turned(pair)
    if turned is not None:
        yield from _other_choice(pair, *turned)
    else:
        for word in _CHOICES:
            old, new = pair.old.children(word), pair.new.children(word)
            if old and new:
                yield from _branches(pair, word, old, new)
            elif old or new:
                fact = f"{_STEMS[word]}-{'removed' if old else 'added'}"
                effect = pair.beside(Effect.WIDENED if old else Effect.NARROWED, *(old or new).values())
                yield at_keyword(pair, word, effect, fact=fact, details={"count": len(old or new)})
    for word in REFERENCES:
        before, after = pair.old.value(word), pair.new.value(word)
        if before is not ABSENT or after is not ABSENT:
            yield from _opaque(pair, word, before, after)


def _opaque(pair: Pair, word: str, old: Any, new: Any) -> Found:
    """
    Unresolved references; the same one on both sides is no change.
    """
    if old != new:
        plain = Effect.NARROWED if old is ABSENT else Effect.WIDENED if new is ABSENT else Effect.INCOMPARABLE
        # The evaluated properties of an unresolved target are unknown.
        effect = Effect.INCOMPARABLE if pair.read else plain
        yield at_keyword(pair, word, effect, fact="reference-unresolved")


def _branches(pair: Pair, word: str, old: Mapping[Any, ScopedSchema], new: Mapping[Any, ScopedSchema]) -> Found:
    stem, effect, polarity = _ADDED[word]
    pairs, gone, come = paired(pair.reading, old, new)
    if len(gone) == len(come) == 1 and not pairs and word == kw.ALL_OF:
        pairs, gone, come = [(gone[0], come[0])], [], []
    for before, after in pairs:
        yield _descent(pair, (word, before), (word, after), old[before], new[after], polarity)
    for step in gone:
        yield _branch_change(pair, word, f"{stem}-removed", effect.mirrored, step, (old[step], None))
    for step in come:
        yield _branch_change(pair, word, f"{stem}-added", effect, step, (None, new[step]))


def _descent(
    pair: Pair,
    old_edge: tuple[str, Any],
    new_edge: tuple[str, Any],
    old: ScopedSchema,
    new: ScopedSchema,
    polarity: Polarity,
) -> Descent:
    word = new_edge[0]
    steps = () if word == kw.ALL_OF else (f"{word}({branch_label(pair.reading, new)})",)
    return Descent(old, new, old_edge, new_edge, steps, polarity, True)


def _branch_change(
    pair: Pair, word: str, fact: str, effect: Effect, step: Any, sides: tuple[ScopedSchema | None, ScopedSchema | None]
) -> Change:
    old, new = sides
    if word == kw.ALL_OF:
        effect = pair.beside(effect, old, new)
    label = branch_label(pair.reading, old or new)  # type: ignore[arg-type]
    parts: tuple[tuple[Any, ...], tuple[Any, ...]] = ((step,), ()) if old else ((), (step,))
    return at_part(
        pair,
        word,
        fact,
        effect,
        sides=sides,
        edits=(pair.edit(word, *parts),),
        steps=(f"{word}({label})",),
        details={"branch": label},
    )


def _turned(pair: Pair) -> tuple[str, str] | None:
    """
    The keywords of a choice that is an ``anyOf`` on one side and a ``oneOf`` on the other.
    """
    old = [word for word in _CHOICES if word in pair.old.normalized]
    new = [word for word in _CHOICES if word in pair.new.normalized]
    return (old[0], new[0]) if len(old) == len(new) == 1 and old != new else None


def _other_choice(pair: Pair, word: str, other: str) -> Found:
    old, new = pair.old.children(word), pair.new.children(other)
    pairs, gone, come = paired(pair.reading, old, new)
    edits = (pair.edit(word), pair.edit(other))
    if gone or come:
        yield at_keyword(
            pair, other, Effect.INCOMPARABLE, fact=f"{_STEMS[word]}-replaced-by-{_STEMS[other]}", edits=edits
        )
    else:
        fact, effect = (
            ("one-of-became-any-of", Effect.WIDENED) if word == kw.ONE_OF else ("any-of-became-one-of", Effect.NARROWED)
        )
        yield at_keyword(pair, other, effect, fact=fact, edits=edits)
    for before, after in pairs:
        yield _descent(pair, (word, before), (other, after), old[before], new[after], Polarity.EITHER)
