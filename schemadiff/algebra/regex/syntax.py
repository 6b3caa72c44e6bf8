"""
The syntax tree of an ECMA-262 pattern.

Captures leave no trace in it, since a language does not know what was captured;
nor do lazy quantifiers, since they choose among matches and add none.
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
    One part after another; no part at all is the empty word.
    """

    parts: tuple[Node, ...]


class Choice(NamedTuple):
    """
    Any one of the options.
    """

    options: tuple[Node, ...]


class Repeat(NamedTuple):
    """
    From ``least`` to ``most`` times; None is without end.
    """

    body: Node
    least: int
    most: int | None


class Edge(NamedTuple):
    """
    The start (``^``) or the end (``$``) of the whole text.
    """

    start: bool


class Boundary(NamedTuple):
    r"""
    ``\b``, or ``\B`` if negated.
    """

    negated: bool


class Look(NamedTuple):
    """
    A condition on what follows, or on what came before.
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
