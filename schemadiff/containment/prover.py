"""
The proof search: from schemas to a formula, from the formula to a witness, and the witness before its judges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal, NamedTuple

from schemadiff.containment.results import Contained, Reason, Refuted, Unknown
from schemadiff.containment.shrink import Shrinker
from schemadiff.containment.solver import Solver
from schemadiff.containment.strings import Odd, language
from schemadiff.formula import Arena, Circular, Evaluator, Formula, TooLarge, relabel
from schemadiff.instance import Pointer, Value, format_pointer, get_at, key, set_at
from schemadiff.keywords import foreign_dialect, has_usual_vocabularies
from schemadiff.keywords.lower import Hindrance, Meaning, Obstacle, items_disputed, spelling_counts
from schemadiff.keywords.scoped_schema import Missing, Place, Places
from schemadiff.runtime.budget import Budget, Exhausted, Meter
from schemadiff.runtime.deep_stack import with_deep_stack
from schemadiff.runtime.gc_pause import no_full_collections
from schemadiff.schema import Node, Unresolved
from schemadiff.validators.confirm import Judges

Emission = Literal["any", "declared"]
Result = Contained | Refuted | Unknown

_ATTEMPTS = 16
"""How many further witnesses are tried where the validators disagree on one."""


class Retag(NamedTuple):
    """
    An instance is retagged before it is held against a side.

    Attributes:
        pointer: where the version tag stands.
        swaps: from tags to what they become.
    """

    pointer: Pointer
    swaps: Mapping[str, str]

    def apply(self, instance: Value) -> Value:
        """
        The instance with its tag renamed, where it has one.
        """
        try:
            tag = get_at(instance, self.pointer)
        except LookupError:
            return instance
        if isinstance(tag, str) and tag in self.swaps:
            return set_at(instance, self.pointer, self.swaps[tag])
        return instance


class Side(NamedTuple):
    """
    A schema in a question.
    """

    node: Node
    retag: Retag | None = None


_LETTER = 4
"""In ticks, what it takes to read a letter of a pattern."""

_PLACE = 10
"""How many steps it costs to read one place of a schema."""


class Workspace:
    """
    Formulas and answers of one question or of several about the same schemas.

    Arguments:
        budget: for all questions asked of it.
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
        self.places = Places(_resolve, formats=formats, step=partial(self.meter.step, _PLACE), tick=self.meter.tick)
        self.meaning = Meaning(
            self.arena,
            self.places,
            language=partial(_language, self.meter),
            inhabited=partial(_inhabited, self.meter),
            format_language=_format if formats else None,
            generous=generous,
        )
        self.solver = Solver(self.arena, self.meter)
        self.shrinker = Shrinker(self.arena, self.meter)
        self.formats = formats

    def formula(self, side: Side) -> Formula:
        """
        What an instance must satisfy to be valid under a side.
        """
        found = self.meaning.of(self.places.root(side.node))
        if side.retag is None:
            return found
        return relabel(self.arena, found, side.retag.pointer, side.retag.swaps)

    def emitted(self, side: Side) -> Formula:
        """
        What an instance must satisfy to be valid under a side with all that it holds declared there.
        """
        from schemadiff.keywords.emission import Emitted

        found = Emitted(self.meaning).of(self.places.root(side.node))
        if side.retag is None:
            return found
        return relabel(self.arena, found, side.retag.pointer, side.retag.swaps)

    def close(self) -> None:
        """
        Let go of everything, at once: no formula of this workspace may be used any more.
        """
        self.arena.release()


_QUESTIONS = 48
"""So many questions share a workspace before it is given up: what it remembers is never forgotten one by one."""


