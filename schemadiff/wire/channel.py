"""
A pipelined connection to a worker, whatever its transport.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from schemadiff.errors import WorkerError
from schemadiff.wire.worker_spec import HTTP, Limits, WorkerSpec

if TYPE_CHECKING:
    from schemadiff.wire.http import HttpWorker
    from schemadiff.wire.process import Process

WorkerChannel: TypeAlias = "HttpWorker | Process"
"""A connection on which many messages may be in flight; ``Process`` documents what both have."""


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
