"""
Changes of in-place applicators and references, with branches paired by content; and of whole subschemas that became
false, or were wrapped in a choice or unwrapped from one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemadiff.changes.change import (
    ITSELF,
    Change,
    Descent,
    Edge,
    Found,
    Pair,
    at_keyword,
    at_part,
    change_of,
    written,
)
from schemadiff.changes.normalized_view import REFERENCES
from schemadiff.changes.null import ADDED, REMOVED, is_null_branch, placed, rejects_null
from schemadiff.changes.pairing import ALIKE, branch_label, likeness, paired
from schemadiff.changes.shape import Shape
from schemadiff.keywords import ABSENT, Effect, Polarity
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import ScopedSchema

_ADDED = {
    kw.ALL_OF: ("all-of-branch", Effect.NARROWED, Polarity.SAME),
    kw.ANY_OF: ("any-of-branch", Effect.WIDENED, Polarity.SAME),
    kw.ONE_OF: ("one-of-branch", Effect.INCOMPARABLE, Polarity.EITHER),
}
"""For each keyword: the stem of its facts, what one more branch does, and the polarity of a branch."""

_CHOICES = {kw.ANY_OF: "any-of", kw.ONE_OF: "one-of"}
"""The stems of the facts about a whole choice."""


def branch_changes(pair: Pair) -> Found:
    """
    The changes of in-place applicators and references, and the pairs of branches to compare.
    """
    yield from _branches(pair, kw.ALL_OF)
    turned = _turned(pair)
    if turned is not None:
        yield from _other_choice(pair, *turned)
    else:
        for word, stem in _CHOICES.items():
            old, new = pair.old.children(word), pair.new.children(word)
            if old and new:
                yield from _branches(pair, word)
            elif old or new:
                fact = f"{stem}-{'removed' if old else 'added'}"
                effect = pair.beside(Effect.WIDENED if old else Effect.NARROWED, *(old or new).values())
                yield at_keyword(pair, word, effect, fact=fact, details={"count": len(old or new)})
    for word in REFERENCES:
        before, after = pair.old.value(word), pair.new.value(word)
        # Unresolved ones; the same one on both sides is no change.
        if before != after:
            plain = Effect.NARROWED if before is ABSENT else Effect.WIDENED if after is ABSENT else Effect.INCOMPARABLE
            # The evaluated properties of an unresolved target are unknown.
            effect = Effect.INCOMPARABLE if pair.read else plain
            yield at_keyword(pair, word, effect, fact="reference-unresolved")


def _branches(pair: Pair, word: str) -> Found:
    stem, effect, polarity = _ADDED[word]
    old, new = pair.old.children(word), pair.new.children(word)
    pairs, gone, come = paired(pair.reading, old, new)
    if len(gone) == len(come) == 1 and not pairs and word == kw.ALL_OF:
        pairs, gone, come = [(gone[0], come[0])], [], []
    for before, after in pairs:
        yield _descent(pair, (word, before), (word, after), old[before], new[after], polarity)
    for step in gone:
        fact = REMOVED if word in _CHOICES and _is_only_null(pair, old, step) else f"{stem}-removed"
        yield _branch_change(pair, word, fact, effect.mirrored, step, (old[step], None))
    for step in come:
        fact = ADDED if word in _CHOICES and _is_only_null(pair, new, step) else f"{stem}-added"
        yield _branch_change(pair, word, fact, effect, step, (None, new[step]))


def _is_only_null(pair: Pair, branches: dict[Any, ScopedSchema], step: Any) -> bool:
    """
    Whether a branch of a choice accepts null only, and the other branches reject it.
    """
    others = (place for other, place in branches.items() if other != step)
    return is_null_branch(pair.reading, branches[step]) and rejects_null(pair.reading, *others)


def _descent(
    pair: Pair, old_edge: Edge, new_edge: Edge, old: ScopedSchema, new: ScopedSchema, polarity: Polarity
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
    path = f"{word}({label})"
    change = at_part(pair, word, fact, effect, sides=sides, step=step, path=path, details={"branch": label})
    # Null is added to the whole choice in any spelling.
    return replace(change, path=()) if fact in (ADDED, REMOVED) else change


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
    if gone or come:
        fact, effect = f"{_CHOICES[word]}-replaced-by-{_CHOICES[other]}", Effect.INCOMPARABLE
    else:
        fact = f"{_CHOICES[word]}-became-{_CHOICES[other]}"
        effect = Effect.WIDENED if word == kw.ONE_OF else Effect.NARROWED
    yield at_keyword(pair, other, effect, fact=fact, edits=(pair.edit(word), pair.edit(other)))
    for before, after in pairs:
        yield _descent(pair, (word, before), (other, after), old[before], new[after], Polarity.EITHER)


def condition_changes(pair: Pair) -> Found:
    """
    The changes of ``if``, ``then``, ``else`` and ``not``, and the pairs of their subschemas to compare.
    """
    if kw.IF in pair.old.normalized and kw.IF in pair.new.normalized:
        yield from _single(pair, kw.IF, Polarity.EITHER)
        for word in (kw.THEN, kw.ELSE):
            yield from _single(pair, word, Polarity.SAME)
    elif kw.IF in pair.old.normalized or kw.IF in pair.new.normalized:
        gone = kw.IF in pair.old.normalized
        shape = pair.old if gone else pair.new
        words = [word for word in (kw.IF, kw.THEN, kw.ELSE) if word in shape.normalized]
        effect = pair.beside(Effect.WIDENED if gone else Effect.NARROWED, *map(shape.child, words))
        fact = "if-removed" if gone else "if-added"
        yield at_keyword(pair, kw.IF, effect, fact=fact, edits=tuple(pair.edit(word) for word in words))
    yield from _single(pair, kw.NOT, Polarity.REVERSED)


def _single(pair: Pair, word: str, polarity: Polarity) -> Found:
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


def whole_changes(pair: Pair) -> Found:
    """
    The change of a subschema as a whole, with a pair to compare if it explains the whole difference.
    """
    if pair.new.forbidden:
        yield _whole(pair, "schema-became-false", kw.NOT, Effect.NARROWED)
    elif pair.old.forbidden:
        yield _whole(pair, "schema-no-longer-false", kw.NOT, Effect.WIDENED)
    else:
        for word in _CHOICES:
            yield from _wrapping(pair, word, pair.old, pair.new)
            yield from _wrapping(pair, word, pair.new, pair.old)


def _wrapping(pair: Pair, word: str, plain: Shape, choice: Shape) -> Found:
    if set(choice.normalized) != {word} or choice.conjuncts or not (plain.normalized or plain.conjuncts):
        return
    branches = choice.children(word)
    null = next((step for step in branches if len(branches) == 2 and _is_only_null(pair, branches, step)), None)
    step = _best_branch(pair, plain, choice, word)
    if step is None or step == null or (null is None and not _is_plain(plain)):
        return
    place = branches[step]
    effect, polarity = (Effect.WIDENED, Polarity.SAME) if word == kw.ANY_OF else (Effect.INCOMPARABLE, Polarity.EITHER)
    steps = (f"{word}({branch_label(pair.reading, place)})",)
    stem = _CHOICES[word]
    added, removed = f"wrapped-in-{stem}", f"unwrapped-from-{stem}"
    if null is not None and rejects_null(pair.reading, plain.place):
        added, removed = ADDED, REMOVED
    if plain is pair.old:
        yield placed(pair, _whole(pair, added, word, effect))
        yield Descent(plain.place, place, ITSELF, (word, step), steps, polarity, True)
    else:
        yield placed(pair, _whole(pair, removed, word, effect.mirrored))
        yield Descent(place, plain.place, (word, step), ITSELF, steps, polarity, True)


def _whole(pair: Pair, fact: str, keyword: str, effect: Effect) -> Change:
    sides = written(pair.old.place), written(pair.new.place)
    return change_of(fact, keyword, effect, *sides, edits=(pair.edit(None),))


def _is_plain(shape: Shape) -> bool:
    return bool(shape.normalized) and not any(word in shape.normalized for word in _CHOICES) and not shape.conjuncts


def _best_branch(pair: Pair, plain: Shape, choice: Shape, word: str) -> Any:
    """
    The step to the branch that continues the plain side; None if no branch is similar enough.
    """
    scores = {
        step: 2.0 if pair.reading.same(plain.place, place) else likeness(pair.reading, plain.place, place)
        for step, place in choice.children(word).items()
    }
    best = max(scores, key=scores.__getitem__, default=None)
    return None if best is None or scores[best] < ALIKE else best