class Session:
    """
    What questions about the same schemas share: formulas, answers to parts, validators.

    Arguments:
        formats: whether ``format`` is asserted.
    """

    def __init__(self, *, formats: bool = False) -> None:
        self.formats = formats
        self.judges = Judges(formats=formats)
        self._work: Workspace | None = None
        self._asked = 0

    def workspace(self, budget: Budget) -> Workspace:
        """
        The workspace for the next question, with that question's budget.
        """
        if self._asked >= _QUESTIONS:
            self.close()
        if self._work is None:
            self._work, self._asked = Workspace(budget, formats=self.formats), 0
        else:
            self._work.meter.renew(budget)
        self._asked += 1
        return self._work

    def settle(self, answer: Result) -> Result:
        """
        Take an answer to the last question. One that stayed open, and an outline that was cut short, may have left
        the workspace in the middle of something, so that is given up.
        """
        if isinstance(answer, Unknown) or (isinstance(answer, Contained) and answer.outline):
            self.close()
        return answer

    def close(self) -> None:
        """
        Let go of what questions share; those still to come start anew.
        """
        if self._work is not None:
            self._work.close()
            self._work = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _asserts(node: Node, uri: str) -> bool:
    """
    Whether a meta-schema is at hand and has all that is computed with here.
    """
    resource = node.document.world.resource(uri.removesuffix("#"))
    return resource is not None and has_usual_vocabularies(resource.root.value)


def _resolve(node: Node, reference: str) -> Node | Missing:
    try:
        return node.resolve(reference)
    except Unresolved as missing:
        return Missing(missing.uri)


def _language(meter: Meter, pattern: str) -> Any:
    from schemadiff.algebra.regex import Language

    meter.ahead(_LETTER * len(pattern))
    return Language.matching(pattern)


def _inhabited(meter: Meter, names: Formula) -> bool:
    try:
        return not language(names).is_empty(meter)
    except Odd:
        return True


def _format(name: str) -> Any:
    from schemadiff.containment.formats import format_language

    return format_language(name)


def separate(
    inside: Sequence[Side],
    outside: Sequence[Side],
    *,
    emission: Emission = "any",
    formats: bool = False,
    budget: Budget | None = None,
    session: Session | None = None,
    outlined: bool = False,
) -> Result:
    """
    Look for an instance that is valid under every side inside and under no side outside.

    Arguments:
        inside: the schemas that it satisfies; ``emission`` restricts it to what the first of them declares.
        outside: the schemas that it violates.
        emission: ``any`` for all that is accepted, ``declared`` for what a producer of the first one would send.
        formats: whether ``format`` is asserted.
        budget: the work that the question is worth.
        session: what it shares with other questions; nothing by default.
        outlined: whether a proof that one schema contains another is to be told in outline, which costs further
            questions.

    Returns:
        Refuted with such an instance, Contained if there is none, Unknown if that cannot be told.
    """
    worth, shared = budget or Budget(), session or Session(formats=formats)

    def answer() -> Result:
        question = _Question(inside, outside, emission, worth, shared)
        return question.outlined() if outlined else question.answer()

    with no_full_collections():
        try:
            return shared.settle(with_deep_stack(lambda: _guarded(answer)))
        finally:
            if session is None:
                shared.close()


