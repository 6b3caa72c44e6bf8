"""
What a replay is told: which worker, how to speak with it, and how long to wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROTOCOL = "schemadiff/1"
"""What every frame says of itself."""

AUTO, FRAMES, LINES, HTTP = "auto", "frames", "lines", "http"
"""
How a worker speaks: frames on stdin and stdout, one payload a line in and one response a line out, or HTTP.
``auto`` takes a worker that says nothing at first for one that reads lines.
"""

MAX_FRAME_BYTES = 16 * 1024 * 1024
"""The longest line that is read from a worker, and that is sent to one that tells no limit of its own."""


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """
    A worker to replay messages through.

    Attributes:
        command: the program and its arguments; run without a shell.
        url: the base address of a worker that speaks HTTP, instead of a command.
        protocol: one of the four words above.
        folder: where the command runs; None is here.
        effects: whether a worker is accepted that says it would really do the jobs.
    """

    command: tuple[str, ...] = ()
    url: str | None = None
    protocol: str = AUTO
    folder: Path | None = None
    effects: bool = False

    @property
    def shown(self) -> str:
        """
        What messages call it.
        """
        import shlex

        return self.url or shlex.join(self.command)


@dataclass(frozen=True, slots=True)
class Limits:
    """
    Bounds on time and memory.

    Attributes:
        timeout: seconds that one message may take, counted from when the messages before it are answered.
        overall: seconds for everything; None is without a bound.
        start: seconds until the worker has told its capabilities.
        losses: after so many messages without an answer the rest is skipped.
        hung: the same for those that cost a whole timeout.
        window: how many messages may be under way.
        window_bytes: how many bytes of them.
    """

    timeout: float = 5.0
    overall: float | None = None
    start: float = 20.0
    losses: int = 200
    hung: int = 10
    window: int = 1024
    window_bytes: int = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Capabilities:
    """
    What a worker tells of itself; what it does not tell is None.

    Attributes:
        service, release: who answers.
        accepts, answers: from contract to versions.
        max_frame_bytes: the longest line that it reads.
        dry_run: whether it only plans.
    """

    service: str | None = None
    release: str | None = None
    accepts: dict[str, list[str]] | None = None
    answers: dict[str, list[str]] | None = None
    max_frame_bytes: int = MAX_FRAME_BYTES
    dry_run: bool | None = None


def read_capabilities(frame: Any) -> Capabilities | None:
    """
    The capabilities in a frame or in the answer to ``GET /capabilities``; None if it is not one.
    """
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
        name: [each for each in versions if isinstance(each, str)]
        for name, versions in value.items()
        if isinstance(versions, list)
    }
