"""
The run of the checklist: which items, against which input.
"""

from __future__ import annotations

from schemadiff.catalog import Catalog, ChecklistEntry
from schemadiff.decide import Comparison
from schemadiff.errors import WorkerError
from schemadiff.options import Settings
from schemadiff.replay import ReplayReport
from schemadiff.usecases.checklist.built_in import BUILT_IN
from schemadiff.usecases.checklist.commands import own_item
from schemadiff.usecases.checklist.items import Checklist, ChecklistInput, ChecklistItem
from schemadiff.usecases.compare import compare_pairs
from schemadiff.usecases.replay import Contracts, last_pairs, open_contracts, pairs_since, replay_contracts
from schemadiff.usecases.version_verdicts import KnownVerdicts
from schemadiff.workspace.settings import config_here
from schemadiff.workspace.targets import Surroundings

_WORKER_ITEM = "consumer-agrees"


def release_checklist(
    around: Surroundings,
    settings: Settings,
    *,
    worker: str | None = None,
    replayed: bool = True,
    release: str | None = None,
) -> Checklist:
    """
    Check the items of the manifest's checklist.

    Arguments:
        around: where the contracts are.
        settings: by what versions are compared, and the day of the release.
        worker: the command or the address of a worker; that of the settings or of the manifest by default.
        replayed: whether to replay the recorded messages, if an item needs it.
        release: the revision of the last release; None if there is none to compare with.

    Raises:
        UsageError: there are no contracts here, or the command of the worker cannot be split into arguments.
        InputError: the manifest, a schema or a recorded message cannot be read, or there is no such revision.
    """
    opened = open_contracts(around)
    if worker is None:
        worker = config_here(around.folder, None).worker
    entries = entries_of(opened.catalog, worker_named=worker is not None)
    needed = replayed and any(each.item == _WORKER_ITEM for each in entries)
    replay, comparisons, reason = _replay(opened, around, settings, worker if needed else None, needed=needed)
    since = list(compare_pairs(pairs_since(opened, release, around), settings)) if release is not None else []
    given = ChecklistInput(
        contracts=opened,
        comparisons=comparisons,
        replay=replay,
        no_replay=reason,
        as_of=settings.as_of,
        release=release,
        since_release=since,
        verdicts=KnownVerdicts(opened, settings),
    )
    return checklist(given, entries)


def _replay(
    opened: Contracts, around: Surroundings, settings: Settings, worker: str | None, *, needed: bool
) -> tuple[ReplayReport | None, list[Comparison], str]:
    """
    The replay with the comparisons that it makes; without a replay the reason for that.
    """
    reason = "No worker was replayed."
    if needed:
        try:
            report, comparisons = replay_contracts(opened, around, settings, worker=worker)
        except WorkerError as error:
            reason = str(error).replace("\n  ", ". ")
        else:
            return report, comparisons, ""
    return None, list(compare_pairs(last_pairs(opened), settings)), reason


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
    return Checklist(given.as_of.isoformat(), tuple(_checked(given, each) for each in entries))


def _checked(given: ChecklistInput, entry: ChecklistEntry) -> ChecklistItem:
    if entry.item is None:
        found, title = own_item(entry, given.contracts.tree.root), entry.title or ""
    else:
        built_in = next(each for each in BUILT_IN if each.id == entry.item)
        found, title = built_in.check(given, entry), entry.title or built_in.title
    return ChecklistItem(entry.item, title, found.state, found.evidence, found.reproduce)