class _Question:
    """
    One question on its way to an answer.
    """

    def __init__(
        self, inside: Sequence[Side], outside: Sequence[Side], emission: Emission, budget: Budget, session: Session
    ) -> None:
        self.inside, self.outside = list(inside), list(outside)
        self.emission = emission
        self.work = session.workspace(budget)
        self.judges = session.judges

    def outlined(self) -> Result:
        """
        The answer; a proof with its outline.
        """
        answer = self.answer()
        if not isinstance(answer, Contained) or len(self.inside) + len(self.outside) > 2:
            return answer
        try:
            told = self._outline()
        except (Exhausted, TooLarge, RecursionError):
            told = ["it takes longer to tell how than the budget allows"]
        return replace(answer, outline=tuple(told))

    def _outline(self) -> list[str]:
        from schemadiff.containment.explain_proof import outline

        work, inner, outer = self.work, self.inside[0], self.outside[0]
        places = work.places.root(inner.node), work.places.root(outer.node)
        given = []
        if self.emission == "declared" and not self._refutes(
            [work.formula(inner), work.arena.dual(work.formula(outer))]
        ):
            given = [work.emitted(inner)]
        return outline(*places, work.meaning, self._refutes, given)

    def _refutes(self, parts: Sequence[Formula]) -> bool:
        answer = self.work.solver.ask(parts)
        return not answer.witnesses and answer.doubt is None

    def answer(self) -> Result:
        """
        The answer.

        Raises:
            Exhausted, TooLarge, Circular, RecursionError: it stays open.
        """
        for side in (*self.inside, *self.outside):
            foreign = foreign_dialect(side.node.document.value)
            if foreign is not None and not side.node.dialect.ref_hides_siblings and not _asserts(side.node, foreign):
                return Unknown(Reason.DIALECT, foreign, "$schema", side.node)
        work, arena = self.work, self.work.arena
        inner = [work.formula(side) for side in self.inside]
        outer = [arena.dual(work.formula(side)) for side in self.outside]
        if len(outer) > 1:
            found = self._from_the_last(inner, outer)
            if found is not None:
                return found
        plain = self._decide(inner, outer)
        if self.emission == "any" or not isinstance(plain, Refuted):
            return plain
        return self._declared(inner, outer, plain)

    def _from_the_last(self, inner: list[Formula], outer: list[Formula]) -> Result | None:
        """
        The answer, where the last side outside tells it alone: there is no instance even without the others, or the
        smallest one then lies outside of them as well. That question is simpler, and often asked besides.
        """
        relaxed = [*inner, outer[-1]]
        answer = self.work.solver.ask(relaxed, 1)
        if not answer.witnesses:
            return self._contained(inner) if answer.doubt is None else None
        witness = answer.witnesses[0]
        smallest = next(self.work.shrinker.smaller(witness, self.work.arena.all_of(relaxed)), witness)
        wanted = outer[:-1] if self.emission == "any" else [*outer[:-1], self.work.emitted(self.inside[0])]
        evaluator = Evaluator(self.work.meter.tick, self.work.meter.ticks)
        return self._confirm(smallest) if all(evaluator.holds(each, smallest) for each in wanted) else None

    def _declared(self, inner: list[Formula], outer: list[Formula], plain: Refuted) -> Result:
        emitted = self.work.emitted(self.inside[0])
        evaluator = Evaluator(self.work.meter.tick, self.work.meter.ticks)
        if evaluator.holds(emitted, plain.counter_example):
            return plain
        found = self._decide([emitted, *inner], outer)
        if isinstance(found, Contained) and found.note is not None:
            # The declared part is empty though the schema is not: nothing is known of what its producers send.
            return plain
        return found

    def _decide(self, inner: list[Formula], outer: list[Formula]) -> Result:
        parts = [*inner, *outer]
        answer = self.work.solver.ask(parts, 1)
        if not answer.witnesses:
            if answer.doubt is not None:
                return _unknown(answer.doubt)
            return self._contained(inner)
        tried: set[Any] = set()
        for question, wanted in self._attempts(parts):
            for witness in self.work.solver.ask(question, wanted).witnesses:
                if key(witness) not in tried:
                    tried.add(key(witness))
                    confirmed = self._smallest(witness, question)
                    if confirmed is None:
                        confirmed = self._confirm(witness)
                    if confirmed is not None:
                        return confirmed
        if not self.work.meter.seconds:
            raise Exhausted("seconds")
        return Unknown(Reason.VALIDATORS, f"on {len(tried)} counter-examples")

    def _attempts(self, parts: list[Formula]) -> Iterator[tuple[list[Formula], int]]:
        """
        What to ask for, and how many of it, as long as validators disagree.
        """
        from schemadiff.containment.portable_values import common_ground

        yield parts, 1
        grounded = [*parts, common_ground(self.work.arena)]
        yield grounded, 1
        yield grounded, 4
        yield parts, 4
        yield parts, _ATTEMPTS

    def _smallest(self, witness: Value, parts: list[Formula]) -> Refuted | None:
        """
        A witness made smaller, if that can be done and confirmed.
        """
        smaller = self.work.shrinker.smaller(witness, self.work.arena.all_of(parts))
        return next((found for found in map(self._confirm, smaller) if found is not None), None)

    def _contained(self, inner: list[Formula]) -> Contained | Unknown:
        if spelling_counts(self.work.meaning.identities.seen()) and spelling_counts(self._reached()):
            return Unknown(Reason.VALIDATORS, "draft-04 tells 1.0 from 1", "enum", self.inside[0].node)
        if self._items_disputed() and not self._contained_generously():
            return Unknown(Reason.VALIDATORS, "contains evaluates items", "unevaluatedItems", self.inside[0].node)
        answer = self.work.solver.ask(inner, 1)
        if not answer.witnesses and answer.doubt is None:
            return Contained("schemadiff", "no instance exists")
        return Contained("schemadiff")

    def _items_disputed(self) -> bool:
        if not items_disputed(self.work.meaning.identities.seen()):
            return False
        places = self.work.places
        return any(items_disputed(places.reached([places.root(side.node)])) for side in (*self.inside, *self.outside))

    def _reached(self) -> Iterator[Place]:
        """
        The places on which the meaning of this question's schemas depends.
        """
        places = self.work.places
        return places.reached([places.root(side.node) for side in (*self.inside, *self.outside)])

    def _contained_generously(self) -> bool:
        """
        Whether nothing is found either where ``contains`` evaluates items as it does for validators.
        """
        left = Budget(self.work.meter.seconds)
        work = Workspace(left, formats=self.work.formats, generous=True)
        outer = (work.arena.dual(work.formula(side)) for side in self.outside)
        try:
            answer = work.solver.ask((*map(work.formula, self.inside), *outer), 1)
        finally:
            work.close()
        return not answer.witnesses and answer.doubt is None

    def _confirm(self, witness: Value) -> Refuted | None:
        circles = self.work.meaning.identities.circles
        if circles:
            # What such a schema means nobody can say, and validators do not come back from it. It may be one that only
            # another question is about, though.
            met = next(filter(set(circles).__contains__, self._reached()), None)
            if met is not None:
                raise Circular(met.node)
        views = [(side, witness if side.retag is None else side.retag.apply(witness)) for side in self.inside]
        others = [(side, witness if side.retag is None else side.retag.apply(witness)) for side in self.outside]
        names = self.judges.confirm(
            [(side.node, value) for side, value in views],
            [(side.node, value) for side, value in others],
            self.work.meter,
        )
        if names is None:
            return None
        retagged = next((value for side, value in others if side.retag is not None and value is not witness), None)
        return Refuted(witness, retagged, names)


