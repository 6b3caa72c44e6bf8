"""
The run of the checklist: which items, against which input.
"""

from __future__ import annotations

from schemadiff.catalog import Catalog, ChecklistEntry
from schemadiff.decide import Comparison
from schemadiff.errors import WorkerError
from schemadiff.replay.report import ReplayReport
from schemadiff.report.results import Checklist, ChecklistItem
from schemadiff.usecases.checklist.built_in import BUILT_IN
from schemadiff.usecases.checklist.commands import own_item
from schemadiff.usecases.checklist.items import ChecklistInput
from schemadiff.usecases.compare import compare_pairs
from schemadiff.usecases.replay import last_pairs, pairs_since, replay_fixtures
from schemadiff.workspace import Workspace

_WORKER_ITEM = "consumer-agrees"


def release_checklist(workspace: Workspace, *, replay: bool = True, release: str | None = None) -> Checklist:
    """
    Check the items of the manifest's checklist.

    Arguments:
        workspace: the contracts, with the options: the worker, and the day of the release.
        replay: whether to replay the recorded messages, if an item needs it.
        release: the revision of the last release; None if there is none to compare with.

    Raises:
        UsageError: there are no contracts here, or the command of the worker cannot be split into arguments.
        InputError: the manifest, a schema or a recorded message cannot be read, or there is no such revision.
    """
    options = workspace.options
    entries = entries_of(workspace.catalog, worker_named=options.worker is not None)
    comparisons = list(compare_pairs(last_pairs(workspace), options))
    needed = replay and any(entry.item == _WORKER_ITEM for entry in entries)
    report, reason = _replay(workspace, comparisons) if needed else (None, "No worker was replayed.")
    since = list(compare_pairs(pairs_since(workspace, release), options)) if release is not None else []
    given = ChecklistInput(
        workspace=workspace,
        comparisons=comparisons,
        replay=report,
        no_replay=reason,
        as_of=options.day,
        release=release,
        since_release=since,
        verdicts=workspace.verdicts,
    )
    return checklist(given, entries)


def _replay(workspace: Workspace, comparisons: list[Comparison]) -> tuple[ReplayReport | None, str]:
    """
    The replay, or the reason why there is none.
    """
    try:
        return replay_fixtures(workspace, comparisons), ""
    except WorkerError as error:
        return None, str(error).replace("\n  ", ". ")


def entries_of(catalog: Catalog, *, worker_named: bool = False) -> tuple[ChecklistEntry, ...]:
    """
    The items to check: those of the manifest, else each built-in item about which the catalog says something.

    Arguments:
        catalog: the contracts.
        worker_named: whether a worker is named elsewhere.
    """
    if catalog.checklist is not None:
        return catalog.checklist
    return tuple(
        ChecklistEntry(item=each.id)
        for each in BUILT_IN
        if each.declared(catalog) or (worker_named and each.id == _WORKER_ITEM)
    )


def checklist(given: ChecklistInput, entries: tuple[ChecklistEntry, ...]) -> Checklist:
    """
    Check items.

    Arguments:
        given: what they are checked against.
        entries: the items.

    Raises:
        InputError: the retry table cannot be read.
    """
    return Checklist(given.as_of.isoformat(), tuple(_checked(given, entry) for entry in entries))


def _checked(given: ChecklistInput, entry: ChecklistEntry) -> ChecklistItem:
    if entry.item is None:
        checklist_item, title = own_item(entry, given.workspace.tree.root), entry.title or ""
    else:
        built_in = next(each for each in BUILT_IN if each.id == entry.item)
        checklist_item, title = built_in.check(given, entry), entry.title or built_in.title
    return ChecklistItem(entry.item, title, checklist_item.state, checklist_item.evidence, checklist_item.reproduce)
