"""
The encoding of messages and responses on a worker's stdin and stdout: frames, or bare lines.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections import deque
from dataclasses import dataclass
from typing import Any, TypeAlias

from schemadiff.errors import InputError
from schemadiff.instance import loads
from schemadiff.wire.failures import ProtocolError, excerpt
from schemadiff.wire.worker_spec import FRAMES, LINES, PROTOCOL

_IDENTIFIER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Frame:
    """
    A message to a worker.

    Attributes:
        number: by which its response is recognised.
        as_of: the day that the worker shall use as today, as 2026-11-23; None is the worker's own.
        skip: the reason for not sending it; None sends it.
    """

    number: int
    payload: bytes
    as_of: str | None = None
    skip: str | None = None


class FrameCodec:
    """
    One JSON object a line, up to the length that the worker reads; the payload is a string in it, in base64 if it is
    not UTF-8.
    """

    protocol = FRAMES

    def __init__(self, max_bytes: int) -> None:
        import orjson

        self._dumps, self._loads = orjson.dumps, orjson.loads
        self._max_bytes = max_bytes

    def refusal(self, frame: Frame) -> str | None:
        """
        The reason why a message cannot be encoded; None if it can.
        """
        # Most payloads are far from the limit, and need not be encoded twice.
        if len(frame.payload) * 6 + 200 < self._max_bytes or len(self.encode(frame)) <= self._max_bytes:
            return None
        return f"longer than the worker's frames, which have at most {self._max_bytes} bytes"

    def encode(self, frame: Frame) -> bytes:
        """
        The bytes of one message, with the line end.
        """
        value: dict[str, Any] = {"protocol": PROTOCOL, "id": str(frame.number)}
        if frame.as_of is not None:
            value["as_of"] = frame.as_of
        try:
            value["payload"] = frame.payload.decode()
        except UnicodeDecodeError:
            value["payload_base64"] = b64encode(frame.payload).decode()
        return self._dumps(value) + b"\n"

    def decode(self, line: bytes) -> tuple[int | None, str]:
        """
        The number of the message that a line responds to (None if the worker could not read it) and the response.

        Raises:
            ProtocolError: the line is not a response.
        """
        try:
            value = self._loads(line)
            number, response = value["id"], value["response"]
            if value["kind"] == "reply" and value["protocol"] == PROTOCOL and isinstance(response, str):
                return (None if number is None else _number(number)), response
        except (ValueError, KeyError, TypeError):
            pass
        raise ProtocolError(f"a line on stdout that is no reply: {excerpt(line)}")


def _number(identifier: Any) -> int:
    """
    The number of a message from its id as it was sent: ASCII digits without a leading zero.
    """
    if isinstance(identifier, str) and _IDENTIFIER.fullmatch(identifier):
        return int(identifier)
    raise ValueError(identifier)


class LineCodec:
    """
    One payload a line in, one response a line out, in the same order.
    """

    protocol = LINES

    def __init__(self) -> None:
        self._pending: deque[int] = deque()

    def refusal(self, frame: Frame) -> str | None:
        """
        The reason why a message cannot be encoded; None if it can.
        """
        return "it has line ends, and the worker reads lines" if _one_line(frame.payload) is None else None

    def encode(self, frame: Frame) -> bytes:
        """
        The bytes of one message, with the line end.
        """
        self._pending.append(frame.number)
        line = _one_line(frame.payload)
        return (frame.payload if line is None else line) + b"\n"

    def decode(self, line: bytes) -> tuple[int | None, str]:
        """
        The number of the message that a line responds to, and the response.
        """
        if self._pending:
            try:
                return self._pending.popleft(), line.decode()
            except UnicodeDecodeError:
                pass
        raise ProtocolError(f"a line on stdout that answers nothing: {excerpt(line)}")


Codec: TypeAlias = FrameCodec | LineCodec
"""An encoding of messages and responses as lines."""


def _one_line(payload: bytes) -> bytes | None:
    """
    The payload on one line; None if it has line ends and is not JSON. In JSON, line ends stand only between tokens.
    """
    if b"\n" not in payload and b"\r" not in payload:
        return payload

    try:
        loads(payload)
    except InputError:
        return None
    return payload.replace(b"\r", b" ").replace(b"\n", b" ")
