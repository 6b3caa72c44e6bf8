"""
Changes of in-place applicators: branches paired by content, conditions, negation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemadiff.diff.change import Change, Exchange, Pair, Put, keyword_change, keyword_spots, spot, value_of
from schemadiff.diff.identity import identity
from schemadiff.instance import canonical
from schemadiff.keywords import ABSENT, Effect, Polarity
from schemadiff.keywords import names as kw
from schemadiff.schema import Node, Unresolved

_ADDED = {
    kw.ALL_OF: ("all-of-branch", Effect.NARROWED, Polarity.SAME),
    kw.ANY_OF: ("any-of-branch", Effect.WIDENED, Polarity.SAME),
    kw.ONE_OF: ("one-of-branch", Effect.INCOMPARABLE, Polarity.EITHER),
}
"""For each keyword: the stem of its facts, what one more branch does, and the polarity of a branch."""

_MOST_PAIRS = 400
"""Beyond so many combinations, branches are paired by name and content only, never by likeness."""


def branch_changes(pair: Pair) -> Iterator[Change | Pair]:
    """
    The changes of ``allOf``, ``anyOf``, ``oneOf``, and the pairs of branches to look into.
    """
    for word in _ADDED:
        old, new = pair.old.children(word), pair.new.children(word)
        if old and new:
            yield from _branches(pair, word, [node for _, node in old], [node for _, node in new])
        elif old or new:
            effect = Effect.WIDENED if old else Effect.NARROWED
            yield keyword_change(pair, word, effect, details={"count": len(old or new)})


def _branches(pair: Pair, word: str, old: list[Node], new: list[Node]) -> Iterator[Change | Pair]:
    stem, effect, polarity = _ADDED[word]
    pairs, gone, come = match(old, new)
    for before, after in pairs:
        label = () if word == kw.ALL_OF else (f"{word}({branch_label(after)})",)
        yield pair.inner(before, after, *label, polarity=polarity)
    for node in gone:
        yield _branch_change(pair, word, f"{stem}-removed", effect.mirrored, node, removed=True)
    for node in come:
        yield _branch_change(pair, word, f"{stem}-added", effect, node, removed=False)


def _branch_change(pair: Pair, word: str, fact: str, effect: Effect, node: Node, *, removed: bool) -> Change:
    old_at, new_at = keyword_spots(pair, word)
    gone, come = ((node.value,), ()) if removed else ((), (node.value,))
    here = spot(node)
    return Change(
        fact,
        word,
        effect,
        pair.polarity,
        (*pair.path, f"{word}({branch_label(node)})"),
        node.value if removed else ABSENT,
        ABSENT if removed else node.value,
        here if removed else old_at,
        new_at if removed else here,
        (Exchange(old_at, new_at, gone, come),),
        {"branch": branch_label(node)},
    )


def match(old: list[Node], new: list[Node]) -> tuple[list[tuple[Node, Node]], list[Node], list[Node]]:
    """
    Pair the branches of two lists by what they say, whatever their order.

    Returns:
        The pairs in new's order, the branches of old that are left over, and those of new.
    """
    left, right = dict(enumerate(old)), dict(enumerate(new))
    pairs: list[tuple[int, int]] = []
    for mark in (_content, branch_name, _discriminator):
        _pair_by(mark, left, right, pairs)
    if len(left) * len(right) <= _MOST_PAIRS:
        scored = sorted(
            (-score, i, j)
            for i, before in left.items()
            for j, after in right.items()
            if (score := _likeness(before, after)) >= 0.5
        )
        for _, i, j in scored:
            if i in left and j in right:
                pairs.append((i, j))
                del left[i], right[j]
    if len(left) == len(right) == 1 and not pairs:
        pairs.append((left.popitem()[0], right.popitem()[0]))
    pairs.sort(key=lambda each: each[1])
    return [(old[i], new[j]) for i, j in pairs], list(left.values()), list(right.values())


def _pair_by(mark: Any, left: dict[int, Node], right: dict[int, Node], pairs: list[tuple[int, int]]) -> None:
    """
    Pair those whose mark stands exactly once on each side (equal contents: as often as they stand).
    """
    by_mark: dict[Any, list[int]] = {}
    for j, node in right.items():
        by_mark.setdefault(mark(node), []).append(j)
    marks = {i: mark(node) for i, node in left.items()}
    counts: dict[Any, int] = {}
    for each in marks.values():
        counts[each] = counts.get(each, 0) + 1
    for i, each in marks.items():
        places = by_mark.get(each, [])
        unique = mark is _content or (len(places) == 1 and counts[each] == 1)
        if each is not None and places and unique:
            j = places.pop(0)
            pairs.append((i, j))
            del left[i], right[j]


def _content(node: Node) -> Any:
    return identity(node.value)


def branch_name(node: Node) -> str | None:
    """
    What a branch calls itself: the name of the definition it refers to, or its title.
    """
    reference = value_of(node, kw.REF)
    if isinstance(reference, str):
        return reference.rpartition("/")[2] or reference
    title = value_of(node, kw.TITLE)
    return title if isinstance(title, str) else None


def _discriminator(node: Node) -> str | None:
    """
    The members that a branch pins to one value, which tell it from its neighbours.
    """
    try:
        while isinstance(reference := value_of(node, kw.REF), str):
            node = node.resolve(reference)
            if node.value is True or value_of(node, kw.REF) == reference:
                return None
    except Unresolved:
        return None
    pinned = {}
    for name, child in node.children(kw.PROPERTIES):
        value = value_of(child, kw.CONST)
        if value is ABSENT:
            values = value_of(child, kw.ENUM)
            value = values[0] if isinstance(values, list) and len(values) == 1 else ABSENT
        if value is not ABSENT:
            pinned[str(name)] = value
    return canonical(pinned) if pinned else None


def branch_label(node: Node) -> str:
    """
    A short name of a branch by its content, never by its index.
    """
    named = branch_name(node) or _discriminator(node)
    if named is None and isinstance(node.value, dict):
        word = value_of(node, kw.TYPE)
        named = canonical(node.value if word is ABSENT else word).strip('"')
    named = named if named is not None else str(node.value).lower()
    return named if len(named) <= 40 else named[:39] + "…"


def _likeness(old: Node, new: Node) -> float:
    """
    The share of member names and keyword values that two branches have in common, 0 to 1.
    """
    before, after = _features(old), _features(new)
    if not before or not after:
        return 0.0
    return len(before & after) / max(len(before), len(after))


def _features(node: Node) -> frozenset[Any]:
    found: set[Any] = set()
    for name, facet in node.facets.items():
        if facet.children:
            found |= {(name, step) for step, _ in facet.children}
        else:
            found.add((name, identity(facet.value)))
    return frozenset(found)


def condition_changes(pair: Pair) -> Iterator[Change | Pair]:
    """
    The changes of ``if``, ``then``, ``else`` and ``not``.
    """
    old, new = pair.old.child(kw.IF), pair.new.child(kw.IF)
    if old is not None and new is not None:
        yield pair.inner(old, new, kw.IF, polarity=Polarity.EITHER)
        for word in (kw.THEN, kw.ELSE):
            yield from _one(pair, word, Polarity.SAME)
    elif old is not None or new is not None:
        effect = Effect.WIDENED if old else Effect.NARROWED
        edits = tuple(
            Put(*keyword_spots(pair, word), value_of(pair.old, word), value_of(pair.new, word))
            for word in (kw.IF, kw.THEN, kw.ELSE)
            if word in pair.old.facets or word in pair.new.facets
        )
        yield keyword_change(pair, kw.IF, effect, edits=edits)
    yield from _one(pair, kw.NOT, Polarity.REVERSED)


def _one(pair: Pair, word: str, polarity: Polarity) -> Iterator[Change | Pair]:
    old, new = pair.old.child(word), pair.new.child(word)
    if old is not None and new is not None:
        yield pair.inner(old, new, word, polarity=polarity)
    elif word in pair.old.facets or word in pair.new.facets:
        yield keyword_change(pair, word, Effect.WIDENED if new is None else Effect.NARROWED)
