"""
The merge gate: whether a change may be merged, by the policy of the branch that it is to join.

Content is compared with the commit where the change left that branch; promises, windows, waivers, rules and levels
are read from the branch as it is now. What the change does to policy is itself a finding, and counts from the merge on.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from schemadiff.decide import Comparison, PolicyFinding
from schemadiff.errors import InputError, UsageError
from schemadiff.report import Report, Window
from schemadiff.sources import open_revision
from schemadiff.sources.snapshots import Objects
from schemadiff.usecases.check.advice import rollout_hint
from schemadiff.usecases.check.contract_folders import ContractFolder, Reach, paired_folders
from schemadiff.usecases.check.folder_check import FolderCheck, check_folder
from schemadiff.usecases.check.proposed_change import GateContext, ProposedChange, open_context
from schemadiff.usecases.check.settings_changes import settings_remarks
from schemadiff.usecases.compare import Progress, report_of, window_of
from schemadiff.usecases.replay import edits_since, replay
from schemadiff.usecases.worker import base_worker
from schemadiff.workspace import Workspace
from schemadiff.workspace.levels import remark_level, renaming_notes
from schemadiff.workspace.schema_files import skipped_notes

_LEVELS = ("error", "warning", "note", "none")


def check(change: ProposedChange, *, with_replay: bool = False, progress: Progress | None = None) -> Report:
    """
    Check a change.

    Arguments:
        change: what is proposed.
        with_replay: whether the fixtures of the working tree are replayed too, through the worker that the user or
            the branch names, never that of the change.
        progress: called before each comparison.

    Raises:
        InputError: there is no repository, revision or contract.
        UsageError: the options do not fit together.
        WorkerError: the worker cannot be built or started.
    """
    if with_replay and (change.head or change.staged):
        raise UsageError("--replay needs the working tree: neither --head nor --staged goes with it")
    tree, inside = open_revision(change.folder, change.against)
    if change.head is not None:
        open_revision(change.folder, change.head)
    with closing(Objects(tree.repository)) as objects:
        context = open_context(change, tree.repository, inside, objects)
        report = _check(context, progress)
    if not with_replay:
        return report
    options = replace(context.options, contracts=change.options.contracts)
    workspace = Workspace(change.folder, options)
    same = context.base.commit == context.base.tip
    edits = edits_since(workspace, change.against if same else context.base.commit[:10])
    return replace(report, replay=replay(workspace, worker=base_worker(workspace, change.against), edits=edits))


def _check(context: GateContext, progress: Progress | None) -> Report:
    folders = _folders(context)
    reach = Reach(context.new, context.changed.paths)
    checks = [check_folder(context, folder, reach, progress) for folder in folders]
    names = Counter(name for folder in folders for name in folder.names)
    comparisons: list[Comparison] = []
    remarks = list(settings_remarks(context))
    for folder, result in zip(folders, checks, strict=True):
        path = folder.new.folder or folder.old.folder
        comparisons += [
            replace(comparison, contract=_full_name(comparison.contract, path, names))
            for comparison in result.comparisons
        ]
        remarks += [replace(remark, contract=_full_name(remark.contract, path, names)) for remark in result.remarks]
    remarks = [remark_level(remark, context.options) for remark in remarks]
    remarks.sort(key=lambda each: (not each.unreadable, _LEVELS.index(each.level)))
    report = report_of(comparisons, context.options, _notes(context, folders, comparisons, remarks))
    report = replace(report, remarks=tuple(remarks), windows=tuple(_windows(folders)))
    return _with_previews(report, checks)


def _folders(context: GateContext) -> list[ContractFolder]:
    """
    The folders of contracts on both sides.
    """
    stated = context.settings.options.contracts or ()
    if context.change.options.contracts is not None:
        named = context.change.options.contracts
        words = named if isinstance(named, tuple) else (named,)
        stated = tuple(posixpath.normpath(posixpath.join(context.inside, word)) for word in words)
    stated = (stated,) if isinstance(stated, str) else stated
    folders = paired_folders(context.old, context.new, stated, context.changed.paths)
    if not any(folder.old.contracts or folder.new.contracts or any(folder.errors) for folder in folders):
        where = f" in {', '.join(stated)}" if stated else ""
        raise InputError(
            f"no contracts{where}, neither at {context.change.against} nor in the change",
            remedy="A contract is a JSON Schema called NAME.vN.json; `schemadiff init` makes a start. Name another "
            "folder by --contracts, by `contracts` in schemadiff.toml, or by contracts= in Python.",
        )
    return folders


def _full_name(name: str, folder: str, names: Counter[str]) -> str:
    """
    A contract's name, with its folder where another folder has a contract of that name.
    """
    return f"{folder}/{name}" if folder and names[name.partition("@")[0]] > 1 else name


def _notes(
    context: GateContext, folders: list[ContractFolder], comparisons: list[Comparison], remarks: list[PolicyFinding]
) -> Iterator[str]:
    count = sum(len(folder.new.contracts) for folder in folders)
    against = context.change.against
    yield (
        f"{count} {'contract' if count == 1 else 'contracts'} of {context.change.holder} against {against} "
        f"({context.base.commit[:10]}); policy is that of {against}."
    )
    if context.base.note:
        yield context.base.note
    if not comparisons and not remarks:
        yield "Nothing to compare: no contract, and nothing that one refers to, differs."
    yield from skipped_notes(dict(skipped for folder in folders for skipped in folder.new.passed_by))
    yield from renaming_notes(context.options)
    for folder in folders:
        if folder.moved:
            yield f"The contracts of {folder.old.folder or 'the top folder'} are in {folder.new.folder} now."


def _windows(folders: list[ContractFolder]) -> Iterator[Window]:
    for folder in folders:
        for contract in folder.new.contracts if folder.new.path is not None else ():
            yield from (window_of(contract, version) for version in contract.versions)


def _with_previews(report: Report, checks: list[FolderCheck]) -> Report:
    graph = next((each.preview.graph for each in checks if each.preview.graph is not None), None)
    rollout = tuple(step for each in checks for step in each.preview.rollout) or rollout_hint(report.comparisons)
    return replace(report, graph=graph, rollout=rollout)
