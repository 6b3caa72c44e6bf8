"""
The manifest's parts about running things: ``worker``, ``errors`` and ``checklist``.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from decimal import Decimal

from schemadiff.catalog.cursor import Cursor, Unexpected
from schemadiff.catalog.error_contract import ErrorContract, RetryDecision, read_decisions
from schemadiff.catalog.model import RESPONSE, ChecklistEntry, Contract, WorkerDeclaration

PROTOCOLS = ("auto", "frames", "lines", "http")

CHECKLIST_ITEMS: dict[str, tuple[str, ...]] = {
    "versioned-messages": (),
    "producer-validates": (),
    "consumer-agrees": (),
    "ci-enforces": ("files", "runs"),
    "standard-errors": (),
    "documented-windows": (),
    "retry-decisions": (),
    "change-verdicts": (),
    "unbroken-since-release": (),
    "waivers-in-force": (),
    "sunsets": ("days",),
    "safe-rollout": (),
}
"""The ids of the built-in checklist items, each with its parameters beside the title."""

_MOST_ARGUMENTS = 200
_LONGEST_ARGUMENT = 2000
_LONGEST_TIMEOUT = 86_400
_PARAMETERS = ("days", "files", "runs", "timeout")


def read_worker(stated: Cursor) -> WorkerDeclaration:
    """
    The declaration of the repository's worker.
    """
    stated.only("build", "folder", "sources", "command", "protocol", "address")
    command, protocol, address = stated.get("command"), stated.get("protocol"), stated.get("address")
    if command is None and address is None:
        raise Unexpected(stated, "it has neither a command nor an address")
    if command is not None and address is not None:
        raise address.error("a worker has a command or an address, not both", "Keep one of the two.")
    worker_declaration = WorkerDeclaration(
        build=stated.read("build", arguments, ()),
        folder=stated.read("folder", _path, ""),
        sources=stated.each("sources", _path),
        command=stated.read("command", arguments, ()),
        protocol=stated.choice_of("protocol", PROTOCOLS, "auto"),
        address=stated.read("address", _address, None),
        line=stated.line,
    )
    if command is not None and protocol is not None and worker_declaration.protocol == "http":
        raise protocol.error("a worker with a command does not speak http", "Name its address instead of the command.")
    if address is not None and not {"build", "folder", "sources"}.isdisjoint(stated.members()):
        raise address.error(
            "a worker at an address is neither built nor run here", "Remove build, folder and sources, or the address."
        )
    return worker_declaration


def _address(stated: Cursor) -> str:
    text = stated.text()
    if not text.startswith(("http://", "https://")):
        raise Unexpected(stated, "expected an address that begins with http:// or https://")
    return text


def _path(stated: Cursor) -> str:
    """
    A path below the repository's root, or a pattern of such paths.
    """
    text = stated.text(1024)
    if not text.isprintable() or "\\" in text or ":" in text:
        raise Unexpected(stated, "expected a path with forward slashes")
    if text.startswith("/") or ".." in text.split("/"):
        raise stated.error(
            f"the path {text[:100]!r} leads out of the repository",
            "A path of the worker is relative to the repository's root, and stays below it.",
        )
    return text


def arguments(stated: Cursor) -> tuple[str, ...]:
    """
    A command: a list of arguments, or one text that is split as a shell would; it is run without one.
    """
    if isinstance(stated.value, str):
        text = stated.text(_LONGEST_ARGUMENT)
        try:
            result = tuple(shlex.split(text))
        except ValueError as error:
            raise stated.error(f"the command cannot be split into arguments: {error}", "Close the quotation.") from None
        if not result:
            raise stated.error("the command is empty", "Name a program.")
        return result
    listed = tuple(item.text(_LONGEST_ARGUMENT) for item in stated.items())
    if not 0 < len(listed) <= _MOST_ARGUMENTS:
        raise Unexpected(stated, "expected a command")
    return listed


def read_errors(stated: Cursor, contracts: tuple[Contract, ...], inside: str | None) -> ErrorContract:
    """
    The error contract; ``inside`` is the path of the retry table, None unless ``retry`` names a file.
    """
    stated.only("contract", "where", "required", "type", "message", "retryable", "rejects", "retry")
    retry = stated.get("retry")
    error_type = stated.read("type", Cursor.location, None)
    if error_type is None and (retry or "rejects" in stated.members()):
        raise (retry or stated["rejects"]).error(
            "decisions are by error type, and no property holds it", "Name the property with 'type:'."
        )
    return ErrorContract(
        contracts=_error_contracts(stated, contracts),
        where=_where(stated["where"]),
        required=stated.each("required", Cursor.location),
        error_type=error_type,
        message=stated.read("message", Cursor.location, None),
        retryable=stated.read("retryable", Cursor.location, None),
        rejects=stated.each("rejects", Cursor.text),
        retry=read_decisions(retry) if retry is not None and inside is None else (),
        retry_file=inside,
        line=stated.line,
    )


def check_rejects(stated: Cursor, decisions: Sequence[RetryDecision]) -> None:
    """
    Refuse a type in ``rejects`` that the retry table lacks.
    """
    known = [decision.error_type for decision in decisions]
    for item in stated.items():
        if item.value not in known:
            raise item.unknown(f"rejects names the error type {item.text()!r}, which the retry table lacks", known)


def _where(stated: Cursor) -> tuple[tuple[str, object], ...]:
    members = stated.members()
    if not members:
        raise Unexpected(stated, "expected locations, each with the value that an error has there")
    return tuple((Cursor(name, (*stated.pointer, name), stated.source).location(), members[name]) for name in members)


def _error_contracts(stated: Cursor, contracts: tuple[Contract, ...]) -> tuple[str, ...]:
    named = stated.get("contract")
    if named is None:
        result = tuple(contract.name for contract in contracts if contract.role == RESPONSE)
        if not result:
            raise stated.error(
                "no contract has the role response, so none carries errors", "Name one with 'contract:', or set roles."
            )
        return result
    known = [contract.name for contract in contracts]
    items = [named] if isinstance(named.value, str) else list(named.items())
    if not items:
        raise Unexpected(named, "it names no contract")
    for item in items:
        if item.name() not in known:
            raise item.unknown(f"errors names {item.value!r}, which is no contract of this manifest", known)
    return tuple(item.name() for item in items)


def read_checklist(stated: Cursor) -> tuple[ChecklistEntry, ...]:
    """
    The items of the release checklist.
    """
    result: list[ChecklistEntry] = []
    for item in stated.items():
        entry = _entry(item)
        if entry.item is not None and entry.item in {other.item for other in result}:
            raise item.error(f"the item {entry.item} is listed twice", "Keep one of the two.")
        result.append(entry)
    return tuple(result)


def _entry(stated: Cursor) -> ChecklistEntry:
    stated.only("item", "title", "command", "confirm", *_PARAMETERS)
    kinds = [kind for name in ("item", "command", "confirm") if (kind := stated.get(name)) is not None]
    if not kinds:
        raise Unexpected(stated, "it has neither `item`, nor `command`, nor `confirm`")
    if len(kinds) > 1:
        raise kinds[1].error("an item is built in, a command, or confirmed by a person", "Keep one of the keys.")
    entry = ChecklistEntry(
        item=stated.read("item", _built_in, None),
        title=stated.read("title", Cursor.text, None),
        days=stated.read("days", lambda listed: tuple(each.days() for each in _some(listed)), None),
        files=stated.read("files", lambda listed: tuple(map(_path, _some(listed))), None),
        runs=stated.read("runs", Cursor.text, None),
        command=stated.read("command", arguments, ()),
        timeout=stated.read("timeout", _seconds, None),
        confirm=stated.read("confirm", Cursor.text, None),
        line=stated.line,
    )
    if entry.item is None and entry.title is None:
        raise Unexpected(stated, "the key 'title' is missing")
    allowed = ("timeout",) if entry.command else CHECKLIST_ITEMS.get(entry.item or "", ())
    for name in _PARAMETERS:
        if name in stated.members() and name not in allowed:
            remedy = f"It takes {', '.join(allowed)}." if allowed else "It takes none."
            raise stated[name].error(f"{entry.item or 'this item'} has no parameter {name!r}", remedy)
    return entry


def _built_in(stated: Cursor) -> str:
    if stated.text() not in CHECKLIST_ITEMS:
        raise stated.unknown(f"there is no built-in item {stated.text()!r}", CHECKLIST_ITEMS)
    return stated.text()


def _some(stated: Cursor) -> tuple[Cursor, ...]:
    result = tuple(stated.items())
    if not result:
        raise Unexpected(stated, "the list is empty")
    return result


def _seconds(stated: Cursor) -> float:
    value = stated.value
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not 1 <= value <= _LONGEST_TIMEOUT:
        raise Unexpected(stated, f"expected a number of seconds from 1 to {_LONGEST_TIMEOUT}")
    return float(value)
