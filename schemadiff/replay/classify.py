"""
Classification of replayed messages: the verdicts of the schemas, compared with the worker's response.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from schemadiff.catalog import NO_TAG, ErrorContract, natural
from schemadiff.catalog.error_contract import DEFAULT_ERRORS, value_at
from schemadiff.errors import InputError
from schemadiff.instance import Pointer, Value, dumps, equal, format_pointer, is_encodable, loads, parse_pointer
from schemadiff.keywords import Dialect
from schemadiff.replay.driver import ANSWERED, SKIPPED, Reply
from schemadiff.schema import Node
from schemadiff.validators.harness import Validators, validator_value
from schemadiff.wire.failures import GARBLED

VALID, INVALID, NOT_JSON, NO_ANSWER = "valid", "invalid", "not JSON", "no answer"
"""A schema's verdict on a payload; *no answer* if no validator can decide it."""

ACCEPTED, REJECTED, FAILED = "accepted", "rejected", "failed"
"""The outcome by the response; *failed* for an error that is not about the message, such as a bug."""

DANGEROUS, LENIENT, LOST = "dangerous", "lenient", "lost"
MALFORMED, CHANGED, AGREED = "malformed response", "changed", "agreed"
KINDS = (DANGEROUS, LENIENT, LOST, MALFORMED, CHANGED, SKIPPED, AGREED)
"""
The kinds of exchanges, worst first: a schema accepts and the worker rejects; no schema accepts and the worker does;
there is no response, or one that is not about the message; the response is invalid under its contract; it differs from
the recorded one; not sent; none of these.
"""

_MOST_DIFFERENCES = 20


@dataclass(frozen=True, slots=True)
class VersionPair:
    """
    The two versions of one contract that the table compares.
    """

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ReplayOutcome:
    """
    The classification of one fixture.

    Attributes:
        old, new: the verdicts of the two schemas.
        outcome: accepted, rejected, failed, crashed, hung, garbled or skipped.
        kind: one of ``KINDS``.
        detail: the reason why there is no response, or what is wrong with it.
        problems: the errors in the response by its contract.
        differences: the differences between the response and the recorded one.
    """

    old: str
    new: str
    outcome: str
    kind: str
    detail: str = ""
    problems: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()


