"""
What patterns mean, straight from the definition: slow, plain, and nothing shared with the package.

A pattern is a nested tuple. ``spell`` writes it as ECMA-262; ``finds`` says whether it is
found in a text, by computing for every start the set of all ends.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import strategies as st

Tree = tuple[Any, ...]

CLASSES = {
    ".": lambda char: char not in "\n\r\u2028\u2029",
    r"\d": lambda char: char in "0123456789",
    r"\w": lambda char: char.isascii() and (char.isalnum() or char == "_"),
    r"\W": lambda char: not (char.isascii() and (char.isalnum() or char == "_")),
    "[ab]": lambda char: char in "ab",
    "[^a]": lambda char: char != "a",
    "[^]": bool,
    "[]": lambda char: not char,
}
LETTERS = "ab1-"
"""Two letters, a digit and no word character: enough to tell all classes apart."""


def spell(tree: Tree) -> str:
    """
    The pattern as text.
    """
    kind, *rest = tree
    if kind in ("letter", "class"):
        return rest[0]
    if kind == "then":
        return "".join(map(spell, rest[0]))
    if kind == "either":
        return "(?:" + "|".join(map(spell, rest[0])) + ")"
    if kind == "repeat":
        body, least, most = rest
        return f"(?:{spell(body)}){{{least},{'' if most is None else most}}}"
    if kind == "look":
        body, behind, negated = rest
        return f"(?{'<' if behind else ''}{'!' if negated else '='}{spell(body)})"
    return {"start": "^", "end": "$", "boundary": r"\b", "inside": r"\B"}[kind]


def ends(tree: Tree, text: str, start: int) -> set[int]:
    """
    Where a match of the pattern that starts here may end.
    """
    kind, *rest = tree
    if kind == "letter":
        return {start + 1} if text[start : start + 1] == rest[0] else set()
    if kind == "class":
        return {start + 1} if start < len(text) and CLASSES[rest[0]](text[start]) else set()
    if kind == "then":
        reached = {start}
        for part in rest[0]:
            reached = {end for here in reached for end in ends(part, text, here)}
        return reached
    if kind == "either":
        return {end for option in rest[0] for end in ends(option, text, start)}
    if kind == "repeat":
        return _repeated(*rest, text, start)
    return {start} if _holds(tree, text, start) else set()


def _repeated(body: Tree, least: int, most: int | None, text: str, start: int) -> set[int]:
    reached = {start}
    for _ in range(least):
        reached = {end for here in reached for end in ends(body, text, here)}
    found = set(reached)
    # More rounds than there are places reach nothing new.
    for _ in range(len(text) + 1 if most is None else most - least):
        reached = {end for here in reached for end in ends(body, text, here)}
        found |= reached
    return found


def _holds(tree: Tree, text: str, here: int) -> bool:
    kind, *rest = tree
    if kind == "look":
        body, behind, negated = rest
        if behind:
            found = any(here in ends(body, text, start) for start in range(here + 1))
        else:
            found = bool(ends(body, text, here))
        return found != negated
    if kind == "start":
        return here == 0
    if kind == "end":
        return here == len(text)
    word = CLASSES[r"\w"]
    before = here > 0 and word(text[here - 1])
    after = here < len(text) and word(text[here])
    return (before != after) == (kind == "boundary")


def finds(tree: Tree, text: str) -> bool:
    """
    Whether the pattern is found in the text, at any place.
    """
    return any(ends(tree, text, start) for start in range(len(text) + 1))


def texts(longest: int, letters: str = LETTERS) -> list[str]:
    """
    All texts over the letters up to a length, the shortest first.
    """
    return ["".join(each) for length in range(longest + 1) for each in product(letters, repeat=length)]


def trees(*, lookaround: bool) -> st.SearchStrategy[Tree]:
    """
    Patterns, with lookaround and anchors inside or without.
    """
    leaves = [
        st.sampled_from(LETTERS).map(lambda letter: ("letter", letter)),
        st.sampled_from(sorted(CLASSES)).map(lambda name: ("class", name)),
        st.just(("then", ())),
    ]
    if lookaround:
        leaves.append(st.sampled_from([("start",), ("end",), ("boundary",), ("inside",)]))

    def larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        least = st.integers(0, 3)
        kinds = [
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: ("then", tuple(parts))),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: ("either", tuple(parts))),
            st.builds(
                lambda body, low, more: ("repeat", body, low, None if more is None else low + more),
                inner,
                least,
                st.none() | st.integers(0, 3),
            ),
        ]
        if lookaround:
            kinds.append(st.tuples(st.just("look"), inner, st.booleans(), st.booleans()))
        return st.one_of(kinds)

    body = st.recursive(st.one_of(leaves), larger, max_leaves=8)
    anchored = body.map(lambda tree: ("then", (("start",), tree, ("end",))))
    return anchored if not lookaround else st.one_of(anchored, body)
