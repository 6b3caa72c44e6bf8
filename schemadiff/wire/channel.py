"""
A pipelined connection to a worker, whatever its transport.
"""

from __future__ import annotations

from typing import Protocol

from schemadiff.errors import WorkerError
from schemadiff.wire.failures import LostMessage, WorkerFailure
from schemadiff.wire.frames import Frame
from schemadiff.wire.worker_spec import HTTP, Capabilities, Limits, WorkerSpec


class WorkerChannel(Protocol):
    """
    A connection on which many messages may be in flight.

    Attributes:
        capabilities: the worker's capabilities; the defaults if it announces none.
        failure: the reason why the channel is of no more use; None while it is.
        lost: messages that will have no response, until the caller removes them.
        sent: the number of messages sent.
        protocol: frames, lines or http.
        enforces_timeout: whether the channel itself reports messages that time out as lost.
    """

    capabilities: Capabilities
    failure: WorkerFailure | None
    lost: list[LostMessage]
    sent: int

    @property
    def protocol(self) -> str: ...  # noqa: D102 - see Attributes

    @property
    def enforces_timeout(self) -> bool: ...  # noqa: D102 - see Attributes

    def refusal(self, frame: Frame) -> str | None:
        """
        The reason why a message cannot be sent to this worker; None if it can.
        """
        ...

    def send(self, frame: Frame) -> None:
        """
        Queue a message.
        """
        ...

    def poll(self, seconds: float) -> list[tuple[int | None, str]]:
        """
        Write what is queued, and wait for responses, for a failure or for some seconds at most.

        Returns:
            The responses: the number of the message (None if the worker could not read it), and the text.
        """
        ...

    def close(self, seconds: float = 10.0) -> WorkerFailure | None:
        """
        Shut down in order; return what is wrong with the worker's end.
        """
        ...

    def kill(self) -> None:
        """
        Shut down at once.
        """
        ...


def open_worker(spec: WorkerSpec, limits: Limits) -> WorkerChannel:
    """
    Start a worker, or connect to one that runs elsewhere.

    Raises:
        WorkerError: it does not start, or its capabilities say that it is not in a dry run.
    """
    channel: WorkerChannel
    if spec.url is not None or spec.protocol == HTTP:
        from schemadiff.wire.http import HttpWorker

        channel = HttpWorker(spec, limits)
    else:
        from schemadiff.wire.process import Process

        channel = Process(spec, limits)
    if channel.capabilities.dry_run is False and not spec.effects:
        channel.kill()
        raise WorkerError(
            "the worker says that it really does the jobs that it is given",
            name=spec.label,
            remedy="Start it in a dry run (for the worker of this repository: --dry-run).",
        )
    return channel
