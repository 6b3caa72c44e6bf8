"""
Items about the error contract. Each is decided by the prover on the schemas themselves: is there an error without a
required property, of a type that the table lacks, …?
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from schemadiff.catalog import ChecklistEntry, ErrorContract
from schemadiff.catalog.error_contract import RetryDecision, retry_decisions, value_at
from schemadiff.containment import Contained, Operand, Refuted, Session, Unknown, separate
from schemadiff.instance import dumps, parse_pointer
from schemadiff.keywords import names as kw
from schemadiff.report.results import FAILED, OPEN
from schemadiff.schema import Node, load_value
from schemadiff.usecases.checklist.items import ChecklistInput, Outcome, left_open, outcome

_NOT_DECLARED = "The manifest declares no error contract (errors:)."


class _Undecided(Exception):  # noqa: N818 - an answer of the prover
    """
    The prover does not decide a question about a schema.
    """


@dataclass(frozen=True, slots=True)
class _ErrorSchema:
    """
    The errors among the messages of one version of a contract; the session is shared by the questions about one list.
    """

    messages: Node
    errors: ErrorContract
    session: Session

    def example(self, *conditions: tuple[str, Any], without: tuple[str, Any] | None = None) -> Any:
        """
        An error that meets some conditions, pairs of a location and the schema of the property there, and does not meet
        ``without``; None if it is proved that there is none.

        Raises:
            _Undecided: neither is found.
        """
        where = [(location, {kw.CONST: value}) for location, value in self.errors.where]
        inside = [Operand(self.messages), *(Operand(_holds(*each)) for each in (*where, *conditions))]
        outside = [Operand(_holds(*without))] if without is not None else []
        match separate(inside, outside, session=self.session):
            case Refuted(counter_example=found):
                return found
            case Contained():
                return None
            case Unknown(reason=reason, detail=detail):
                raise _Undecided(f"{reason.value}: {detail}" if detail else reason.value)


def _holds(location: str, schema: Any) -> Node:
    """
    The schema of a message that has a property at a location, which is valid under a schema.
    """
    for name in reversed(parse_pointer(location)):
        schema = {"type": "object", "required": [str(name)], "properties": {str(name): schema}}
    return load_value(schema)


def standard_errors(given: ChecklistInput, _: ChecklistEntry) -> Outcome:
    """
    Each error has the required properties, and there is one of each type.
    """
    errors = given.workspace.catalog.errors
    if errors is None:
        return left_open(_NOT_DECLARED)
    decisions = retry_decisions(given.workspace.tree, errors)
    problems, undecided, sound = _examined(given, errors, lambda schema: _shape_problems(schema, decisions))
    return _outcome(problems, undecided, [f"{name} {_shape(errors, decisions)}." for name in sound])


def retry_table(given: ChecklistInput, _: ChecklistEntry) -> Outcome:
    """
    Each error type that a schema allows has a retry decision.
    """
    errors = given.workspace.catalog.errors
    if errors is None:
        return left_open(_NOT_DECLARED)
    decisions = retry_decisions(given.workspace.tree, errors)
    location = errors.error_type
    if not decisions or location is None:
        return left_open("The manifest declares no retry decisions (errors: retry:).")
    types = {"enum": [decision.error_type for decision in decisions]}

    def allowed(schema: _ErrorSchema) -> Iterator[str]:
        result = schema.example(without=(location, types))
        if result is None:
            return
        if (error_type := value_at(result, location)) is None:
            yield f"allows an error without {_shown(location)}, on which the table does not decide."
        else:
            yield f"allows error types that the table does not decide on, such as {dumps(error_type)}."

    problems, undecided, _sound = _examined(given, errors, allowed)
    return _outcome(problems, undecided, [f"{decision.error_type}: {decision.decision}." for decision in decisions])


def _examined(
    given: ChecklistInput, errors: ErrorContract, problems_of: Callable[[_ErrorSchema], Iterable[str]]
) -> tuple[list[str], list[str], list[str]]:
    """
    The problems of the versions that hold errors, what is undecided of them, and the names of those without either.
    """
    problems, undecided, sound = [], [], []
    with Session() as session:
        for contract, version in given.versions():
            if contract.name not in errors.contracts:
                continue
            name = f"{contract.name} {version.name}"
            schema = _ErrorSchema(given.workspace.schemas[contract.name, version.name], errors, session)
            try:
                found = [f"{name} {problem}" for problem in problems_of(schema)]
            except _Undecided as reason:
                undecided.append(f"{name} cannot be decided: {reason}.")
                continue
            problems += found
            if not found:
                sound.append(name)
    return problems, undecided, sound


def _outcome(problems: Sequence[str], undecided: Sequence[str], evidence: Sequence[str]) -> Outcome:
    if undecided:
        return Outcome(FAILED if problems else OPEN, (*problems, *undecided))
    return outcome(problems, evidence, "schemadiff checklist")


def _shape_problems(schema: _ErrorSchema, decisions: Sequence[RetryDecision]) -> Iterator[str]:
    errors = schema.errors
    if schema.example() is None:
        conditions = " and ".join(f"{_shown(location)} {dumps(value)}" for location, value in errors.where)
        yield f"has no error: nothing valid has {conditions}."
        return
    for location in errors.required:
        result = schema.example(without=(location, True))
        if result is not None:
            yield f"accepts an error without {_shown(location)}: {dumps(result)}"
    if errors.error_type is not None:
        of_any_type = schema.example((errors.error_type, {"type": "object"}))
        if of_any_type is not None:
            value, name = dumps(value_at(of_any_type, errors.error_type)), _shown(errors.error_type)
            yield f"does not declare {name} as a text: it accepts an error with {name} {value}."
            return
        decided = {decision.error_type for decision in decisions}
        for rejecting in errors.rejects:
            if rejecting not in decided and schema.example((errors.error_type, {kw.CONST: rejecting})) is None:
                yield f"refuses an error of type {rejecting}, which the manifest names under rejects."
    for decision in decisions:
        yield from _type_problems(schema, decision)


def _type_problems(schema: _ErrorSchema, decision: RetryDecision) -> Iterator[str]:
    errors = schema.errors
    if errors.error_type is None:
        return
    of_type = (errors.error_type, {kw.CONST: decision.error_type})
    retryable = () if errors.retryable is None else ((errors.retryable, {kw.CONST: decision.retryable}),)
    if schema.example(of_type, *retryable) is not None:
        return
    refused = f"refuses an error of type {decision.error_type}"
    if errors.retryable is not None and schema.example(of_type) is not None:
        refused += f" with {_shown(errors.retryable)} {dumps(decision.retryable)}"
    yield f"{refused}."


def _shape(errors: ErrorContract, decisions: Sequence[RetryDecision]) -> str:
    accepts = f"accepts an error of each of {len(decisions)} types" if decisions else "accepts errors"
    if len(decisions) == 1:
        accepts = f"accepts an error of type {decisions[0].error_type}"
    if not errors.required:
        return accepts
    return f"{accepts}, and refuses one that lacks any of {', '.join(map(_shown, errors.required))}"


def _shown(location: str) -> str:
    """
    A location as text: a bare property name where the pointer has one step.
    """
    return location[1:] if location.count("/") == 1 else location
