"""
Record real messages as fixtures.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from schemadiff.catalog import Contract
from schemadiff.catalog.fixtures import Fixture, payload_of
from schemadiff.errors import InputError, UsageError
from schemadiff.instance import get_at, loads
from schemadiff.replay.record import ADDED, KNOWN, REFUSED, Recorder, RecordReport
from schemadiff.replay.record import record as send_and_record
from schemadiff.usecases.worker import worker_spec
from schemadiff.workspace import Workspace

_SUFFIXES = (".ndjson", ".ndjson.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRequest:
    """
    What is recorded, and where.

    Attributes:
        contract: the contract's name.
        output: the fixture file to add to.
        exchanges: a file of fixtures with responses; None for bare payloads, one a line.
        redact: pointers to secrets; ``*`` stands for any step.
        service, release: which release of which service answered, where an exchange does not say so.
        recorded_at: the time of recording, where an exchange does not say so; now by default.
    """

    contract: str
    output: Path
    exchanges: str | None = None
    redact: tuple[str, ...] = ()
    service: str | None = None
    release: str | None = None
    recorded_at: str | None = None

    @property
    def time(self) -> str:
        """
        The time of recording in ISO 8601.
        """
        return self.recorded_at or datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def record(workspace: Workspace, request: RecordRequest) -> RecordReport:
    """
    Add messages to a fixture file, through the worker where the options name one. They are read from standard input
    where ``request.exchanges`` is None.
    """
    worker = workspace.options.worker
    if not request.output.name.endswith(_SUFFIXES):
        raise UsageError(f"{request.output} is not a fixture file", remedy="Call it *.ndjson or *.ndjson.gz.")
    if worker is not None and (request.exchanges is not None or request.service or request.release):
        raise UsageError("with --worker the answers are its own: no --exchanges, --service or --release")
    contract = workspace.contract(request.contract)
    spec = None if worker is None else worker_spec(worker, workspace.root)
    with _lines(request.exchanges) as lines, Recorder(request.output, redact=request.redact) as recorder:
        recordings = _recordings(contract, lines, request)
        if spec is not None:
            day = workspace.options.day.isoformat()
            result = send_and_record(recordings, spec, recorder, recorded_at=request.time, as_of=day)
        else:
            counts = Counter(map(recorder.add, recordings))
            result = RecordReport(added=counts[ADDED], known=counts[KNOWN], refused=counts[REFUSED], lost=0)
    return replace(result, unread=_unread(workspace, request.output))


def _unread(workspace: Workspace, output: Path) -> str | None:
    """
    The folder of fixtures that a replay reads, if the file is not in it.
    """
    folder = workspace.catalog.fixture_folder
    read = (workspace.tree.root / folder).resolve()
    return None if output.resolve().parent == read else workspace.tree.name(folder)


def _lines(path: str | None) -> AbstractContextManager[Iterable[bytes]]:
    try:
        return nullcontext(sys.stdin.buffer) if path is None else Path(path).open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name=path) from None


def _recordings(contract: Contract, lines: Iterable[bytes], request: RecordRequest) -> Iterator[Fixture]:
    for number, line in enumerate(lines, 1):
        text = line.rstrip(b"\r\n")
        if not text:
            continue
        payload, response = text, None
        exchange: dict[str, str] = {}
        if request.exchanges is not None:
            exchange = _exchange(text, number)
            payload, response = payload_of(exchange) or b"", exchange.get("response")
        yield Fixture(
            name=str(exchange.get("name") or f"recorded-{number}"),
            contract=contract.name,
            version=exchange.get("version") or _version(contract, payload),
            payload=payload,
            response=response,
            recorded_at=exchange.get("recorded_at") or request.time,
            service=exchange.get("service") or request.service,
            release=exchange.get("release") or request.release,
        )


def _exchange(text: bytes, number: int) -> dict[str, str]:
    value = loads(text, name=f"line {number}")
    if not isinstance(value, dict) or ("payload" in value) is ("payload_base64" in value):
        raise InputError("an exchange is an object with a payload, or a payload_base64", name=f"line {number}")
    for name in value:
        if not isinstance(value[name], str) and (value[name] is not None or name.startswith("payload")):
            raise InputError(f"{name!r} is not a string", name=f"line {number}")
    if payload_of(value) is None:
        raise InputError("payload_base64 is not base64", name=f"line {number}")
    return value


def _version(contract: Contract, payload: bytes) -> str | None:
    """
    The version that a payload names, if it is one of the contract's.
    """
    if contract.tag is None:
        return None
    try:
        named = get_at(loads(payload), contract.tag)
    except (InputError, LookupError):
        return None
    return named if named in {version.name for version in contract.versions} else None
