"""
The merge gate: whether a change may be merged, by the policy of the branch that it is to join.

Content is compared with the commit where the change left that branch; promises, windows, waivers, rules and levels
are read from the branch as it is now. What the change does to policy is itself a finding, and counts from the merge on.
"""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from schemadiff.catalog import UNVERSIONED, PassReason
from schemadiff.decide import Comparison, Finding, PolicyFinding
from schemadiff.decide.contract_policy import policy_finding
from schemadiff.decide.values import Location
from schemadiff.errors import InputError, UsageError
from schemadiff.report import Report, Window
from schemadiff.sources import open_revision
from schemadiff.sources.file_tree import inside_of, is_bare, repository_around
from schemadiff.sources.snapshots import Objects, submodules
from schemadiff.usecases.check.acceptance import accept_remarks, acceptance_notes
from schemadiff.usecases.check.advice import rollout_hint
from schemadiff.usecases.check.folder_check import FolderCheck, check_folder
from schemadiff.usecases.check.guarded_set import ContractFolder, Sides, guarded_folders, named_folders, survey_side
from schemadiff.usecases.check.proposed_change import GateContext, ProposedChange, open_context
from schemadiff.usecases.check.reach import Reach
from schemadiff.usecases.check.settings_changes import settings_remarks
from schemadiff.usecases.compare import Progress, report_of, window_of
from schemadiff.usecases.files import file_lines
from schemadiff.usecases.replay import edits_since, replay
from schemadiff.usecases.worker import base_worker
from schemadiff.workspace import Workspace
from schemadiff.workspace.levels import remark_level, renaming_notes
from schemadiff.workspace.settings import read_settings

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
    repository = repository_around(change.folder)
    if change.head is not None:
        open_revision(change.folder, change.head)
    elif is_bare(repository):
        raise InputError(
            "a bare repository has neither a working tree nor an index",
            name=str(repository),
            remedy="Name both revisions: --against REV --head REV.",
        )
    with closing(Objects(repository)) as objects:
        context = open_context(change, repository, inside_of(repository, change.folder), objects)
        report = _check(context, progress)
    if context.found.is_head_in_ci and not report.comparisons and report.exit_code == 0:
        raise InputError(
            f"the base of the change is the change itself: {context.found.summary}",
            remedy="Name the branch or commit that the change is to join: --against REV.",
        )
    if not with_replay:
        return report
    options = replace(context.options, contracts=change.options.contracts)
    workspace = Workspace(change.folder, options)
    same = context.base.commit == context.base.tip
    edits = edits_since(workspace, (same and change.against) or context.base.commit[:10])
    return replace(report, replay=replay(workspace, worker=base_worker(workspace, context.base.tip), edits=edits))


def _check(context: GateContext, progress: Progress | None) -> Report:
    sides = _sides(context)
    for tree, side in ((context.old, sides.old), (context.new, sides.new)):
        context.schemas.add_referring(tree, (entry.path for entry in side.account.taken))
    folders = guarded_folders(sides.old, sides.new, context.changed.renamed, context.new)
    reach = Reach(context)
    checks = [check_folder(context, folder, sides, reach, progress) for folder in folders]
    names = Counter(name for folder in folders for name in folder.names)
    comparisons: list[Comparison] = []
    remarks = list(settings_remarks(context, sides))
    for folder, result in zip(folders, checks, strict=True):
        path = folder.new.folder or folder.old.folder
        comparisons += [
            replace(comparison, contract=_full_name(comparison.contract, path, names))
            for comparison in result.comparisons
        ]
        remarks += [replace(remark, contract=_full_name(remark.contract, path, names)) for remark in result.remarks]
    comparisons = _without_parts(comparisons)
    remarks += _not_taken(context, sides, reach)
    remarks = [remark_level(remark, context.options) for remark in accept_remarks(remarks, context.change.accept)]
    remarks.sort(key=lambda each: (not each.unreadable, _LEVELS.index(each.level)))
    report = report_of(comparisons, context.options, _notes(context, sides, folders, comparisons, remarks))
    report = replace(
        report,
        revisions=context.found.summary,
        remarks=tuple(remarks),
        windows=tuple(_windows(folders)),
        files=file_lines(sides.new.account),
    )
    return _with_previews(report, checks)


def _sides(context: GateContext) -> Sides:
    """
    The contracts on both sides.

    Raises:
        InputError: there are none.
    """
    stated = named_folders(context.change.options, context.settings.options, context.repository, context.inside)
    pass_by = context.settings.options.pass_by or ()
    old, new = (
        survey_side(context.old, stated, pass_by, changed=context.changed.paths),
        survey_side(context.new, stated, (*pass_by, *_own_pass_by(context)), changed=context.changed.paths),
    )
    if not (old.catalogs or new.catalogs or old.errors or new.errors):
        where = f" in {', '.join(stated)}" if stated else ""
        raise InputError(
            f"no contracts{where}, neither at {context.change.against} nor in the change",
            remedy=f"{_inside_submodules(context)}A contract is a JSON Schema called NAME.vN.json; "
            "`schemadiff init` makes a start. Name another folder by --contracts, by `contracts` in schemadiff.toml, "
            "or by contracts= in Python.",
        )
    tip = old if context.tip is context.old else survey_side(context.tip, stated, pass_by)
    return Sides(old=old, new=new, tip=tip)


