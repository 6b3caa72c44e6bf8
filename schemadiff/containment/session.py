"""
Sessions: questions about the same schemas, asked one after another.
"""

from __future__ import annotations

from schemadiff.containment.context import ProofContext
from schemadiff.containment.results import Contained, Result, Unknown
from schemadiff.runtime.budget import Budget
from schemadiff.validators.confirm import Confirmer

_QUESTIONS = 48
"""So many questions share a context before it is dropped: its formulas are never dropped one by one."""


class Session:
    """
    What questions about the same schemas share: formulas, answers to parts, validators.

    Arguments:
        formats: whether ``format`` is asserted.
    """

    def __init__(self, *, formats: bool = False) -> None:
        self.formats = formats
        self.confirmer = Confirmer(formats=formats)
        self._context: ProofContext | None = None
        self._asked = 0

    def context(self, budget: Budget) -> ProofContext:
        """
        The context for the next question, with that question's budget.
        """
        if self._asked >= _QUESTIONS:
            self.close()
        if self._context is None:
            self._context, self._asked = ProofContext(budget, formats=self.formats), 0
        else:
            self._context.meter.renew(budget)
        self._asked += 1
        return self._context

    def settle(self, answer: Result) -> Result:
        """
        Take the answer to the last question. An undecided one, and an outline that was cut short, may have left the
        context in the middle of a search, so it is dropped.
        """
        if isinstance(answer, Unknown) or (isinstance(answer, Contained) and answer.outline):
            self.close()
        return answer

    def close(self) -> None:
        """
        Drop what questions share; further ones start with a new context.
        """
        if self._context is not None:
            self._context.close()
            self._context = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
