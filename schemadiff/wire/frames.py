"""
How messages and answers look on a worker's stdin and stdout: frames, or bare lines.

A codec numbers what it writes, so that an answer can be told to belong to a message.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Protocol

from schemadiff.wire.worker_spec import PROTOCOL, read_capabilities

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Message:
    """
    One payload on its way.

    Attributes:
        number: its place in the replay, from 0.
        payload: the exact bytes.
        as_of: the day that the worker shall go by, as 2026-11-23; None leaves it to the worker.
        skip: why it is not to be sent at all; None if it is.
    """

    number: int
    payload: bytes
    as_of: str | None = None
    skip: str | None = None


class Noise(Exception):  # noqa: N818 - a state of the stream that the channel handles
    """
    Something on stdout that is no answer.
    """


class Codec(Protocol):
    """
    A way to write messages and to read answers.
    """

    def refusal(self, message: Message) -> str | None:
        """
        Why a message cannot be sent this way; None if it can.
        """
        ...

    def encode(self, message: Message) -> bytes:
        """
        The bytes of one message, line end included.
        """
        ...

    def decode(self, line: bytes) -> tuple[int | None, str]:
        """
        The number of the message that a line answers (None where the worker could not read it) and the response.

        Raises:
            Noise: the line is no answer.
        """
        ...


class FrameCodec:
    """
    One JSON object a line, with the payload inside as text, or as base64 where it is not UTF-8.

    Arguments:
        max_bytes: the longest line that the worker reads.
    """

    def __init__(self, max_bytes: int) -> None:
        import orjson

        self._dumps, self._loads = orjson.dumps, orjson.loads
        self._max_bytes = max_bytes

    def refusal(self, message: Message) -> str | None:
        """
        See Codec.
        """
        # Most payloads are far from the limit, and those need not be encoded twice.
        if len(message.payload) * 6 + 200 < self._max_bytes or len(self.encode(message)) <= self._max_bytes:
            return None
        return f"longer than the worker's frames, which have at most {self._max_bytes} bytes"

    def encode(self, message: Message) -> bytes:
        """
        See Codec.
        """
        frame: dict[str, Any] = {"protocol": PROTOCOL, "id": str(message.number)}
        if message.as_of is not None:
            frame["as_of"] = message.as_of
        try:
            frame["payload"] = message.payload.decode()
        except UnicodeDecodeError:
            from base64 import b64encode

            frame["payload_base64"] = b64encode(message.payload).decode()
        return self._dumps(frame) + b"\n"

    def decode(self, line: bytes) -> tuple[int | None, str]:
        """
        See Codec.
        """
        try:
            frame = self._loads(line)
            number, response = frame["id"], frame["response"]
            if frame["kind"] == "reply" and frame["protocol"] == PROTOCOL and isinstance(response, str):
                return (None if number is None else int(number)), response
        except (ValueError, KeyError, TypeError):
            pass
        raise Noise(f"a line on stdout that is no reply: {shown(line)}")


class LineCodec:
    """
    One payload a line in, one response a line out, in the same order.
    """

    def __init__(self) -> None:
        self._waiting: deque[int] = deque()

    def refusal(self, message: Message) -> str | None:
        """
        See Codec.
        """
        if b"\n" not in message.payload and b"\r" not in message.payload:
            return None
        return None if _one_line(message.payload) is not None else "it has line ends, and the worker reads lines"

    def encode(self, message: Message) -> bytes:
        """
        See Codec.
        """
        self._waiting.append(message.number)
        line = _one_line(message.payload)
        return (message.payload if line is None else line) + b"\n"

    def decode(self, line: bytes) -> tuple[int | None, str]:
        """
        See Codec.
        """
        if self._waiting:
            try:
                return self._waiting.popleft(), line.decode()
            except UnicodeDecodeError:
                pass
        raise Noise(f"a line on stdout that answers nothing: {shown(line)}")


def _one_line(payload: bytes) -> bytes | None:
    """
    A payload without line ends, if it means the same: between tokens they are white space, and in strings they are
    not JSON at all.
    """
    if b"\n" not in payload and b"\r" not in payload:
        return payload
    from schemadiff.errors import InputError
    from schemadiff.instance import loads

    try:
        loads(payload)
    except InputError:
        return None
    return payload.replace(b"\r", b" ").replace(b"\n", b" ")


def capabilities_in(line: bytes) -> Any:
    """
    The capabilities that a line tells; None if it tells something else.
    """
    import orjson

    try:
        return read_capabilities(orjson.loads(line))
    except ValueError:
        return None


def shown(data: bytes) -> str:
    """
    The beginning of some output, fit for a message.
    """
    text = data[: _SHOWN * 4].decode("utf-8", "replace")
    text = "".join(each if each.isprintable() else " " for each in text).strip()
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
