"""
The syntax tree of an ECMA-262 pattern.

It has no captures, since a language is independent of them, and no lazy quantifiers,
since they choose among matches and add none.
"""

from __future__ import annotations

from typing import NamedTuple, Union

from schemadiff.algebra.charset import CharSet


class Chars(NamedTuple):
    """
    One character out of a set.
    """

    chars: CharSet


class Sequence(NamedTuple):
    """
    A concatenation; without parts it is the empty word.
    """

    parts: tuple[Node, ...]


class Choice(NamedTuple):
    """
    An alternation.
    """

    options: tuple[Node, ...]


class Repeat(NamedTuple):
    """
    A repetition of ``least`` to ``most`` times; None is unbounded.
    """

    body: Node
    least: int
    most: int | None


class Edge(NamedTuple):
    """
    The start (``^``) or the end (``$``) of the whole string.
    """

    start: bool


class Boundary(NamedTuple):
    r"""
    ``\b``, or ``\B`` if negated.
    """

    negated: bool


class Look(NamedTuple):
    """
    A lookahead or lookbehind assertion.
    """

    body: Node
    behind: bool
    negated: bool


Node = Union[Chars, Sequence, Choice, Repeat, Edge, Boundary, Look]  # noqa: UP007 - recursive


class Pattern(NamedTuple):
    """
    A parsed pattern: its text, its tree, and whether only Annex B allows it.
    """

    text: str
    tree: Node
    legacy: bool
