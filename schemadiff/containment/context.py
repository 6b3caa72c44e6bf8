"""
What one question needs: the formulas of its schemas, the solver and the meter.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from schemadiff.containment.formats import format_language
from schemadiff.containment.operands import Operand
from schemadiff.containment.shrink import Shrinker
from schemadiff.containment.solver import Solver
from schemadiff.containment.strings import NotRegular, language
from schemadiff.formula.arena import Arena
from schemadiff.formula.relabel import relabel
from schemadiff.formula.terms import Formula
from schemadiff.keywords.emission import Emitted
from schemadiff.keywords.lower import Lowering
from schemadiff.keywords.scoped_schema import ScopedSchemas
from schemadiff.runtime.budget import Budget, Meter

_LETTER = 4
"""In ticks, the cost of reading a letter of a pattern."""

_SCHEMA = 10
"""In steps, the cost of reading one subschema."""


class ProofContext:
    """
    The formulas and answers of one question, or of several about the same schemas.

    Arguments:
        budget: for all questions.
        formats: whether ``format`` is asserted.
        generous: whether ``contains`` evaluates items in 2019-09 already.
    """

    def __init__(
        self,
        budget: Budget,
        *,
        formats: bool = False,
        generous: bool = False,
    ) -> None:
        self.meter = Meter(budget)
        self.arena = Arena(step=self.meter.step, tick=self.meter.tick)
        self.schemas = ScopedSchemas(formats=formats, step=partial(self.meter.step, _SCHEMA), tick=self.meter.tick)
        self.lowering = Lowering(
            self.arena,
            self.schemas,
            language=partial(_language, self.meter),
            inhabited=partial(_inhabited, self.meter),
            format_language=format_language if formats else None,
            generous=generous,
        )
        self.solver = Solver(self.arena, self.meter)
        self.shrinker = Shrinker(self.arena, self.meter)
        self.formats = formats

    def formula(self, operand: Operand) -> Formula:
        """
        Formula for: the instance is valid under the operand's schema.
        """
        return self._retagged(self.lowering.of(self.schemas.root(operand.node)), operand)

    def emitted(self, operand: Operand) -> Formula:
        """
        Formula for: if the instance is valid under the operand's schema, all its properties and items are declared
        there.
        """
        return self._retagged(Emitted(self.lowering).of(self.schemas.root(operand.node)), operand)

    def _retagged(self, formula: Formula, operand: Operand) -> Formula:
        if operand.retag is None:
            return formula
        return relabel(self.arena, formula, operand.retag.pointer, operand.retag.swaps)

    def close(self) -> None:
        """
        Drop all formulas; none may be used afterwards.
        """
        self.arena.release()


def _language(meter: Meter, pattern: str) -> Any:
    from schemadiff.algebra.regex import Language

    meter.ahead(_LETTER * len(pattern))
    return Language.matching(pattern)


def _inhabited(meter: Meter, names: Formula) -> bool:
    try:
        return not language(names).is_empty(meter)
    except NotRegular:
        return True
