"""
The manifest's parts about running things: ``worker``, ``errors`` and ``checklist``.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from decimal import Decimal

from schemadiff.catalog.cursor import Cursor, Unexpected
from schemadiff.catalog.error_contract import ErrorContract, RetryDecision, read_decisions
from schemadiff.catalog.model import RESPONSE, ChecklistEntry, Contract, WorkerDeclaration, suggestion

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

    Raises:
        Unexpected: it is not as the manifest's schema wants it.
        InputError: its parts do not fit together.
    """
    stated.only("build", "folder", "sources", "command", "protocol", "address")
    build, command, address = stated.get("build"), stated.get("command"), stated.get("address")
    folder, sources, protocol = stated.get("folder"), stated.get("sources"), stated.get("protocol")
    if command is None and address is None:
        raise Unexpected(stated, "it has neither a command nor an address")
    if command is not None and address is not None:
        raise address.error("a worker has a command or an address, not both", "Keep one of the two.")
    worker_declaration = WorkerDeclaration(
        build=arguments(build) if build else (),
        folder=_path(folder) if folder else "",
        sources=tuple(_path(item) for item in sources.items()) if sources else (),
        command=arguments(command) if command else (),
        protocol=protocol.choice(*PROTOCOLS) if protocol else "auto",
        address=_address(address) if address else None,
        line=stated.line,
    )
    if command is not None and protocol is not None and worker_declaration.protocol == "http":
        raise protocol.error("a worker with a command does not speak http", "Name its address instead of the command.")
    if address is not None and (build or folder or sources):
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

    Raises:
        Unexpected: it is neither.
        InputError: the text cannot be split.
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
    The error contract.

    Arguments:
        stated: the value in the manifest.
        contracts: those of the manifest.
        inside: the path of the retry table; None unless ``retry`` names a file.

    Raises:
        Unexpected: it is not as the manifest's schema wants it.
        InputError: it names a contract that there is not, or none carries errors.
    """
    stated.only("contract", "where", "required", "type", "message", "retryable", "rejects", "retry")
    required, rejects, retry = stated.get("required"), stated.get("rejects"), stated.get("retry")
    error_type = _location_in(stated, "type")
    if error_type is None and (retry or rejects):
        raise (retry or stated["rejects"]).error(
            "decisions are by error type, and no property holds it", "Name the property with 'type:'."
        )
    return ErrorContract(
        contracts=_error_contracts(stated, contracts),
        where=_where(stated["where"]),
        required=tuple(item.location() for item in required.items()) if required else (),
        error_type=error_type,
        message=_location_in(stated, "message"),
        retryable=_location_in(stated, "retryable"),
        rejects=tuple(item.text() for item in rejects.items()) if rejects else (),
        retry=read_decisions(retry) if retry is not None and inside is None else (),
        retry_file=inside,
        line=stated.line,
    )


def check_rejects(stated: Cursor, decisions: Sequence[RetryDecision]) -> None:
    """
    Compare the types that reject a message with the retry table.

    Arguments:
        stated: the value of ``rejects``.
        decisions: those of the table.

    Raises:
        InputError: the table lacks one of the types.
    """
    known = [decision.error_type for decision in decisions]
    for item in stated.items():
        if item.value not in known:
            raise item.error(
                f"rejects names the error type {item.text()!r}, which the retry table lacks",
                _near(item.text(), known),
            )


def _near(name: str, known: Sequence[str]) -> str:
    near = suggestion(name, known)
    return f"Did you mean {near!r}?" if near else f"There is: {', '.join(known[:20])}."


def _location_in(stated: Cursor, name: str) -> str | None:
    result = stated.get(name)
    return result.location() if result else None


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
            raise item.error(
                f"errors names {item.value!r}, which is no contract of this manifest", _near(item.name(), known)
            )
    return tuple(item.name() for item in items)


def read_checklist(stated: Cursor) -> tuple[ChecklistEntry, ...]:
    """
    The items of the release checklist.

    Raises:
        Unexpected: one is not as the manifest's schema wants it.
        InputError: an item is listed twice, or has a parameter of another one.
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
    item, command, confirm, title = (stated.get(name) for name in ("item", "command", "confirm", "title"))
    kinds = [each for each in (item, command, confirm) if each is not None]
    if not kinds:
        raise Unexpected(stated, "it has neither `item`, nor `command`, nor `confirm`")
    if len(kinds) > 1:
        raise kinds[1].error("an item is built in, a command, or confirmed by a person", "Keep one of the keys.")
    days, files, runs, timeout = (stated.get(name) for name in _PARAMETERS)
    checklist_entry = ChecklistEntry(
        item=_built_in(item) if item else None,
        title=title.text() if title else None,
        days=tuple(each.days() for each in _some(days)) if days else None,
        files=tuple(_path(each) for each in _some(files)) if files else None,
        runs=runs.text() if runs else None,
        command=arguments(command) if command else (),
        timeout=_seconds(timeout) if timeout else None,
        confirm=confirm.text() if confirm else None,
        line=stated.line,
    )
    if checklist_entry.item is None and checklist_entry.title is None:
        raise Unexpected(stated, "the key 'title' is missing")
    allowed = (
        CHECKLIST_ITEMS[checklist_entry.item]
        if checklist_entry.item
        else ("timeout",)
        if checklist_entry.command
        else ()
    )
    for name in _PARAMETERS:
        given = stated.get(name)
        if given is not None and name not in allowed:
            remedy = f"It takes {', '.join(allowed)}." if allowed else "It takes none."
            raise given.error(f"{checklist_entry.item or 'this item'} has no parameter {name!r}", remedy)
    return checklist_entry


def _built_in(stated: Cursor) -> str:
    if stated.text() not in CHECKLIST_ITEMS:
        raise stated.error(f"there is no built-in item {stated.text()!r}", _near(stated.text(), list(CHECKLIST_ITEMS)))
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
