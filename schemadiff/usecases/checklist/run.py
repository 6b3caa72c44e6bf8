"""
The built-in items of the checklist, and its run: which items, against which input.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schemadiff.catalog import NO_TAG, Catalog, ChecklistEntry, Version
from schemadiff.decide import Comparison
from schemadiff.errors import WorkerError
from schemadiff.replay.report import ReplayReport
from schemadiff.report.results import Checklist, ChecklistItem
from schemadiff.usecases.checklist import enforcement, error_contract, versions
from schemadiff.usecases.checklist.items import ChecklistInput, Outcome, own_item
from schemadiff.usecases.compare import compare_pairs
from schemadiff.usecases.replay import last_pairs, pairs_since, replay_fixtures
from schemadiff.workspace import Workspace

_WORKER_ITEM = "consumer-agrees"


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """
    A built-in item.

    Attributes:
        id: its id in the manifest.
        title: what must be true.
        check: from the input and the entry of the manifest to the outcome.
        declared: what a catalog says that the item is about, if it says anything; without a list in the manifest only
            such items are checked.
    """

    id: str
    title: str
    check: Callable[[ChecklistInput, ChecklistEntry], Outcome]
    declared: Callable[[Catalog], object] = lambda _: True


def _any_version(condition: Callable[[Version], object]) -> Callable[[Catalog], bool]:
    return lambda catalog: any(condition(version) for contract in catalog.contracts for version in contract.versions)


BUILT_IN = (
    BuiltIn(
        "versioned-messages",
        "Message schemas are versioned",
        versions.versioned_messages,
        lambda catalog: any(contract.version_field not in (None, NO_TAG) for contract in catalog.contracts),
    ),
    BuiltIn(
        "producer-validates",
        "The producer validates before it sends",
        enforcement.producer_validates,
        lambda catalog: any(contract.producer for contract in catalog.contracts),
    ),
    BuiltIn(
        _WORKER_ITEM,
        "The consumer validates, and agrees with the schemas",
        enforcement.consumer_agrees,
        lambda catalog: catalog.worker,
    ),
    BuiltIn("ci-enforces", "CI enforces it", enforcement.ci_enforces),
    BuiltIn(
        "standard-errors",
        "Response and error shapes are standardised",
        error_contract.standard_errors,
        lambda catalog: catalog.errors,
    ),
    BuiltIn(
        "documented-windows",
        "Compatibility and deprecation windows are documented",
        versions.documented_windows,
        _any_version(lambda version: version.published or version.deprecated),
    ),
    BuiltIn(
        "retry-decisions",
        "Retry decisions are mapped to error types",
        error_contract.retry_table,
        lambda catalog: catalog.errors and (catalog.errors.retry or catalog.errors.retry_file),
    ),
    BuiltIn(
        "change-verdicts",
        "Every change of a contract has a verdict",
        versions.change_verdicts,
        lambda catalog: any(len(contract.versions) > 1 for contract in catalog.contracts),
    ),
    BuiltIn(
        "unbroken-since-release",
        "No published version was broken since the last release",
        versions.unbroken_since_release,
    ),
    BuiltIn(
        "waivers-in-force", "Waivers in force are known", versions.waivers_in_force, lambda catalog: catalog.waivers
    ),
    BuiltIn("sunsets", "What ends soon is known", versions.sunsets, _any_version(lambda version: version.deprecated)),
    BuiltIn(
        "safe-rollout", "There is a safe order of rollout", versions.safe_rollout, lambda catalog: catalog.services
    ),
)
"""Every built-in item, in the order in which a checklist without a list in the manifest has them."""


def release_checklist(workspace: Workspace, *, replay: bool = True, release: str | None = None) -> Checklist:
    """
    Check the items of the manifest's checklist; without one, each built-in item about which the catalog says something.

    Arguments:
        workspace: the contracts, with the options: the worker, and the day of the release.
        replay: whether to replay the recorded messages, if an item needs it.
        release: the revision of the last release; None if there is none to compare with.
    """
    catalog, options = workspace.catalog, workspace.options
    entries = catalog.checklist
    if entries is None:
        worker = {_WORKER_ITEM} if options.worker is not None else set()
        entries = tuple(ChecklistEntry(each.id) for each in BUILT_IN if each.declared(catalog) or each.id in worker)
    comparisons = list(compare_pairs(last_pairs(workspace), options))
    needed = replay and any(entry.item == _WORKER_ITEM for entry in entries)
    report, reason = _replay(workspace, comparisons) if needed else (None, "No worker was replayed.")
    given = ChecklistInput(
        workspace=workspace,
        comparisons=comparisons,
        replay=report,
        no_replay=reason,
        release=release,
        since_release=() if release is None else tuple(compare_pairs(pairs_since(workspace, release), options)),
    )
    return Checklist(options.day.isoformat(), tuple(_checked(given, entry) for entry in entries))


def _replay(workspace: Workspace, comparisons: list[Comparison]) -> tuple[ReplayReport | None, str]:
    """
    The replay, or the reason why there is none.
    """
    try:
        return replay_fixtures(workspace, comparisons), ""
    except WorkerError as error:
        return None, str(error).replace("\n  ", ". ")


def _checked(given: ChecklistInput, entry: ChecklistEntry) -> ChecklistItem:
    if entry.item is None:
        result, title = own_item(entry, given.workspace.root), entry.title or ""
    else:
        built_in = next(each for each in BUILT_IN if each.id == entry.item)
        result, title = built_in.check(given, entry), entry.title or built_in.title
    return ChecklistItem(entry.item, title, result.state, result.evidence, result.reproduce)
