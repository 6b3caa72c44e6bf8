"""
All pairs of some schemas, with an independent validator's word on every instance of a universe.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from itertools import product
from typing import Any

from declared_oracle import Oracle
from enumeration import Vocabulary

from schemadiff.containment import Contained, Operand, Refuted, Session, Unknown, contains_nodes
from schemadiff.containment.context import ProofContext
from schemadiff.formula.evaluate import Evaluator
from schemadiff.instance import size
from schemadiff.keywords import Dialect
from schemadiff.runtime.budget import Budget
from schemadiff.schema import load_value
from schemadiff.validators.harness import Validators

BUDGET = Budget(seconds=20)
SMALL = 6
"""Up to this size counter-examples are the smallest there are."""


class Verdict(Enum):
    """
    What the enumeration says of an answer.
    """

    CONTAINED = "contained"
    REFUTED = "refuted"
    UNKNOWN = "undecided"
    LARGE = "not smallest"
    WRONG = "wrong"


class Sweep:
    """
    Some schemas of a vocabulary, each with the instances that it accepts, as bits.

    Arguments:
        vocabulary: where they come from.
        schemas: them.
        emission: ``declared`` to let only those instances count of which all is declared.
    """

    def __init__(self, vocabulary: Vocabulary, schemas: list[Any], emission: Any = "any") -> None:
        self.vocabulary = vocabulary
        self.schemas = schemas
        self.emission = emission
        self.nodes = [load_value(each, dialect=Dialect(vocabulary.dialect)) for each in schemas]
        self.judges = [Validators(node) for node in self.nodes]
        self.accepted = [self._accepted(judge) for judge in self.judges]
        self.session = Session()
        self.sent = [self._sent(index) for index in range(len(schemas))] if emission == "declared" else self.accepted

    def _says(self, judge: Validators, value: Any) -> bool | None:
        return judge.python(value) if self.vocabulary.exact else judge.rust(value)

    def _accepted(self, judge: Validators) -> int:
        return sum(1 << bit for bit, value in enumerate(self.vocabulary.universe) if self._says(judge, value))

    def _sent(self, index: int) -> int:
        oracle = Oracle(ProofContext(BUDGET))
        node, universe = self.nodes[index], self.vocabulary.universe
        return sum(
            1 << bit
            for bit, value in enumerate(universe)
            if self.accepted[index] >> bit & 1 and oracle.declared([node], value)
        )

    def disagreements(self, slow: int, ours: int = 1) -> Iterator[tuple[Any, Any, str]]:
        """
        Schemas about which the validators and the formula differ, each with the first such instance.

        Arguments:
            slow: of so many instances one is shown to the slow validator.
            ours: of so many instances one is held against the formula.
        """
        for position, (schema, node, judge) in enumerate(zip(self.schemas, self.nodes, self.judges, strict=True)):
            formula, evaluator = ProofContext(BUDGET).formula(Operand(node)), Evaluator()
            for bit, value in enumerate(self.vocabulary.universe):
                said = bool(self.accepted[position] >> bit & 1)
                unlike = []
                if (bit + position) % ours == 0 and evaluator.holds(formula, value) is not said:
                    unlike.append("the formula")
                if (bit + position) % slow == 0 and judge.python(value) is not said:
                    unlike.append("jsonschema")
                if unlike:
                    yield schema, value, f"it is {said}, unlike {' and '.join(unlike)}"
                    break

    def pairs(self) -> Iterator[tuple[int, int]]:
        """
        All pairs, by index.
        """
        yield from product(range(len(self.schemas)), repeat=2)

    def ask(self, inner: int, outer: int) -> Any:
        """
        What the prover says.
        """
        nodes = self.nodes[inner], self.nodes[outer]
        return contains_nodes(*nodes, emission=self.emission, session=self.session, budget=BUDGET)

    def smallest(self, inner: int, outer: int) -> Any:
        """
        The smallest counter-example in the universe; ``...`` if there is none.
        """
        # Where nothing that is declared is accepted, everything that is accepted counts.
        against = (self.sent[inner] or self.accepted[inner]) & ~self.accepted[outer]
        return self.vocabulary.universe[(against & -against).bit_length() - 1] if against else ...

    def judge(self, inner: int, outer: int, answer: Any) -> Verdict:
        """
        Hold an answer against the enumeration.
        """
        smallest = self.smallest(inner, outer)
        if isinstance(answer, Unknown):
            return Verdict.UNKNOWN
        if isinstance(answer, Contained):
            return Verdict.CONTAINED if smallest is ... else Verdict.WRONG
        assert isinstance(answer, Refuted)
        witness = answer.counter_example
        if not self._says(self.judges[inner], witness) or self._says(self.judges[outer], witness) is not False:
            return Verdict.WRONG
        restricted = self.emission == "declared" and self.sent[inner]
        if restricted and not Oracle(ProofContext(BUDGET)).declared([self.nodes[inner]], witness):
            return Verdict.WRONG
        if smallest is not ... and size(smallest) <= SMALL and size(witness) > size(smallest):
            return Verdict.LARGE
        return Verdict.REFUTED
