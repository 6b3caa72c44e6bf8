"""
The error contract: how a response says that it is an error, and what callers do about each type of error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schemadiff.catalog.cursor import Cursor, ManifestText, Unexpected
from schemadiff.errors import InputError
from schemadiff.instance import Value, equal, get_at, parse_pointer
from schemadiff.instance.parse import decode
from schemadiff.schema import parse_text
from schemadiff.sources import Tree

DECISIONS = ("final", "retry", "backoff", "breaker")
"""
What a caller does about an error: nothing with the same message; again after a pause; again, but not before the time
that the error names; the same, and count it towards a circuit breaker.
"""

_FILE_REMEDY = "A retry table maps each type under error_types: to its decision, such as busy: {decision: retry}."


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """
    The decision for one error type.

    Attributes:
        error_type: as the response writes it.
        decision: one of ``DECISIONS``.
        retryable: the value of the retryable property in such an error.
    """

    error_type: str
    decision: str
    retryable: bool


@dataclass(frozen=True, slots=True)
class ErrorContract:
    """
    The shape of the errors in some contracts. Locations are texts of JSON Pointers.

    Attributes:
        contracts: the names of the contracts that carry errors.
        where: pairs of a location and a value; a response is an error if each location holds its value.
        required: the locations that every error has.
        error_type: the location of the type; None if errors have no type.
        message: the location of the reason in words; None if there is none.
        retryable: the location of the boolean that says whether a retry may succeed; None if there is none.
        rejects: the types which say that the request is invalid; empty if every error says so.
        retry: the decision for each type, where the manifest itself lists them.
        retry_file: the path of the table with the decisions; None if the manifest names none.
        line: the line in the manifest.
    """

    contracts: tuple[str, ...] = ()
    where: tuple[tuple[str, Any], ...] = ()
    required: tuple[str, ...] = ()
    error_type: str | None = None
    message: str | None = None
    retryable: str | None = None
    rejects: tuple[str, ...] = ()
    retry: tuple[RetryDecision, ...] = ()
    retry_file: str | None = None
    line: int | None = None

    def applies_to(self, response: Value) -> bool:
        """
        Whether a response is an error.
        """
        return all(equal(value_at(response, location), value) for location, value in self.where)

    def is_rejection(self, response: Value) -> bool:
        """
        Whether an error says that the request is invalid, and not that the worker failed.
        """
        if not self.rejects or self.error_type is None:
            return True
        return value_at(response, self.error_type) in self.rejects


DEFAULT_ERRORS = ErrorContract(
    where=(("/status", "error"),), error_type="/error_type", message="/message", rejects=("validation_error",)
)
"""The shape of an error in the answer of a worker whose contracts declare none."""


def value_at(value: Value, location: str) -> Value:
    """
    The value at a location; None if there is nothing.
    """
    try:
        return get_at(value, parse_pointer(location))
    except (LookupError, TypeError):
        return None


def retry_decisions(tree: Tree, errors: ErrorContract) -> tuple[RetryDecision, ...]:
    """
    The decision for each error type: those of the manifest, else those of the file that it names.

    Raises:
        InputError: the file is missing or has another form; with its line.
    """
    if errors.retry_file is None:
        return errors.retry
    name, data = tree.name(errors.retry_file), tree.read(errors.retry_file)
    if data is None:
        raise InputError("no such retry table", name=name, remedy="Correct 'retry:' in the manifest, or add the file.")
    value, locate = parse_text(decode(data, name=name), name=name)
    top = Cursor(value, (), ManifestText(name, locate))
    try:
        return read_decisions(top["error_types"])
    except Unexpected as unexpected:
        raise unexpected.cursor.error(unexpected.message, _FILE_REMEDY) from None


def read_decisions(stated: Cursor) -> tuple[RetryDecision, ...]:
    """
    The decisions in a mapping from error types to a decision, or to ``{decision: …, retryable: …}``.
    """
    decisions = []
    for name in stated.members():
        row = stated[name]
        detailed = isinstance(row.value, dict)
        decision = (row["decision"] if detailed else row).choice(*DECISIONS)
        retryable = decision != "final"
        if detailed:
            retryable = row.read("retryable", Cursor.boolean, retryable)
        decisions.append(RetryDecision(name, decision, retryable))
    if not decisions:
        raise Unexpected(stated, "it names no error type")
    return tuple(decisions)