class Classifier:
    """
    The schemas of a replay; for the arguments and errors see ``replay``.
    """

    def __init__(
        self,
        schemas: Mapping[tuple[str, str], Node],
        *,
        sides: Mapping[str, VersionPair] | None = None,
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
        self._version_field = None if version_field == NO_TAG else version_field
        self.volatile = tuple(filter(None, map(parse_pointer, volatile)))

    def classify(self, contract: str, payload: bytes, recorded: str | None, reply: Reply) -> ReplayOutcome:
        """
        The classification of one exchange; ``recorded`` is the recorded response, if there is one.
        """
        if reply.ending == SKIPPED:
            return ReplayOutcome("", "", SKIPPED, SKIPPED, reply.detail)
        message = read_message(payload)
        old, new = self._verdicts(contract, message)
        if reply.ending != ANSWERED or reply.response is None:
            return ReplayOutcome(old, new, reply.ending, LOST, reply.detail)
        response = read_message(reply.response)
        if not isinstance(response.value, dict):
            what = "JSON, but not an object" if response.readable else "not JSON"
            return ReplayOutcome(old, new, GARBLED, LOST, f"the response is {what}: {reply.response[:200]}")
        outcome = _outcome(response.value, self.errors)
        problems = self._problems(contract, response)
        changed = recorded is not None and recorded != reply.response
        differences = self._compare(recorded or "", response.value) if changed else ()
        if outcome == FAILED:
            return ReplayOutcome(old, new, FAILED, LOST, _failure(response.value, self.errors), problems, differences)
        kind = self._kind(contract, old, new, outcome, message)
        if kind == AGREED:
            kind = MALFORMED if problems else CHANGED if differences else AGREED
        return ReplayOutcome(old, new, outcome, kind, "", problems, differences)

    def _verdicts(self, contract: str, message: ReadMessage) -> tuple[str, str]:
        if not message.readable:
            return NOT_JSON, NOT_JSON
        versions = self._validators[contract]
        pair = self.sides[contract]
        verdict = _verdict(versions[pair.old], message)
        return verdict, verdict if pair.old == pair.new else _verdict(versions[pair.new], message)

    def _kind(self, contract: str, old: str, new: str, outcome: str, message: ReadMessage) -> str:
        """
        The difference between schemas and worker. Versions beside the two of the table count only if these two and
        the worker differ, since a worker may accept a third.
        """
        if VALID in (old, new):
            return DANGEROUS if outcome == REJECTED else AGREED
        if outcome == REJECTED or NO_ANSWER in (old, new):
            return AGREED
        others = self._validators[contract].values() if message.readable else ()
        return AGREED if any(_verdict(other, message) != INVALID for other in others) else LENIENT

    def _problems(self, contract: str, response: ReadMessage) -> tuple[str, ...]:
        """
        The errors in a response by its contract; one without a known version is validated against the last.
        """
        name = self.responses.get(contract, "")
        versions = self._validators.get(name)
        if not versions:
            return ()
        tag = None if self._version_field is None else value_at(response.value, self._version_field)
        validators = versions.get(tag if isinstance(tag, str) else "") or versions[self.sides[name].new]
        if _verdict(validators, response) != INVALID:
            return ()
        errors = tuple(f"{format_pointer(place) or '/'}: {text}" for place, text in validators.errors(response.value))
        return errors[:_MOST_DIFFERENCES] or ("the response is not valid under its contract",)

    def _compare(self, recorded: str, response: Value) -> tuple[str, ...]:
        message = read_message(recorded)
        if not message.readable:
            return ("the recorded response is not JSON",)
        old, new = message.value, response
        for pointer in self.volatile:
            old, new = (edit(value, pointer, lambda _: REMOVED) for value in (old, new))
        return () if equal(old, new) else _differences(old, new)


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """
    A parsed text; ``prepared`` if all its numbers are written as integers, so that validators take the value as it is.
    """

    readable: bool
    value: Value
    prepared: bool


_UNREADABLE = ReadMessage(False, None, False)
_FRACTION = re.compile(r"[0-9][.eE]")


def read_message(text: str | bytes) -> ReadMessage:
    """
    Parse a text strictly: a byte order mark (RFC 8259 §8.1), a repeated name, broken UTF-8 and a lone surrogate are not
    JSON, since parsers differ on them.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode()
        value = loads(text)
    except (InputError, UnicodeError):
        return _UNREADABLE
    if "\\u" in text and not is_encodable(value):
        return _UNREADABLE
    return ReadMessage(True, value, _FRACTION.search(text) is None)


def _outcome(response: Mapping[str, Any], errors: ErrorContract) -> str:
    if not errors.applies_to(response):
        return ACCEPTED
    return REJECTED if errors.is_rejection(response) else FAILED


def _failure(response: Mapping[str, Any], errors: ErrorContract) -> str:
    error_type = None if errors.error_type is None else value_at(response, errors.error_type)
    message = None if errors.message is None else value_at(response, errors.message)
    return f"the worker failed with {error_type}" + (f": {message[:200]}" if isinstance(message, str) else "")


def _differences(old: Value, new: Value) -> tuple[str, ...]:
    from deepdiff import DeepDiff

    tree = DeepDiff(
        validator_value(old, Dialect.DRAFT2020),
        validator_value(new, Dialect.DRAFT2020),
        view="tree",
        threshold_to_diff_deeper=0,
    )
    entries = [
        (format_pointer(tuple(level.path(output_format="list"))) or "/", _describe(kind, level))
        for kind, levels in tree.items()
        for level in levels
    ]
    return tuple(f"{location}: {text}" for location, text in sorted(entries)[:_MOST_DIFFERENCES])


def _describe(kind: str, level: Any) -> str:
    if kind.endswith("_added"):
        return f"new: {_cut(level.t2)}"
    if kind.endswith("_removed"):
        return f"gone: {_cut(level.t1)}"
    return f"{_cut(level.t1)} became {_cut(level.t2)}"


def _cut(value: Value) -> str:
    text = dumps(value)
    return text if len(text) <= 120 else text[:120] + "…"


REMOVED = object()
"""The result of a change that removes a value."""


def edit(value: Value, pointer: Pointer, change: Callable[[Value], Value]) -> Value:
    """
    A value with a change to what is at a pointer, in which ``*`` stands for any step; the same object without one.
    """
    if not pointer:
        return change(value)
    if not isinstance(value, (dict, list)):
        return value
    step, rest = str(pointer[0]), pointer[1:]
    parts = value if isinstance(value, dict) else {str(index): item for index, item in enumerate(value)}
    changed = {name: edit(part, rest, change) if step in ("*", name) else part for name, part in parts.items()}
    if all(changed[name] is part for name, part in parts.items()):
        return value
    kept = {name: part for name, part in changed.items() if part is not REMOVED}
    return kept if isinstance(value, dict) else list(kept.values())


def _verdict(validators: Validators, message: ReadMessage) -> str:
    valid = validators.rust(message.value, prepared=message.prepared)
    if valid is None:
        # The fast validator does not know some patterns that the other one does.
        valid = validators.python(message.value)
    return NO_ANSWER if valid is None else VALID if valid else INVALID


def _last_two(versions: Iterable[str]) -> VersionPair:
    ordered = sorted(versions, key=natural)
    return VersionPair(ordered[-2] if len(ordered) > 1 else ordered[-1], ordered[-1])
