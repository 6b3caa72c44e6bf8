"""
Worker settings: the command or address, the protocol, time limits, and the capabilities that a worker announces.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROTOCOL = "schemadiff/1"
"""The protocol's name, a member of every frame."""

AUTO, FRAMES, LINES, HTTP = "auto", "frames", "lines", "http"
"""
The transports: frames on stdin and stdout, one payload a line in and one response a line out, or HTTP.
``auto`` detects frames by the capabilities that the worker sends first, and falls back to lines.
"""

START_SECONDS = 20.0
"""The time until a worker has sent its capabilities."""

MAX_FRAME_BYTES = 16 * 1024 * 1024
"""The limit of a line from a worker, and of a line to a worker that announces no limit."""


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """
    A worker that messages are sent to.

    Attributes:
        command: the program and its arguments; run without a shell.
        url: the base address of a worker that speaks HTTP, instead of a command.
        protocol: ``auto``, ``frames``, ``lines`` or ``http``.
        folder: the working directory of the command; None is the current one.
        effects: accept a worker whose capabilities say that it is not in a dry run.
    """

    command: tuple[str, ...] = ()
    url: str | None = None
    protocol: str = AUTO
    folder: Path | None = None
    effects: bool = False

    @property
    def label(self) -> str:
        """
        The worker's name in messages: its address, or its command line.
        """
        return self.url or shlex.join(self.command)


@dataclass(frozen=True, slots=True)
class Limits:
    """
    Bounds on time and memory.

    Attributes:
        timeout: seconds for one message, from the response to the message before it.
        overall: seconds for the whole run; None is without a bound.
        start: seconds until the worker has sent its capabilities.
        losses: the number of messages without a response after which the rest is skipped.
        hung: the same for messages that time out.
        window: the largest number of messages in flight.
        window_bytes: the largest size of the messages in flight.
    """

    timeout: float = 5.0
    overall: float | None = None
    start: float = START_SECONDS
    losses: int = 200
    hung: int = 10
    window: int = 1024
    window_bytes: int = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Capabilities:
    """
    The capabilities that a worker announces; None where it announces nothing.

    Attributes:
        service, release: the worker's name and release.
        accepts, answers: from contract to the versions that it reads, and that it writes.
        max_frame_bytes: the longest line that it reads.
        dry_run: whether it plans jobs without doing them.
    """

    service: str | None = None
    release: str | None = None
    accepts: dict[str, list[str]] | None = None
    answers: dict[str, list[str]] | None = None
    max_frame_bytes: int = MAX_FRAME_BYTES
    dry_run: bool | None = None


def read_capabilities(text: bytes) -> Capabilities | None:
    """
    The capabilities in a frame or in the response to ``GET /capabilities``; None if the text is anything else.
    """
    import orjson

    try:
        frame = orjson.loads(text)
    except ValueError:
        return None
    if not isinstance(frame, dict) or frame.get("protocol") != PROTOCOL or frame.get("kind") != "capabilities":
        return None
    limit = frame.get("max_frame_bytes")
    return Capabilities(
        _text(frame.get("service")),
        _text(frame.get("release")),
        _versions(frame.get("accepts")),
        _versions(frame.get("answers")),
        limit if isinstance(limit, int) and limit > 0 else MAX_FRAME_BYTES,
        frame["dry_run"] if isinstance(frame.get("dry_run"), bool) else None,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _versions(value: Any) -> dict[str, list[str]] | None:
    if not isinstance(value, dict):
        return None
    return {
        name: [version for version in versions if isinstance(version, str)]
        for name, versions in value.items()
        if isinstance(versions, list)
    }
