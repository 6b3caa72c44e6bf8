"""
The gate's report together with what the worker says.
"""

from __future__ import annotations

from dataclasses import replace

from schemadiff.options import Settings
from schemadiff.report import Report
from schemadiff.usecases.check.gate import Change
from schemadiff.usecases.replay import open_contracts, replay_contracts
from schemadiff.usecases.worker import base_worker
from schemadiff.workspace.targets import Surroundings


def with_replay(report: Report, change: Change, worker: str | None) -> Report:
    """
    A report with a replay of the working tree's fixtures.

    Arguments:
        report: of the gate.
        change: what it judged, in the working tree.
        worker: the command that the user names; None for the worker of the base, never that of the change.

    Raises:
        WorkerError: the base names no worker, or it cannot be built or started.
    """
    spec = base_worker(worker, change.folder, change.against, change.contracts, change.as_of.isoformat())
    around = Surroundings(change.folder, change.contracts)
    replayed, _ = replay_contracts(open_contracts(around), around, Settings(as_of=change.as_of), worker=spec)
    return replace(report, replay=replayed)
