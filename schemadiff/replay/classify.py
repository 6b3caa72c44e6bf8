"""
What the schemas say of a message, what the worker's answer says, and what the two together mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from schemadiff.catalog import NO_TAG, ErrorContract, natural
from schemadiff.catalog.error_contract import DEFAULT_ERRORS, value_at
from schemadiff.errors import InputError
from schemadiff.instance import Pointer, Value, equal, format_pointer, get_at, loads, parse_pointer
from schemadiff.replay.driver import ANSWERED, CRASHED, GARBLED, HUNG, SKIPPED, Answer
from schemadiff.schema import Node
from schemadiff.validators.harness import Validators

VALID, INVALID, NOT_JSON, NO_ANSWER = "valid", "invalid", "not JSON", "no answer"
"""A schema's verdict on a payload; *no answer* where the validator could not tell."""

ACCEPTED, REJECTED, FAILED = "accepted", "rejected", "failed"
"""What an answer says of the message; *failed* where it is an error that says nothing of it, such as a bug."""

DANGEROUS, LENIENT, LOST, MALFORMED, CHANGED, AGREED = (
    "dangerous",
    "lenient",
    "lost",
    "malformed response",
    "changed",
    "agreed",
)
KINDS = (DANGEROUS, LENIENT, LOST, MALFORMED, CHANGED, SKIPPED, AGREED)
"""
What an exchange is remembered for, the worst first: a schema accepts and the worker rejects; no schema accepts and
the worker does; no answer came, or one that says nothing of the message; the answer breaks its own contract; it
differs from the recorded one; not sent; none of these.
"""

_MOST_DIFFERENCES = 20


