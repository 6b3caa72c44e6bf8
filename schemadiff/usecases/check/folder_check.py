"""
Check one folder of contracts.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from schemadiff.catalog import Catalog, Contract, Waiver
from schemadiff.decide import Comparison, PolicyFinding, compare
from schemadiff.decide.contract_policy import at, policy_finding, policy_findings, renaming
from schemadiff.decide.values import Location
from schemadiff.decide.waivers import apply_waivers, waiver_findings
from schemadiff.errors import InputError
from schemadiff.options import Options
from schemadiff.usecases.check.acceptance import accept_findings, accept_remarks
from schemadiff.usecases.check.advice import Adviser, with_renaming_advice
from schemadiff.usecases.check.evidence_changes import evidence_remarks
from schemadiff.usecases.check.guarded_set import ContractFolder, Sides
from schemadiff.usecases.check.merged_waivers import merged_waivers
from schemadiff.usecases.check.proposed_change import GateContext
from schemadiff.usecases.check.reach import Reach
from schemadiff.usecases.check.required_comparisons import RequiredComparison, left_comparisons, required_comparisons
from schemadiff.usecases.check.schema_lint import new_lint_remarks
from schemadiff.usecases.check.schema_reader import SchemaReader
from schemadiff.usecases.compare import Progress, sources_of, unreadable
from schemadiff.usecases.rollout_preview import RolloutPreview, rollout_preview
from schemadiff.workspace.levels import with_levels


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderCheck:
    """
    What the gate says about one folder of contracts.

    Attributes:
        comparisons, remarks: its findings, waivers applied.
        preview: what new and removed versions mean for the services.
    """

    comparisons: tuple[Comparison, ...] = ()
    remarks: tuple[PolicyFinding, ...] = ()
    preview: RolloutPreview = field(default_factory=RolloutPreview)


def check_folder(
    context: GateContext, folder: ContractFolder, sides: Sides, reach: Reach, progress: Progress | None = None
) -> FolderCheck:
    """
    Compare the contracts of a folder, and apply policy, lint rules and waivers.
    """
    old_error, new_error = folder.errors
    if new_error is not None:
        rule = "input-unreadable" if _touches(context, folder, sides, reach) else "input-broken-at-base"
        return FolderCheck(remarks=(unreadable(new_error, context.options, rule=rule),))
    options, old, new = context.options, folder.old, folder.new
    # Policy is that of the branch as it is now, if it can be read.
    policy = sides.tip.catalogs.get(old.folder, old)
    by_policy = replace(
        old, contracts=tuple(_by_policy(contract, policy, context.settings.options) for contract in old.contracts)
    )
    reader = SchemaReader(context)
    required = [
        required_comparison
        for contract in by_policy.contracts
        for required_comparison in required_comparisons(context, contract, new, reach)
    ]
    required += left_comparisons(context, folder, by_policy, reach)
    failed: list[PolicyFinding] = []
    comparisons = list(_compare(context, required, reader, failed, progress))
    remarks = [] if old_error is None else [_unreadable_base(old_error, options)]
    remarks += _policy_remarks(context, folder, sides, by_policy)
    remarks += new_lint_remarks(context, by_policy, new, reach, reader)
    remarks += [*reader.remarks(), *failed, *_broken_at_base(new, reach, options)]
    waived = apply_waivers(comparisons, remarks, policy.waivers, as_of=options.day)
    unused = [waiver for waiver in policy.waivers if waiver not in waived.used]
    merged: frozenset[Waiver] = frozenset()
    if unused and folder.old.path is not None:
        merged = merged_waivers(context.repository, context.base.commit, folder.old, unused, options)
    about = waiver_findings(policy, new, waived, merged, as_of=options.day, rules=options.rule_set)
    accepted = context.change.accept
    all_remarks = tuple(accept_remarks((*waived.remarks, *about), accepted))
    return FolderCheck(
        comparisons=tuple(_advised(context, accept_findings(waived.comparisons, accepted), by_policy, new, reach)),
        remarks=all_remarks,
        preview=_preview(context, sides.new.catalogs.get(new.folder, new), all_remarks, reader),
    )


def _touches(context: GateContext, folder: ContractFolder, sides: Sides, reach: Reach) -> bool:
    """
    Whether the change touches the manifest of a folder, or a contract in it.
    """
    manifests = (path for path in sides.new.surveyor.manifests if posixpath.dirname(path) == folder.new.folder)
    contracts = (*folder.old.contracts, *folder.new.contracts)
    return (
        folder.errors[0] is None
        or any(not context.changed.paths.isdisjoint(context.new.hops(path)) for path in manifests)
        or any(reach.touched(version.path) for contract in contracts for version in contract.versions)
    )


def _advised(
    context: GateContext, comparisons: list[Comparison], old: Catalog, new: Catalog, reach: Reach
) -> Iterator[Comparison]:
    adviser = Adviser(
        old=old,
        new=new,
        base=context.old.label,
        against=context.change.against,
        as_of=context.options.day,
        edited=reach.edited,
    )
    return (adviser.advised(with_levels(comparison, context.options)) for comparison in comparisons)


def _policy_remarks(
    context: GateContext, folder: ContractFolder, sides: Sides, windows: Catalog
) -> Iterator[PolicyFinding]:
    old, new, rules = folder.old, folder.new, context.options.rule_set
    for remark in policy_findings(old, new, as_of=context.options.day, rules=rules, windows=windows):
        yield with_renaming_advice(remark, old, sides, context.changed.renamed)
    for was, now in folder.renamed:
        change = renaming(was, replace(new.contract(was), name=now))
        place = at(new, change.line)
        yield policy_finding(rules, change.rule, change.message, contract=was, place=place, about=change.about)
    yield from evidence_remarks(context, folder)


def _preview(
    context: GateContext, new: Catalog, remarks: tuple[PolicyFinding, ...], reader: SchemaReader
) -> RolloutPreview:
    """
    What the versions that come or go mean for the services.
    """
    moved = {remark.contract for remark in remarks if remark.rule.startswith(("version-added", "version-removed"))}
    if not moved:
        return RolloutPreview()
    return rollout_preview(new, moved, lambda path: reader.load(context.new, path), context.options)


def _broken_at_base(new: Catalog, reach: Reach, options: Options) -> Iterator[PolicyFinding]:
    """
    Warnings on schemas that cannot be read and that the change does not touch.
    """
    for contract in new.contracts:
        for version in contract.versions:
            error = reach.broken(version.path)
            if error is not None:
                yield unreadable(error, options, rule="input-broken-at-base")


def _unreadable_base(error: InputError, options: Options) -> PolicyFinding:
    text = f"the base cannot be read, so nothing of it counts: {error.message}"
    place = Location(name=error.name or "", pointer="", line=error.line, column=error.column)
    return policy_finding(options.rule_set, "input-mended", text, place=place)


def _by_policy(contract: Contract, policy: Catalog, settings: Options) -> Contract:
    """
    A contract of the base with the promises and windows that count.
    """
    now = next((each for each in policy.contracts if each.name == contract.name), contract)
    windows = {version.name: version for version in now.versions}
    versions = tuple(
        replace(windows[version.name], path=version.path, line=version.line) if version.name in windows else version
        for version in contract.versions
    )
    result = replace(now, versions=versions)
    if policy.path is not None:
        return result
    return replace(
        result, promise=settings.promise or result.promise, version_field=settings.version_field or result.version_field
    )


def _compare(
    context: GateContext,
    required: list[RequiredComparison],
    reader: SchemaReader,
    failed: list[PolicyFinding],
    progress: Progress | None,
) -> Iterator[Comparison]:
    """
    The comparisons; a remark on each that fails goes to ``failed``.
    """
    for number, task in enumerate(required):
        if progress is not None:
            progress(number, len(required), task.contract.name)
        old, new = (reader.load(side.tree, side.version.path) for side in (task.old, task.new))
        if old is None or new is None:
            continue
        try:
            result = compare(
                old,
                new,
                contract=task.contract.name,
                names=(task.old.name, task.new.name),
                terms=replace(task.terms(context.options), deadline=context.deadline),
                version=task.version,
            )
        except InputError as error:
            failed.append(unreadable(error, context.options))
            continue
        if task.old.version.name == task.new.version.name and not result.findings and not result.notes:
            continue
        notes = (*result.notes, *task.notes)
        yield replace(result, binds=task.binds, notes=notes, old_sources=sources_of(old), new_sources=sources_of(new))
