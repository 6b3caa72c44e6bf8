"""
Gather what the release checklist needs, and check it.
"""

from __future__ import annotations

from schemadiff.errors import WorkerError
from schemadiff.report.results import Checklist
from schemadiff.usecases.checklist import Grounds, checklist
from schemadiff.usecases.compare import compare_pairs
from schemadiff.usecases.replay import last_pairs, pairs_since, replay_fixtures
from schemadiff.workspace import Workspace


def check_release(workspace: Workspace, *, release: str | None = None, replay: bool = True) -> Checklist:
    """
    Check every item of the release checklist.

    Arguments:
        workspace: the contracts, with the options.
        release: the revision of the last release; None to leave its item to a person.
        replay: whether the fixtures are replayed through the worker.

    Raises:
        UsageError: there are no contracts here.
        InputError: a manifest, schema or revision cannot be read.
        WorkerError: the worker cannot be built or started.
    """
    options = workspace.options
    comparisons = list(compare_pairs(last_pairs(workspace), options))
    report = None
    if replay:
        try:
            report = replay_fixtures(workspace, comparisons)
        except WorkerError as error:
            remedy = f"{error.remedy or ''} --no-replay checks the other items.".strip()
            raise WorkerError(error.message, name=error.name, remedy=remedy) from None
    since = list(compare_pairs(pairs_since(workspace, release), options)) if release is not None else []
    return checklist(
        Grounds(
            contracts=workspace,
            comparisons=comparisons,
            replay=report,
            as_of=options.day,
            release=release,
            since_release=since,
            verdicts=workspace.verdicts,
        )
    )