def _not_taken(context: GateContext, sides: Sides, reach: Reach) -> Iterator[PolicyFinding]:
    """
    A finding on each schema, or document that holds schemas, that the change adds or edits, and that no contract is or
    refers to: whether the change may be merged is not decided there. Documents, tests and examples count among the
    contracts only.
    """
    surveyor = sides.new.surveyor
    for path, commit in context.changed.submodules.items():
        if surveyor.guards(path):
            yield _submodule(context, path, commit)
    reasons = {entry.path: entry.reason for entry in sides.new.account.entries}
    for path in sorted({*context.changed.paths} & {*surveyor.paths}):
        reason = reasons[path] if path in reasons else surveyor.entry(path).reason
        if reason is None or reason in _DELIBERATE:
            continue
        among = reason is PassReason.FORMAT or surveyor.in_contract_folder(path)
        doubt = surveyor.doubt(path, reason) if among else None
        if doubt is None or (reason is PassReason.OTHER and _is_reached(context, sides, reach, path)):
            continue
        yield policy_finding(
            context.options.rule_set,
            "schema-not-guarded",
            f"{path} is {doubt[0]}, and is passed by: {reason.value}",
            place=Location(name=path, pointer="", line=None, column=None),
            about=(path,),
            notes=(*doubt[1], f"If it is no contract, write into schemadiff.toml: pass_by = [{json.dumps(path)}]"),
            undecided=True,
        )


def _is_reached(context: GateContext, sides: Sides, reach: Reach, path: str) -> bool:
    """
    Whether a contract of the change refers to a file.
    """
    return any(path in reach.files(context.new, entry.path) for entry in sides.new.account.taken)


def _submodule(context: GateContext, path: str, commit: str) -> PolicyFinding:
    """
    The finding on a submodule among the contracts.

    Arguments:
        context: both sides of the change.
        path: where it is.
        commit: at which the base has it.
    """
    return policy_finding(
        context.options.rule_set,
        "schema-not-guarded",
        f"{path} is a submodule that stands at another commit, and what it holds is not compared",
        place=Location(name=path, pointer="", line=None, column=None),
        about=(path,),
        notes=(
            f"Check it by itself: cd {shlex.quote(path)} && schemadiff check --against {commit[:_SHORT]}",
            f"If it holds no contract, write into schemadiff.toml: pass_by = [{json.dumps(path)}]",
        ),
        undecided=True,
    )


_SHORT = 10
"""Characters of a commit in messages."""

_DELIBERATE = (PassReason.SETTINGS, PassReason.MANIFEST, PassReason.VENDORED)
"""Reasons to pass a file by that are no doubt about it."""


def _own_pass_by(context: GateContext) -> tuple[str, ...]:
    """
    What the change itself passes by. That counts for files that the base does not guard; one that it guards is compared
    or gone, whatever the settings say.
    """
    try:
        return read_settings(context.new, context.inside).options.pass_by or ()
    except InputError:
        return ()


def _without_parts(comparisons: list[Comparison]) -> list[Comparison]:
    """
    Leave out an unversioned schema of which every edit is a finding of a contract that refers to it.
    """
    kept = [each for each in comparisons if each.new != UNVERSIONED]
    for comparison in comparisons:
        if comparison.new == UNVERSIONED:
            decided = {_edit(finding) for other in kept if other.binds for finding in other.findings}
            if not comparison.findings or not decided.issuperset(map(_edit, comparison.findings)):
                kept.append(comparison)
    identities = set(map(id, kept))
    return [each for each in comparisons if id(each) in identities]


def _edit(finding: Finding) -> tuple[str, str, str, str, str]:
    old, new = finding.old_place, finding.new_place
    return finding.rule, old.name, old.pointer, new.name, new.pointer


def _inside_submodules(context: GateContext) -> str:
    """
    The remedy for contracts in submodules, whose files belong to another repository.
    """
    names = () if context.change.head is not None else submodules(context.repository)
    return f"Contracts of a submodule are checked by running this in it: {', '.join(names)}. " if names else ""


def _full_name(name: str, folder: str, names: Counter[str]) -> str:
    """
    A contract's name, with its folder where another folder has a contract of that name.
    """
    return f"{folder}/{name}" if folder and names[name.partition("@")[0]] > 1 else name


def _notes(
    context: GateContext,
    sides: Sides,
    folders: list[ContractFolder],
    comparisons: list[Comparison],
    remarks: list[PolicyFinding],
) -> Iterator[str]:
    count = sum(len(folder.new.contracts) for folder in folders)
    yield (
        f"{count} {'contract' if count == 1 else 'contracts'} of {context.change.holder}; "
        f"policy is that of {context.change.against}."
    )
    if context.base.note:
        yield context.base.note
    if not comparisons and not remarks:
        yield "Nothing to compare: no contract, and nothing that one refers to, differs."
    yield sides.new.account.summary
    yield from acceptance_notes(comparisons, remarks, context.change.accept)
    yield from renaming_notes(context.options)
    for folder in folders:
        if folder.moved is not None:
            old, new = (place or "the top folder" for place in (folder.old.folder, folder.moved))
            yield f"The contracts of {old} are in {new} now."


def _windows(folders: list[ContractFolder]) -> Iterator[Window]:
    for folder in folders:
        for contract in folder.new.contracts if folder.new.path is not None else ():
            yield from (window_of(contract, version) for version in contract.versions)


def _with_previews(report: Report, checks: list[FolderCheck]) -> Report:
    graph = next((each.preview.graph for each in checks if each.preview.graph is not None), None)
    rollout = tuple(step for each in checks for step in each.preview.rollout) or rollout_hint(report.comparisons)
    return replace(report, graph=graph, rollout=rollout)