def _guarded(answer: Callable[[], Result]) -> Result:
    """
    An answer; whatever went wrong on the way to it becomes Unknown.
    """
    try:
        return answer()
    except Exhausted as exhausted:
        return Unknown(Reason.BUDGET, str(exhausted.args[0]))
    except TooLarge:
        return Unknown(Reason.BUDGET, "memory")
    except Circular as circular:
        node = circular.place
        return Unknown(Reason.CIRCULAR, f"{node.document.name}#{format_pointer(node.pointer)}", "$ref", node)
    except RecursionError:
        return Unknown(Reason.TOO_DEEP)


_REASONS = {
    Obstacle.UNRESOLVED: Reason.REFERENCE,
    Obstacle.PATTERN: Reason.PATTERN,
    Obstacle.FORMAT: Reason.FORMAT,
}


def _unknown(doubt: Any) -> Unknown:
    if isinstance(doubt, Hindrance):
        return Unknown(_REASONS[doubt.obstacle], doubt.detail, doubt.keyword, doubt.place)
    return Unknown(Reason.TOO_LARGE, str(doubt))


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
        retag: how an instance of ``inner`` is renamed before it is held against ``outer``.
        emission, formats, budget, session, outlined: see ``separate``.
    """
    sides = [Side(inner)], [Side(outer, retag)]
    return separate(*sides, emission=emission, formats=formats, budget=budget, session=session, outlined=outlined)
