"""
Recorded messages, one exchange a line, in files that may be larger than memory.
"""

from __future__ import annotations

import io
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from schemadiff.catalog.model import Catalog
from schemadiff.errors import InputError
from schemadiff.instance import loads
from schemadiff.instance.parse import decode
from schemadiff.sources import Folder, Tree

MAX_LINE = 64 * 1024 * 1024
"""A longer line is refused: one fixture is held in memory as a whole."""

_SUFFIXES = (".ndjson", ".ndjson.gz")
_TEXTS = ("response", "recorded_at", "service", "release", "note")
_KNOWN = frozenset(("name", "contract", "version", "payload", "payload_base64", *_TEXTS))


@dataclass(frozen=True, slots=True)
class Fixture:
    """
    One message with its response, recorded or generated.

    Attributes:
        name: the message's name in reports.
        contract, version: the contract and version of the message; None without a known version.
        payload: the exact bytes.
        response: the text of the response; None without one.
        recorded_at: the time of the recording, as 2026-11-02T09:30:00Z.
        service, release: the worker of the recording.
        note: a remark for people.
        file, line: the location of the recording; empty for a message that is not read from a file.
        generated: whether it was made from a schema, instead of recorded.
    """

    name: str
    contract: str
    version: str | None
    payload: bytes
    response: str | None = None
    recorded_at: str | None = None
    service: str | None = None
    release: str | None = None
    note: str | None = None
    file: str = ""
    line: int = 0
    generated: bool = False


def fixtures(
    tree: Tree, catalog: Catalog, *, contract: str | None = None, version: str | None = None
) -> Iterator[Fixture]:
    """
    The recorded messages of a catalog, file by file and line by line, in constant memory.

    Arguments:
        tree: where the catalog was read from.
        contract, version: only the messages of these; None for any.

    Raises:
        InputError: a file cannot be unpacked, or a line is no fixture; with file and line.
    """
    for path in tree.files(catalog.fixture_folder):
        if path.endswith(_SUFFIXES):
            for fixture in read_fixtures(tree, path):
                if contract in (None, fixture.contract) and version in (None, fixture.version):
                    yield fixture


def count_fixtures(tree: Tree, catalog: Catalog) -> int:
    """
    About how many recorded messages there are: lines are counted and not read, which is some fifty times as fast.

    Raises:
        InputError: a file cannot be opened or unpacked.
    """
    count = 0
    for path in tree.files(catalog.fixture_folder):
        if path.endswith(_SUFFIXES):
            name = tree.name(path)
            with _open(tree, path) as stream:
                while block := _unpacked(stream.read, 1 << 20, name, 1):
                    count += block.count(b"\n")
    return count


def read_fixtures(tree: Tree, path: str) -> Iterator[Fixture]:
    """
    The recorded messages of one file.
    """
    name = tree.name(path)
    with _open(tree, path) as stream:
        number = 0
        while line := _line(stream, name, number + 1):
            number += 1
            if not line.isspace():
                yield _fixture(line, name, number)


def _open(tree: Tree, path: str) -> IO[bytes]:
    name = tree.name(path)
    if isinstance(tree, Folder):
        file = tree.root / path
        try:
            if not file.resolve().is_relative_to(tree.root.resolve()):
                raise InputError("the link leads out of the tree", name=name)
            if file.exists() and not file.is_file():
                # Opening a pipe would block until it has a writer.
                raise InputError("not a regular file", name=name)
            stream: IO[bytes] = file.open("rb")
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", name=name) from None
        except RuntimeError:  # up to Python 3.12
            raise InputError("the link leads to itself", name=name) from None
    else:
        stream = io.BytesIO(tree.read(path) or b"")
    if not path.endswith(".gz"):
        return stream
    import gzip

    return cast("IO[bytes]", gzip.GzipFile(fileobj=stream))


def _line(stream: IO[bytes], name: str, number: int) -> bytes:
    line = _unpacked(stream.readline, MAX_LINE + 1, name, number)
    if len(line) > MAX_LINE:
        raise InputError(f"a line of more than {MAX_LINE // 1024 // 1024} MB", name=name, line=number, column=1)
    return line


def _unpacked(take: Callable[[int], bytes], most: int, name: str, number: int) -> bytes:
    try:
        return take(most)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"cannot be unpacked: {error}", name=name, line=number, column=1, remedy="Is the file complete?"
        ) from None


def _fixture(line: bytes, name: str, number: int) -> Fixture:
    try:
        value = loads(decode(line))
    except InputError as error:
        raise InputError(
            error.message, name=name, line=number, column=error.column, remedy="A fixture is one JSON object a line."
        ) from None
    wrong = _wrong(value)
    if wrong:
        raise InputError(wrong, name=name, line=number, column=1, remedy="A fixture is one JSON object a line.")
    payload = payload_of(value)
    if payload is None:
        raise InputError("payload_base64 is not base64", name=name, line=number, column=1)
    return Fixture(
        name=value["name"],
        contract=value["contract"],
        version=value.get("version"),
        payload=payload,
        file=name,
        line=number,
        **{text: value.get(text) for text in _TEXTS},
    )


def _wrong(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "a fixture is an object"
    if not _KNOWN.issuperset(value):
        name = next(name for name in value if name not in _KNOWN)
        return f"unknown key {name[:60]!r}"
    for name in ("name", "contract"):
        if not isinstance(value.get(name), str) or not value[name]:
            return f"a fixture has a {name!r}, which is a text"
    for name, text in value.items():
        if not isinstance(text, str) and (text is not None or name.startswith("payload")):
            return f"{name!r} is not a text"
    if ("payload" in value) == ("payload_base64" in value):
        return "a fixture has either a 'payload' or a 'payload_base64'"
    return None


def payload_of(value: dict[str, Any]) -> bytes | None:
    """
    The exact bytes of a fixture's payload; None if its base64 is none.
    """
    if "payload" in value:
        # A lone surrogate has no UTF-8 form; it is passed on as the bytes that a careless writer would send.
        return str(value["payload"]).encode("utf-8", "surrogatepass")

    try:
        return b64decode(value["payload_base64"], validate=True)
    except ValueError:
        return None
