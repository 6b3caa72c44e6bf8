"""
The ways in which a worker fails.
"""

from __future__ import annotations

from schemadiff.errors import WorkerError

CRASHED, HUNG, GARBLED = "crashed", "hung", "garbled"
"""The worker or its connection ended; no response came in time; the output violates the protocol."""

_EXCERPT = 200


class WorkerFailure(Exception):  # noqa: N818 - a failure, also kept as a value
    """
    A failure of a running worker: a message has no response, and it is unknown whether the message arrived.

    Arguments:
        outcome: crashed, hung or garbled.
        detail: the observation, such as an exit code or the end of stderr.
    """

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(detail)
        self.outcome, self.detail = outcome, detail


class ProtocolError(WorkerFailure):
    """
    Output that violates the protocol.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(GARBLED, detail)


class HandshakeError(WorkerError):
    """
    A worker that starts, or has an address, but does not send its capabilities; ``failure`` says it to code.
    """

    def __init__(self, message: str, failure: WorkerFailure, *, name: str, remedy: str | None = None) -> None:
        super().__init__(message, name=name, remedy=remedy)
        self.failure = failure


def excerpt(output: bytes | str) -> str:
    """
    The first 200 characters of some output, printable.
    """
    start = output[: _EXCERPT * 4]
    text = start if isinstance(start, str) else start.decode("utf-8", "replace")
    text = "".join(each if each.isprintable() else " " for each in text).strip()
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"
