"""
The outline of a proof: for each keyword of the outer schema, the keywords of the inner one that imply it.

The outer schema is cut into its demands, the inner one into its statements; for each demand a smallest set of
statements is looked for that leaves no room for a violation. Where a demand and one statement are about the same
property or the same items, the outline descends into their subschemas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from schemadiff.formula.arena import Arena, TooLarge
from schemadiff.formula.terms import Formula
from schemadiff.keywords.lower import Lowering
from schemadiff.keywords.scoped_schema import ScopedSchema
from schemadiff.keywords.statements import Statement, pointer_of, statements_of
from schemadiff.runtime.budget import Exhausted

_LINES = 60
_DEPTH = 6

Refutes = Callable[[Sequence[Formula]], bool]
"""Whether some formulas together have no witness for sure."""


def outline(
    inner: ScopedSchema, outer: ScopedSchema, lowering: Lowering, refutes: Refutes, given: Sequence[Formula]
) -> list[str]:
    """
    The outline of a proof that every instance of one schema is an instance of another, one line a demand.

    Arguments:
        inner, outer: the schemas, for which this has been proved.
        lowering: from them to formulas.
        refutes: asks the search.
        given: what else is known of the instances.
    """
    return _Outline(lowering, refutes).lines(inner, outer, given)


class _Outline:
    def __init__(self, lowering: Lowering, refutes: Refutes) -> None:
        self.lowering = lowering
        self.arena: Arena = lowering.arena
        self.refutes = refutes
        self._outlined: set[tuple[int, int]] = set()

    def lines(self, inner: ScopedSchema, outer: ScopedSchema, given: Sequence[Formula]) -> list[str]:
        result: list[str] = []
        try:
            for line in self._lines(
                inner, outer, [Statement("that properties be declared", each) for each in given], 0
            ):
                if len(result) == _LINES:
                    result.append("… and so on")
                    break
                result.append(line)
        except (Exhausted, TooLarge, RecursionError):
            result.append("… the rest would take longer than the budget allows")
        return result

    def _lines(self, inner: ScopedSchema, outer: ScopedSchema, given: list[Statement], depth: int) -> Iterator[str]:
        indent = "  " * depth
        self._outlined.add(self._mark(inner, outer))
        if not given and self.lowering.of(inner) is self.lowering.of(outer):
            yield f"{indent}{pointer_of(outer)} means the same on both sides"
            return
        statements = [*statements_of(self.lowering, inner), *given]
        if self.refutes([statement.formula for statement in statements]):
            yield f"{indent}no instance exists, because of {_words(self._smallest(statements, self.arena.true))}"
            return
        demands = statements_of(self.lowering, outer)
        for demand in demands:
            yield from self._line(demand, statements, given, depth)
        if not demands:
            yield f"{indent}{pointer_of(outer)} demands nothing"

    def _mark(self, inner: ScopedSchema, outer: ScopedSchema) -> tuple[int, int]:
        inner, outer = (self.lowering.schemas.straight(each) for each in (inner, outer))
        return self.lowering.identities.of(inner), self.lowering.identities.of(outer)

    def _line(
        self, demand: Statement, statements: list[Statement], given: list[Statement], depth: int
    ) -> Iterator[str]:
        indent, against = "  " * depth, self.arena.dual(demand.formula)
        if self.refutes([against]):
            yield f"{indent}{demand.label} holds of every value"
            return
        same = next((statement for statement in statements if statement.formula is demand.formula), None)
        if same is not None:
            alike = "stands on both sides" if same.label == demand.label else f"is the same as {same.label}"
            yield f"{indent}{demand.label} {alike}"
            return
        below = None if given else self._below(demand, statements)
        if below is not None and depth < _DEPTH:
            yield f"{indent}{demand.label}, from {pointer_of(below[0])}:"
            if self._mark(*below) in self._outlined:
                yield f"{indent}  as above"
            else:
                yield from self._lines(*below, [], depth + 1)
            return
        yield f"{indent}{demand.label} follows from {_words(self._smallest(statements, against))}"

    def _below(self, demand: Statement, statements: list[Statement]) -> tuple[ScopedSchema, ScopedSchema] | None:
        """
        The subschemas of both for the same property or items, if they alone imply the demand.
        """
        if demand.inside is None:
            return None
        about, target = demand.inside
        for statement in statements:
            if statement.inside is not None and statement.inside[0] == about:
                schema = statement.inside[1]
                if self.refutes([self.lowering.of(schema), self.arena.dual(self.lowering.of(target))]):
                    return schema, target
        return None

    def _smallest(self, statements: list[Statement], against: Formula) -> list[Statement]:
        """
        Statements of which none can be left out (Junker's QuickXplain), those that come alone first.
        """
        for statement in statements:
            if self.refutes([statement.formula, against]):
                return [statement]
        return self._explained([], statements, against, added=False)

    def _explained(
        self, base: list[Statement], parts: list[Statement], against: Formula, *, added: bool
    ) -> list[Statement]:
        if added and self.refutes([*(each.formula for each in base), against]):
            return []
        if len(parts) <= 1:
            return parts
        first, second = parts[: len(parts) // 2], parts[len(parts) // 2 :]
        of_second = self._explained([*base, *first], second, against, added=bool(first))
        of_first = self._explained([*base, *of_second], first, against, added=bool(of_second))
        return [*of_first, *of_second]


def _words(parts: Sequence[Statement]) -> str:
    return " and ".join(part.label for part in parts) or "nothing at all"
