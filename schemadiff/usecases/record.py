"""
Real messages become fixtures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timezone
from pathlib import Path

from schemadiff.catalog import Contract, find_catalog, load_catalog
from schemadiff.catalog.fixtures import Fixture, fixtures, payload_of
from schemadiff.decide.comparison import Usage
from schemadiff.errors import InputError, UsageError
from schemadiff.instance import get_at, loads
from schemadiff.replay.record import Recorder, RecordReport
from schemadiff.replay.record import record as send_and_record
from schemadiff.replay.usage import Usage as Found
from schemadiff.replay.usage import usage
from schemadiff.schema import Node
from schemadiff.sources import Folder
from schemadiff.usecases.replay import open_contracts, worker_spec
from schemadiff.workspace.targets import Surroundings


def record(
    around: Surroundings,
    name: str,
    lines: Iterable[bytes],
    output: Path,
    *,
    whole: bool,
    redact: Iterable[str],
    stamp: tuple[str | None, str | None, str | None],
) -> Counter[str]:
    """
    Add messages to a fixture file.

    Arguments:
        around: where the contracts are.
        name: of the contract.
        lines: one payload a line, or one exchange.
        output: the fixture file.
        whole: whether the lines are exchanges.
        redact: pointers to secrets.
        stamp: service, release and time for what does not tell its own.

    Returns:
        How many were added, known already, or refused because their secrets could not be told.

    Raises:
        UsageError: there are no contracts here, or none of that name.
        InputError: an exchange has no payload.
    """
    contract = _contract(around, name)
    counts: Counter[str] = Counter()
    with Recorder(output, redact=redact) as recorder:
        for exchange in _exchanges(contract, lines, whole=whole, stamp=stamp):
            counts[recorder.add(exchange)] += 1
    return counts


def record_through(
    around: Surroundings,
    name: str,
    lines: Iterable[bytes],
    output: Path,
    *,
    worker: str,
    redact: Iterable[str],
    recorded_at: str | None,
    as_of: date,
) -> RecordReport:
    """
    Send messages to a worker that only plans, and add them with its answers to a fixture file.

    Arguments:
        around, name, lines, output, redact: as above; the lines are payloads.
        worker: its command or its address.
        recorded_at: the time that is noted; now if None.
        as_of: the day that the worker shall go by.

    Raises:
        UsageError: there are no contracts here, or none of that name.
        WorkerError: the worker does not start, or would really do the jobs.
    """
    contract = _contract(around, name)
    spec = worker_spec(worker, around.folder, as_of.isoformat())
    with Recorder(output, redact=redact) as recorder:
        messages = _exchanges(contract, lines, whole=False, stamp=(None, None, recorded_at))
        return send_and_record(messages, spec, recorder, recorded_at=recorded_at or _now(), as_of=as_of.isoformat())


def _contract(around: Surroundings, name: str) -> Contract:
    tree = Folder(around.folder)
    folder = around.contracts if around.contracts is not None else find_catalog(tree, "")
    if folder is None:
        raise UsageError("there is no folder of contracts here", remedy="Name it with --contracts.")
    return load_catalog(tree, folder).contract(name)


def _exchanges(
    contract: Contract, lines: Iterable[bytes], *, whole: bool, stamp: tuple[str | None, str | None, str | None]
) -> Iterator[Fixture]:
    service, release, when = stamp
    for number, line in enumerate(lines, 1):
        text = line.rstrip(b"\r\n")
        if not text:
            continue
        payload, response, told = text, None, {}
        if whole:
            told = _told(text, number)
            payload, response = payload_of(told) or b"", told.get("response")
        version = told.get("version") or _version(contract, payload)
        yield Fixture(
            name=str(told.get("name") or f"recorded-{number}"),
            contract=contract.name,
            version=version,
            payload=payload,
            response=response,
            recorded_at=told.get("recorded_at") or when or _now(),
            service=told.get("service") or service,
            release=told.get("release") or release,
        )


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(text: bytes, number: int) -> dict[str, str]:
    value = loads(text, name=f"line {number}")
    if not isinstance(value, dict) or ("payload" in value) is ("payload_base64" in value):
        raise InputError("an exchange is an object with a payload, or a payload_base64", name=f"line {number}")
    for name in value:
        if not isinstance(value[name], str) and (value[name] is not None or name.startswith("payload")):
            raise InputError(f"{name!r} is not a text", name=f"line {number}")
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


def recorded_usage(around: Surroundings) -> Callable[[Contract, str], Usage | None]:
    """
    What the recorded messages of a contract's version tell of changes: how many each touches.

    Raises:
        UsageError: there are no contracts here.
    """
    opened = open_contracts(around)

    def of(contract: Contract, version: str) -> Usage | None:
        if contract.name not in {each.name for each in opened.catalog.contracts}:
            return None

        def tell(pairs: Sequence[tuple[Node, Node]]) -> list[str]:
            messages = fixtures(opened.tree, opened.catalog, contract=contract.name, version=version)
            return [_sentence(each) for each in usage(messages, pairs)]

        return tell

    return of


def _sentence(found: Found) -> str:
    if not found.valid:
        return "No recorded message is valid under the old version, so nothing is known of its use."
    named = f" ({', '.join(found.examples)})" if found.examples else ""
    return f"It touches {found.broken:,} of {found.valid:,} recorded messages{named}."
