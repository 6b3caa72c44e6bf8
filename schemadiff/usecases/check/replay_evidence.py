"""
The gate's report together with what the worker says.
"""

from __future__ import annotations

from dataclasses import replace

from schemadiff.options import Settings
from schemadiff.report import Report
from schemadiff.sources import open_revision
from schemadiff.usecases.check.gate import Change
from schemadiff.usecases.replay import open_contracts, replay_contracts
from schemadiff.workspace.settings import read_config
from schemadiff.workspace.targets import Surroundings


def with_replay(report: Report, change: Change, worker: str | None) -> Report:
    """
    A report with a replay of the working tree's fixtures.

    Arguments:
        report: of the gate.
        change: what it judged, in the working tree.
        worker: the command that the user names; else the base's settings may name one, never those of the change.

    Raises:
        WorkerError: the worker cannot be built or started.
    """
    if worker is None:
        tip, inside = open_revision(change.folder, change.against)
        worker = read_config(tip, inside).worker
    around = Surroundings(change.folder, change.contracts)
    replayed, _ = replay_contracts(open_contracts(around), around, Settings(as_of=change.as_of), worker=worker)
    return replace(report, replay=replayed)
