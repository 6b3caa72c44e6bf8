"""
The cells into which languages cut all texts, found on demand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from schemadiff.algebra.budget import UNBOUNDED, Budget
from schemadiff.algebra.regex import ALL, Language


class Cell(NamedTuple):
    """
    Texts that no given language tells apart, at least one of them.

    ``inside`` says for each of the languages, in order, whether it contains the cell;
    ``name`` is the text of a cell that was asked for by name, and None otherwise.
    """

    language: Language
    inside: tuple[bool, ...]
    name: str | None

    def size(self, limit: int, budget: Budget = UNBOUNDED) -> int:
        """
        The number of texts in the cell, or ``limit`` if there are at least so many.
        """
        return 1 if self.name is not None and limit else self.language.count(limit, budget)

    def words(self, budget: Budget = UNBOUNDED) -> Iterator[str]:
        """
        The texts of the cell, shortest and readable first.
        """
        return self.language.words(budget)


def cells(
    languages: Sequence[Language],
    *,
    names: Iterable[str] = (),
    within: Language = ALL,
    budget: Budget = UNBOUNDED,
) -> Iterator[Cell]:
    """
    The non-empty cells of ``within``: one for each of the names in it, then the others.
    """
    explicit = tuple(dict.fromkeys(names))
    for name in explicit:
        budget.step()
        if within.contains(name):
            inside = tuple(each.contains(name) for each in languages)
            yield Cell(Language.literal(name), inside, name)
    rest = within - Language.literals(explicit)
    if rest.is_empty(budget):
        return
    stack: list[tuple[Language, tuple[bool, ...]]] = [(rest, ())]
    while stack:
        region, inside = stack.pop()
        if len(inside) == len(languages):
            yield Cell(region, inside, None)
            continue
        splitter = languages[len(inside)]
        within_it, without_it = region & splitter, region - splitter
        if within_it.is_empty(budget):
            stack.append((region, (*inside, False)))
        elif without_it.is_empty(budget):
            stack.append((region, (*inside, True)))
        else:
            stack.append((without_it, (*inside, False)))
            stack.append((within_it, (*inside, True)))
