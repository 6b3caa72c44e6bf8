"""
Regular languages over Unicode code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from schemadiff.algebra import int_ranges as counts
from schemadiff.algebra.budget import UNBOUNDED, StepBudget
from schemadiff.algebra.regex import boolean_terms as formulas
from schemadiff.algebra.regex import build, enumeration, membership, parser, search, terms
from schemadiff.algebra.regex.boolean_terms import Formula


class Language:
    """
    An immutable set of strings, a string being a sequence of code points.

    Equality is structural; use ``equivalent`` for equality of members. Every
    expensive operation accepts a budget, whose ``step`` may raise.
    """

    __slots__ = ("formula",)

    formula: Formula

    def __init__(self, formula: Formula) -> None:
        self.formula = formula

    @staticmethod
    def matching(pattern: str) -> Language:
        """
        All strings in which an ECMA-262 pattern matches.

        Raises ``PatternError`` if it is invalid and ``Unsupported`` if it has no language here.
        """
        return _matching(pattern)

    @staticmethod
    def literal(text: str) -> Language:
        """
        The one string.
        """
        return Language.literals((text,))

    @staticmethod
    def literals(texts: Iterable[str]) -> Language:
        """
        The given strings.
        """
        return Language(formulas.atom(terms.words(texts)))

    @staticmethod
    def lengths(least: int, most: int | None = None) -> Language:
        """
        All strings of ``least`` to ``most`` code points; None is unbounded.
        """
        last = counts.INFINITY if most is None else most
        return Language(formulas.atom(terms.of_lengths(counts.between(max(least, 0), last))))

    def __and__(self, other: Language) -> Language:
        return Language(formulas.both((self.formula, other.formula)))

    def __or__(self, other: Language) -> Language:
        return Language(formulas.either((self.formula, other.formula)))

    def __invert__(self) -> Language:
        return Language(formulas.negate(self.formula))

    def __sub__(self, other: Language) -> Language:
        return self & ~other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Language) and self.formula is other.formula

    def __hash__(self) -> int:
        return hash(self.formula)

    def __repr__(self) -> str:
        return f"Language({self.formula!r})"

    def contains(self, text: str, budget: StepBudget = UNBOUNDED) -> bool:
        """
        Whether the string is a member.
        """
        return membership.satisfies(self.formula, text, budget)

    def is_empty(self, budget: StepBudget = UNBOUNDED) -> bool:
        """
        Whether there is no member.
        """
        return search.is_empty(self.formula, budget)

    def is_subset(self, other: Language, budget: StepBudget = UNBOUNDED) -> bool:
        """
        Whether every member is a member of the other language.
        """
        return (self - other).is_empty(budget)

    def equivalent(self, other: Language, budget: StepBudget = UNBOUNDED) -> bool:
        """
        Whether both languages have the same members.
        """
        return self == other or (self.is_subset(other, budget) and other.is_subset(self, budget))

    def shortest(self, budget: StepBudget = UNBOUNDED) -> str | None:
        """
        A readable one of the shortest members; None if there is none.
        """
        return search.shortest(self.formula, budget)

    def words(self, budget: StepBudget = UNBOUNDED) -> Iterator[str]:
        """
        All members, shortest first, and the readable first among those of one length.
        """
        return enumeration.words(self.formula, budget)

    def is_finite(self, budget: StepBudget = UNBOUNDED) -> bool:
        """
        Whether there are finitely many members.
        """
        return enumeration.is_finite(self.formula, budget)

    def count(self, limit: int, budget: StepBudget = UNBOUNDED) -> int:
        """
        The number of members, at most ``limit``.
        """
        return enumeration.count(self.formula, limit, budget)


@lru_cache(maxsize=2048)
def _matching(pattern: str) -> Language:
    return Language(build.searching(parser.parse(pattern).tree))


ALL = Language(formulas.TRUE)
NONE = Language(formulas.FALSE)