@dataclass(frozen=True, slots=True)
class Sides:
    """
    The two versions of one contract that the table compares.
    """

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    One fixture's row of the table, and what it is remembered for.

    Attributes:
        old, new: the verdicts of the two schemas.
        outcome: accepted, rejected, failed, crashed, hung, garbled or skipped.
        kind: one of ``KINDS``.
        detail: why there is no answer, or what is wrong with it.
        problems: where the answer breaks its contract.
        differences: where it differs from the recording.
    """

    old: str
    new: str
    outcome: str
    kind: str
    detail: str = ""
    problems: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()


class Judge:
    """
    The schemas of a replay, ready to be asked many times.

    Arguments:
        schemas: by contract and version; those of responses among them.
        sides: by contract, the two versions in the table; the last two by default.
        responses: from a request's contract to that of its response.
        version_field: where a message names its version, as in a manifest; None if nowhere.
        volatile: places of a response that are not compared with the recording; ``*`` stands for any step.
        errors: the shape of an error.
    """

    def __init__(
        self,
        schemas: Mapping[tuple[str, str], Node],
        *,
        sides: Mapping[str, Sides] | None = None,
        responses: Mapping[str, str] | None = None,
        version_field: str | None = "/schema_version",
        volatile: Iterable[str] = (),
        errors: ErrorContract = DEFAULT_ERRORS,
    ) -> None:
        self.errors = errors
        self._validators: dict[str, dict[str, Validators]] = {}
        for (contract, version), node in schemas.items():
            self._validators.setdefault(contract, {})[version] = Validators(node)
        self.sides = {
            contract: (sides or {}).get(contract) or _last_two(versions)
            for contract, versions in self._validators.items()
        }
        for contract, pair in self.sides.items():
            for version in (pair.old, pair.new):
                if version not in self._validators[contract]:
                    raise InputError(f"there is no schema {contract}@{version} to replay against")
        self.responses = dict(responses or {})
        self._version_at: Pointer | None = None if version_field in (None, NO_TAG) else _field(str(version_field))
        self.volatile = tuple(parse_pointer(each) for each in volatile)

    def judge(self, contract: str, payload: bytes, recorded: str | None, answer: Answer) -> Judgement:
        """
        One row of the table.

        Arguments:
            contract: that of the payload.
            payload: the exact bytes that were sent.
            recorded: the recorded response, if there is one.
            answer: what the worker said.
        """
        if answer.ending == SKIPPED:
            return Judgement("", "", SKIPPED, SKIPPED, answer.detail)
        message = read(payload)
        old, new = self._verdicts(contract, message)
        if answer.ending != ANSWERED or answer.response is None:
            return Judgement(old, new, answer.ending, LOST, answer.detail)
        response = read(answer.response)
        if not isinstance(response.value, dict):
            said = "JSON, but not an object" if response.readable else "not JSON"
            return Judgement(old, new, GARBLED, LOST, f"the response is {said}: {answer.response[:200]}")
        outcome = outcome_of(response.value, self.errors)
        problems = self._problems(contract, response)
        changed = recorded is not None and recorded != answer.response
        differences = self._compare(recorded or "", response.value) if changed else ()
        if outcome == FAILED:
            return Judgement(old, new, FAILED, LOST, _failure(response.value, self.errors), problems, differences)
        kind = self._kind(contract, old, new, outcome, message)
        if kind == AGREED:
            kind = MALFORMED if problems else CHANGED if differences else AGREED
        return Judgement(old, new, outcome, kind, "", problems, differences)

    def _verdicts(self, contract: str, message: Document) -> tuple[str, str]:
        if not message.readable:
            return NOT_JSON, NOT_JSON
        versions = self._validators[contract]
        sides = self.sides[contract]
        verdict = _verdict(versions[sides.old], message)
        return verdict, verdict if sides.old == sides.new else _verdict(versions[sides.new], message)

    def _kind(self, contract: str, old: str, new: str, outcome: str, message: Document) -> str:
        """
        How schemas and worker differ. Other versions than the two in the table are asked only where these two and
        the worker differ, for a worker may well read a third.
        """
        if VALID in (old, new):
            return DANGEROUS if outcome == REJECTED else AGREED
        if outcome == REJECTED or NO_ANSWER in (old, new):
            return AGREED
        others = self._validators[contract].values() if message.readable else ()
        return AGREED if any(_verdict(each, message) != INVALID for each in others) else LENIENT

    def _problems(self, contract: str, response: Document) -> tuple[str, ...]:
        """
        What is wrong with a response by its own contract; one that names no known version is held against the last.
        """
        name = self.responses.get(contract, "")
        versions = self._validators.get(name)
        if not versions:
            return ()
        tag = _at(response.value, self._version_at)
        validators = versions.get(tag if isinstance(tag, str) else "") or versions[self.sides[name].new]
        if _verdict(validators, response) != INVALID:
            return ()
        found = tuple(f"{format_pointer(place) or '/'}: {text}" for place, text in validators.errors(response.value))
        return found[:_MOST_DIFFERENCES] or ("the response is not valid under its contract",)

    def _compare(self, recorded: str, response: Value) -> tuple[str, ...]:
        before = read(recorded)
        if not before.readable:
            return ("the recorded response is not JSON",)
        still, now = self._still(before.value), self._still(response)
        return () if equal(still, now) else differences(still, now)

    def _still(self, value: Value) -> Value:
        for pointer in self.volatile:
            value = without(value, pointer)
        return value


@dataclass(frozen=True, slots=True)
class Document:
    """
    A text that has been read.

    Attributes:
        readable: whether it is JSON by the exact reader.
        value: what it stands for.
        whole: whether all its numbers are written as integers, so that it may be handed to a validator as it is.
    """

    readable: bool
    value: Value
    whole: bool


_UNREADABLE = Document(False, None, False)
_FRACTION = re.compile(r"[0-9][.eE]")


def read(text: str | bytes) -> Document:
    """
    Read a text with the exact reader.

    A byte order mark is not (RFC 8259 §8.1), a repeated name, broken UTF-8 and a lone surrogate are not either: what
    another reader makes of them nobody knows.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode()
        value = loads(text)
        if "\\u" in text:
            _encodable(value)
    except (InputError, UnicodeError):
        return _UNREADABLE
    return Document(True, value, _FRACTION.search(text) is None)


