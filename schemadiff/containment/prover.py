"""
The proof search: from schemas to a formula, from the formula to a witness, from the witness to a confirmed answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from schemadiff.containment.context import ProofContext
from schemadiff.containment.explain_proof import outline
from schemadiff.containment.operands import Operand, Retag
from schemadiff.containment.portable_values import has_wide_numbers, portable_values
from schemadiff.containment.results import Contained, Emission, Reason, Refuted, Result, Unknown, unknown
from schemadiff.containment.session import Session
from schemadiff.formula.arena import TooLarge
from schemadiff.formula.evaluate import Circular, Evaluator
from schemadiff.formula.terms import Formula
from schemadiff.instance import Value, key
from schemadiff.keywords.scoped_schema import ScopedSchema
from schemadiff.keywords.unsupported import (
    circular_reference,
    disputed_items,
    disputed_spelling,
    items_disputed,
    spelling_counts,
    unsupported_dialect,
)
from schemadiff.runtime.budget import Budget, Exhausted
from schemadiff.runtime.deep_stack import with_deep_stack
from schemadiff.runtime.gc_pause import no_full_collections
from schemadiff.schema import Node

_ATTEMPTS = 16
"""How many further witnesses are tried where the validators disagree on one."""


def separate(
    inside: Sequence[Operand],
    outside: Sequence[Operand],
    *,
    emission: Emission = "any",
    formats: bool = False,
    budget: Budget | None = None,
    session: Session | None = None,
    outlined: bool = False,
) -> Result:
    """
    Search for an instance that is valid under every schema inside and under no schema outside.

    Arguments:
        inside: the schemas that it satisfies; ``emission`` restricts it to what the first of them declares.
        outside: the schemas that it violates.
        emission: ``any`` for all valid instances, ``declared`` for those whose properties and items are declared.
        formats: whether ``format`` is asserted.
        budget: bounds the search.
        session: shares formulas and answers with other questions; by default nothing is shared.
        outlined: whether a proof that one schema contains another is to be explained in outline, which costs further
            questions.

    Returns:
        Refuted with such an instance, Contained if there is none, Unknown if that is undecided.
    """
    worth, shared = budget or Budget(), session or Session(formats=formats)

    def answer() -> Result:
        question = _Proof(inside, outside, emission, worth, shared)
        return question.outlined() if outlined else question.answer()

    with no_full_collections():
        try:
            return shared.settle(with_deep_stack(lambda: _guarded(answer)))
        finally:
            if session is None:
                shared.close()


class _Proof:
    def __init__(
        self,
        inside: Sequence[Operand],
        outside: Sequence[Operand],
        emission: Emission,
        budget: Budget,
        session: Session,
    ) -> None:
        self.inside, self.outside = list(inside), list(outside)
        self.emission = emission
        self.work = session.context(budget)
        self.confirmer = session.confirmer

    def outlined(self) -> Result:
        answer = self.answer()
        if not isinstance(answer, Contained) or len(self.inside) + len(self.outside) > 2:
            return answer
        try:
            lines = self._outline()
        except (Exhausted, TooLarge, RecursionError):
            lines = ["it takes longer to tell how than the budget allows"]
        return replace(answer, outline=tuple(lines))

    def _outline(self) -> list[str]:
        work, inner, outer = self.work, self.inside[0], self.outside[0]
        schemas = work.schemas.root(inner.node), work.schemas.root(outer.node)
        given = []
        if self.emission == "declared" and not self._refutes(
            [work.formula(inner), work.arena.dual(work.formula(outer))]
        ):
            given = [work.emitted(inner)]
        return outline(*schemas, work.lowering, self._refutes, given)

    def _refutes(self, parts: Sequence[Formula]) -> bool:
        answer = self.work.solver.ask(parts)
        return answer.none

    def answer(self) -> Result:
        """
        The answer.

        Raises:
            Exhausted, TooLarge, Circular, RecursionError: it stays open.
        """
        for side in (*self.inside, *self.outside):
            unsupported = unsupported_dialect(side.node)
            if unsupported is not None:
                return unknown(unsupported)
        work, arena = self.work, self.work.arena
        inner = [work.formula(side) for side in self.inside]
        outer = [arena.dual(work.formula(side)) for side in self.outside]
        if len(outer) > 1:
            result = self._from_the_last(inner, outer)
            if result is not None:
                return result
        plain = self._decide(inner, outer)
        if self.emission == "any" or not isinstance(plain, Refuted):
            return plain
        return self._declared(inner, outer, plain)

    def _from_the_last(self, inner: list[Formula], outer: list[Formula]) -> Result | None:
        """
        The answer if the last schema outside decides it alone: there is no instance even without the others, or the
        smallest one violates them as well. That question is simpler, and often asked in any case.
        """
        relaxed = [*inner, outer[-1]]
        answer = self.work.solver.ask(relaxed, 1)
        if not answer.found:
            return self._contained(inner) if answer.doubt is None else None
        witness = answer.found[0]
        smallest = next(self.work.shrinker.smaller(witness, self.work.arena.all_of(relaxed)), witness)
        wanted = outer[:-1] if self.emission == "any" else [*outer[:-1], self.work.emitted(self.inside[0])]
        evaluator = Evaluator(self.work.meter.tick, self.work.meter.ticks)
        return self._confirm(smallest) if all(evaluator.holds(each, smallest) for each in wanted) else None

    def _declared(self, inner: list[Formula], outer: list[Formula], plain: Refuted) -> Result:
        emitted = self.work.emitted(self.inside[0])
        evaluator = Evaluator(self.work.meter.tick, self.work.meter.ticks)
        if evaluator.holds(emitted, plain.counter_example):
            return plain
        result = self._decide([emitted, *inner], outer)
        if isinstance(result, Contained) and result.note is not None:
            # The declared part is empty though the schema is not: what its producers send is unknown.
            return plain
        return result

    def _decide(self, inner: list[Formula], outer: list[Formula]) -> Result:
        parts = [*inner, *outer]
        answer = self.work.solver.ask(parts, 1)
        if not answer.found:
            if answer.doubt is not None:
                return unknown(answer.doubt)
            return self._contained(inner)
        tried: set[Any] = set()
        for question, wanted in self._attempts(parts):
            for witness in self.work.solver.ask(question, wanted).found:
                if key(witness) not in tried:
                    tried.add(key(witness))
                    confirmed = self._smallest(witness, question)
                    if confirmed is None:
                        confirmed = self._confirm(witness)
                    if confirmed is not None:
                        return self._with_portable_numbers(confirmed, parts)
        if not self.work.meter.seconds:
            raise Exhausted("seconds")
        return Unknown(reason=Reason.VALIDATORS, detail=f"on {len(tried)} counter-examples")

    def _with_portable_numbers(self, refuted: Refuted, parts: list[Formula]) -> Refuted:
        """
        A refutation without numbers that float64 does not hold, if there is one; else the given one.
        """
        if not has_wide_numbers(refuted.counter_example):
            return refuted
        grounded = [*parts, portable_values(self.work.arena)]
        try:
            for witness in self.work.solver.ask(grounded, 1).found:
                smaller = self._smallest(witness, grounded)
                portable = self._confirm(witness) if smaller is None else smaller
                return refuted if portable is None else portable
        except (Exhausted, TooLarge, Circular, RecursionError):
            pass
        return refuted

    def _attempts(self, parts: list[Formula]) -> Iterator[tuple[list[Formula], int]]:
        """
        The questions to try, with numbers of witnesses, as long as validators disagree.
        """
        yield parts, 1
        grounded = [*parts, portable_values(self.work.arena)]
        yield grounded, 1
        yield grounded, 4
        yield parts, 4
        yield parts, _ATTEMPTS

    def _smallest(self, witness: Value, parts: list[Formula]) -> Refuted | None:
        smaller = self.work.shrinker.smaller(witness, self.work.arena.all_of(parts))
        return next((refuted for refuted in map(self._confirm, smaller) if refuted is not None), None)

    def _contained(self, inner: list[Formula]) -> Contained | Unknown:
        if spelling_counts(self.work.lowering.identities.seen()) and spelling_counts(self._reached()):
            return unknown(disputed_spelling(self.inside[0].node))
        if self._items_disputed() and not self._contained_generously():
            return unknown(disputed_items(self.inside[0].node))
        answer = self.work.solver.ask(inner, 1)
        if answer.none:
            return Contained(by="schemadiff", note="no instance exists")
        return Contained(by="schemadiff")

    def _items_disputed(self) -> bool:
        if not items_disputed(self.work.lowering.identities.seen()):
            return False
        schemas = self.work.schemas
        return any(items_disputed(schemas.reached([schemas.root(side.node)])) for side in (*self.inside, *self.outside))

    def _reached(self) -> Iterator[ScopedSchema]:
        """
        The schemas on which the meaning of this question's schemas depends.
        """
        schemas = self.work.schemas
        return schemas.reached([schemas.root(side.node) for side in (*self.inside, *self.outside)])

    def _contained_generously(self) -> bool:
        """
        Whether there is no instance either if ``contains`` evaluates items, as validators have it.
        """
        left = Budget(self.work.meter.seconds)
        work = ProofContext(left, formats=self.work.formats, generous=True)
        outer = (work.arena.dual(work.formula(side)) for side in self.outside)
        try:
            answer = work.solver.ask((*map(work.formula, self.inside), *outer), 1)
        finally:
            work.close()
        return answer.none

    def _confirm(self, witness: Value) -> Refuted | None:
        circles = self.work.lowering.identities.circles
        if circles:
            # Such a schema has no meaning, and validators do not terminate on it. Another question of the session may
            # have brought it in, though.
            met = next(filter(set(circles).__contains__, self._reached()), None)
            if met is not None:
                raise Circular(met.node)
        valid = [(side.node, side.seen(witness)) for side in self.inside]
        others = [(side.node, side.seen(witness)) for side in self.outside]
        names = self.confirmer.confirm(valid, others, self.work.meter)
        if names is None:
            return None
        retagged = next((value for _, value in others if value is not witness), None)
        return Refuted(counter_example=witness, retagged=retagged, confirmed_by=names)


def _guarded(answer: Callable[[], Result]) -> Result:
    """
    An answer; exceptions of the search become Unknown.
    """
    try:
        return answer()
    except Exhausted as exhausted:
        return Unknown(reason=Reason.BUDGET, detail=str(exhausted.args[0]))
    except TooLarge:
        return Unknown(reason=Reason.BUDGET, detail="memory")
    except Circular as circular:
        return unknown(circular_reference(circular.schema))
    except RecursionError:
        return Unknown(reason=Reason.TOO_DEEP)


def contains_nodes(
    inner: Node,
    outer: Node,
    *,
    retag: Retag | None = None,
    emission: Emission = "any",
    formats: bool = False,
    budget: Budget | None = None,
    session: Session | None = None,
    outlined: bool = False,
) -> Result:
    """
    Whether every instance of ``inner`` is an instance of ``outer``.

    Arguments:
        inner, outer: the schemas.
        retag: how an instance of ``inner`` is changed before it is validated under ``outer``.
        emission, formats, budget, session, outlined: see ``separate``.
    """
    operands = [Operand(inner)], [Operand(outer, retag)]
    return separate(*operands, emission=emission, formats=formats, budget=budget, session=session, outlined=outlined)
