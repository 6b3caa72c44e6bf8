"""
Recording of exchanges as fixtures: exact bytes, each content once, without secrets.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import os
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast

from schemadiff.catalog.fixtures import Fixture, payload_of
from schemadiff.errors import InputError
from schemadiff.instance import Pointer, Value, dumps, parse_pointer
from schemadiff.replay.classify import edit, read_message
from schemadiff.replay.driver import Driver, Incident
from schemadiff.wire.frames import Frame
from schemadiff.wire.worker_spec import Limits, WorkerSpec

REDACTED = "REDACTED"
"""The replacement of a secret string; any other secret becomes null."""

ADDED, KNOWN, REFUSED = "added", "known", "refused"
"""
The result for an exchange: written; recorded already; not written, since it is not JSON and may hold a secret.
"""


class Recorder:
    """
    A fixture file to which exchanges are appended.

    Arguments:
        path: the file; created if it is missing, compressed if it ends in ``.gz``.
        redact: pointers to secrets, in payloads and responses alike; ``*`` stands for any step.

    Raises:
        InputError: the file cannot be read as fixtures, or cannot be written.
    """

    def __init__(self, path: Path, *, redact: Iterable[str] = ()) -> None:
        self._redact = tuple(parse_pointer(each) for each in redact)
        _repair(path)
        self._seen = {_content(contract, version, payload) for contract, version, payload in _recorded(path)}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._out = _append(path)
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", name=str(path)) from None

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, exchange: Fixture) -> str:
        """
        Write an exchange, unless its payload is recorded already; return ``added``, ``known`` or ``refused``.
        """
        payload = self._clean(exchange.payload)
        response = None if exchange.response is None else self._clean(exchange.response.encode())
        if payload is None or (response is None and exchange.response is not None):
            return REFUSED
        content = _content(exchange.contract, exchange.version, payload)
        if content in self._seen:
            return KNOWN
        self._seen.add(content)
        line = _line(exchange, payload, response, content)
        self._out.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        return ADDED

    def close(self) -> None:
        """
        Flush and close the file.
        """
        self._out.close()

    def _clean(self, text: bytes) -> bytes | None:
        """
        The text without secrets, unchanged if it has none; None if it is not JSON and may hold one.
        """
        if not self._redact:
            return text
        message = read_message(text)
        if not message.readable:
            return None if _may_hold(text, self._redact) else text
        value = message.value
        for pointer in self._redact:
            value = edit(value, pointer, _redacted)
        return text if value is message.value else dumps(value).encode()


@dataclass(frozen=True, slots=True)
class RecordReport:
    """
    The result of one recording.

    Attributes:
        added, known, refused: the number of exchanges with each result.
        lost: the number of messages without a response.
        incidents: the worker's failures.
        gave_up: the reason why the rest was not sent; None if all were.
        unread: the folder that a replay reads instead of the one that was recorded to; None if it reads that one.
    """

    kind: ClassVar[str] = "record"

    added: int
    known: int
    refused: int
    lost: int
    incidents: tuple[Incident, ...] = ()
    gave_up: str | None = None
    unread: str | None = None

    @property
    def exit_code(self) -> int:
        """
        0, or 5 if the worker left messages without an answer.
        """
        return 5 if self.lost or self.incidents or self.gave_up is not None else 0


def record(
    messages: Iterable[Fixture],
    worker: WorkerSpec,
    recorder: Recorder,
    *,
    recorded_at: str,
    as_of: str | None = None,
    limits: Limits = Limits(),  # noqa: B008 - a frozen value
    progress: Callable[[int], None] | None = None,
) -> RecordReport:
    """
    Send messages to a worker and record its responses. A worker that is not in a dry run needs ``effects`` in its spec.

    Arguments:
        recorded_at: the time of the recording, as 2026-11-02T09:30:00Z.
        as_of: the day that the worker shall use as today.
        progress: called now and then with the number of further messages that are done.

    Raises:
        WorkerError: the worker does not start, or is not in a dry run.
    """
    waiting = deque[Fixture]()

    def frames() -> Iterator[Frame]:
        for number, message in enumerate(messages):
            waiting.append(message)
            yield Frame(number, message.payload, as_of)

    counts = Counter[str]()
    with closing(Driver(worker, limits)) as driver:
        for reply in driver.run(frames(), progress):
            message = waiting.popleft()
            if reply.response is None:
                counts["lost"] += 1
                continue
            service, release = driver.capabilities.service, driver.capabilities.release
            exchange = replace(
                message, response=reply.response, recorded_at=recorded_at, service=service, release=release
            )
            counts[recorder.add(exchange)] += 1
        driver.finish()
    return RecordReport(
        counts[ADDED], counts[KNOWN], counts[REFUSED], counts["lost"], tuple(driver.incidents), driver.gave_up
    )


def _redacted(secret: Value) -> Value:
    return secret if secret == REDACTED else REDACTED if isinstance(secret, str) else None


def _may_hold(text: bytes, pointers: tuple[Pointer, ...]) -> bool:
    """
    Whether a text that is not JSON may hold a secret: it contains one of the names, or an escape that may spell one.
    """
    names = [str(step) for pointer in pointers for step in pointer[-1:]]
    return b"\\u" in text or any(name == "*" or name.encode() in text for name in names)


def _line(exchange: Fixture, payload: bytes, response: bytes | None, content: bytes) -> dict[str, Any]:
    line: dict[str, Any] = {
        "name": exchange.name or f"{exchange.version or 'unversioned'}-{content.hex()[:12]}",
        "contract": exchange.contract,
        "version": exchange.version,
    }
    try:
        line["payload"] = payload.decode()
    except UnicodeDecodeError:
        line["payload_base64"] = base64.b64encode(payload).decode()
    optional = {
        "response": None if response is None else response.decode(),
        "recorded_at": exchange.recorded_at,
        "service": exchange.service,
        "release": exchange.release,
        "note": exchange.note,
    }
    return line | {name: text for name, text in optional.items() if text is not None}


def _content(contract: str, version: str | None, payload: bytes) -> bytes:
    return blake2b(f"{contract}\0{version or ''}\0".encode() + payload, digest_size=16).digest()


def _recorded(path: Path) -> Iterator[tuple[str, str | None, bytes]]:
    if not path.exists():
        return
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            for number, line in enumerate(stream, 1):  # noqa: B007 - used in the message
                if not line.isspace():
                    value = json.loads(line)
                    payload = payload_of(value)
                    if payload is None:
                        raise ValueError("payload_base64 is not base64")
                    yield value["contract"], value.get("version"), payload
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zlib.error) as error:
        raise InputError(f"not a file of fixtures: {error}", name=str(path), line=number + 1, column=1) from None


def _append(path: Path) -> BinaryIO:
    if path.suffix == ".gz":
        # A gzip file is a sequence of members, so the old content stays. Without a time in it, the same exchanges
        # give the same bytes.
        return cast("BinaryIO", gzip.GzipFile(path, "ab", mtime=0))
    return path.open("ab")


def _repair(path: Path) -> None:
    """
    Make a file end with a whole line, since its last writer may have been killed within one.
    """
    if not path.is_file():
        return
    if path.suffix == ".gz":
        _repair_archive(path)
        return
    with path.open("rb+") as stream:
        last = next(iter(deque(stream, maxlen=1)), b"\n")
        if last.endswith(b"\n"):
            return
        try:
            json.loads(last)
        except ValueError:
            stream.truncate(stream.tell() - len(last))
        else:
            stream.write(b"\n")


def _repair_archive(path: Path) -> None:
    """
    The same for a compressed file that is truncated: rewrite it up to its last whole line.
    """
    try:
        with gzip.open(path) as stream:
            while stream.read(1 << 20):
                pass
    except EOFError:
        fresh = path.with_name(f".{path.name[:100]}.{os.urandom(8).hex()}")
        rest = b""
        with gzip.open(path) as stream, gzip.GzipFile(fresh, "wb", mtime=0) as out, contextlib.suppress(EOFError):
            while part := stream.read1(1 << 16):
                lines, end, rest = (rest + part).rpartition(b"\n")
                out.write(lines + end)
        fresh.replace(path)
    except (OSError, zlib.error):
        pass  # another error, which is reported when the file is read