def _encodable(value: Value) -> None:
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, list):
        for item in value:
            _encodable(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            name.encode()
            _encodable(member)


def outcome_of(response: Mapping[str, Any], errors: ErrorContract = DEFAULT_ERRORS) -> str:
    """
    Whether a worker accepted a message: ACCEPTED, REJECTED, or FAILED where the response is an error about the worker
    itself, such as a bug or an unavailable dependency.

    Arguments:
        response: the worker's answer.
        errors: the shape of an error, with the types that reject a message.
    """
    if not errors.applies_to(response):
        return ACCEPTED
    return REJECTED if errors.is_rejection(response) else FAILED


def _failure(response: Mapping[str, Any], errors: ErrorContract) -> str:
    error_type = None if errors.error_type is None else value_at(response, errors.error_type)
    message = None if errors.message is None else value_at(response, errors.message)
    return f"the worker failed with {error_type}" + (f": {message[:200]}" if isinstance(message, str) else "")


def differences(before: Value, after: Value) -> tuple[str, ...]:
    """
    Where two values differ, in words; at most twenty places.
    """
    from deepdiff import DeepDiff

    from schemadiff.keywords import Dialect
    from schemadiff.validators.harness import plain

    tree = DeepDiff(
        plain(before, Dialect.DRAFT2020), plain(after, Dialect.DRAFT2020), view="tree", threshold_to_diff_deeper=0
    )
    told = [
        (format_pointer(tuple(level.path(output_format="list"))) or "/", _words(how, level))
        for how, levels in tree.items()
        for level in levels
    ]
    return tuple(f"{place}: {words}" for place, words in sorted(told)[:_MOST_DIFFERENCES])


def _words(how: str, level: Any) -> str:
    if how.endswith("_added"):
        return f"new: {_short(level.t2)}"
    if how.endswith("_removed"):
        return f"gone: {_short(level.t1)}"
    return f"{_short(level.t1)} became {_short(level.t2)}"


def _short(value: Value) -> str:
    from schemadiff.instance import dumps

    text = dumps(value)
    return text if len(text) <= 120 else text[:120] + "…"


def without(value: Value, pointer: Pointer) -> Value:
    """
    A value without what stands at a place, if anything does; ``*`` stands for every step.
    """
    if not pointer or not isinstance(value, (dict, list)):
        return value
    step, rest = str(pointer[0]), pointer[1:]
    if isinstance(value, list):
        chosen = [step in ("*", str(index)) for index in range(len(value))]
        if rest:
            return [without(item, rest) if hit else item for item, hit in zip(value, chosen, strict=True)]
        return [item for item, hit in zip(value, chosen, strict=True) if not hit]
    names = [name for name in value if step in ("*", name)]
    if not names:
        return value
    if rest:
        return {**value, **{name: without(value[name], rest) for name in names}}
    return {name: member for name, member in value.items() if name not in names}


def _verdict(validators: Validators, document: Document) -> str:
    found = validators.rust(document.value, prepared=document.whole)
    if found is None:
        # What the fast one cannot answer, such as a pattern that it does not know, the slow one may.
        found = validators.python(document.value)
    return NO_ANSWER if found is None else VALID if found else INVALID


def _last_two(versions: Iterable[str]) -> Sides:
    ordered = sorted(versions, key=natural)
    return Sides(ordered[-2] if len(ordered) > 1 else ordered[-1], ordered[-1])


def _field(text: str) -> Pointer:
    return parse_pointer(text) if text.startswith("/") else (text,)


def _at(value: Value, pointer: Pointer | None) -> Value:
    if pointer is None:
        return None
    try:
        return get_at(value, pointer)
    except LookupError:
        return None


__all__ = [
    "ACCEPTED",
    "CRASHED",
    "FAILED",
    "GARBLED",
    "HUNG",
    "KINDS",
    "REJECTED",
    "SKIPPED",
    "Judge",
    "Judgement",
    "Sides",
    "outcome_of",
    "read",
    "without",
]
