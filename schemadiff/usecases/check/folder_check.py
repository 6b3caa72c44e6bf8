"""
Check one folder of contracts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from schemadiff.catalog import Catalog, Contract, Waiver
from schemadiff.decide import Comparison, PolicyFinding, compare
from schemadiff.decide.contract_policy import policy_finding, policy_findings
from schemadiff.decide.values import Location
from schemadiff.decide.waivers import apply_waivers, waiver_findings
from schemadiff.errors import InputError
from schemadiff.options import Options
from schemadiff.usecases.check.advice import advised
from schemadiff.usecases.check.contract_folders import ContractFolder, Reach, paired_folders
from schemadiff.usecases.check.merged_waivers import merged_waivers
from schemadiff.usecases.check.proposed_change import GateContext
from schemadiff.usecases.check.renames import under_new_names
from schemadiff.usecases.check.required_comparisons import RequiredComparison, required_comparisons
from schemadiff.usecases.check.schema_lint import new_lint_remarks
from schemadiff.usecases.check.schema_reader import SchemaReader
from schemadiff.usecases.compare import Progress, sources_of
from schemadiff.usecases.lint import unreadable
from schemadiff.usecases.rollout_preview import RolloutPreview, rollout_preview
from schemadiff.workspace.levels import with_levels
from schemadiff.workspace.verdicts import terms_of


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
    context: GateContext, folder: ContractFolder, reach: Reach, progress: Progress | None = None
) -> FolderCheck:
    """
    Compare the contracts of a folder, and apply policy, lint rules and waivers.
    """
    old_error, new_error = folder.errors
    if new_error is not None:
        return FolderCheck(remarks=(unreadable(new_error, context.options),))
    options, old, new = context.options, under_new_names(folder.old, folder.new, context.changed.renamed), folder.new
    policy = _policy(context, folder)
    by_policy = replace(
        old, contracts=tuple(_by_policy(contract, policy, context.settings.options) for contract in old.contracts)
    )
    reader = SchemaReader(context)
    required = [
        required_comparison
        for contract in by_policy.contracts
        for required_comparison in required_comparisons(context, contract, new, reach)
    ]
    comparisons = list(_compare(context, required, reader, progress))
    remarks = [] if old_error is None else [_unreadable_base(old_error, options)]
    remarks += policy_findings(old, new, as_of=options.day, rules=options.rule_set, windows=by_policy)
    remarks += new_lint_remarks(context, by_policy, new, reach, reader)
    remarks += reader.unreadable
    waived = apply_waivers(comparisons, remarks, policy.waivers, as_of=options.day)
    unused = [waiver for waiver in policy.waivers if waiver not in waived.used]
    merged: frozenset[Waiver] = frozenset()
    if unused and folder.old.path is not None:
        merged = merged_waivers(context.repository, context.base.commit, folder.old, unused, options)
    about = waiver_findings(policy, new, waived, merged, as_of=options.day, rules=options.rule_set)
    all_remarks = (*waived.remarks, *about)
    return FolderCheck(
        comparisons=tuple(
            advised(
                with_levels(comparison, options), by_policy, new, context.old.label, context.change.against, options.day
            )
            for comparison in waived.comparisons
        ),
        remarks=all_remarks,
        preview=_preview(context, new, all_remarks, reader),
    )


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


def _unreadable_base(error: InputError, options: Options) -> PolicyFinding:
    text = f"the base cannot be read, so nothing of it counts: {error.message}"
    place = Location(name=error.name or "", pointer="", line=error.line, column=error.column)
    return replace(policy_finding(options.rule_set, "input-unreadable", text, place=place), level="warning")


def _policy(context: GateContext, folder: ContractFolder) -> Catalog:
    """
    The contracts whose policy counts: those of the branch as it is now, if they can be read.
    """
    if context.tip is context.old:
        return folder.old
    catalog = paired_folders(context.tip, context.tip, (folder.old.folder or ".",))
    return next((each.new for each in catalog if each.new.contracts), folder.old)


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
    context: GateContext, required: list[RequiredComparison], reader: SchemaReader, progress: Progress | None
) -> Iterator[Comparison]:
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
                terms=terms_of(task.contract, context.options),
                version=task.version,
            )
        except InputError as error:
            reader.unreadable.append(unreadable(error, context.options))
            continue
        if task.old.version.name == task.new.version.name and not result.findings and not result.notes:
            continue
        notes = (*result.notes, *task.notes)
        yield replace(result, binds=task.binds, notes=notes, old_sources=sources_of(old), new_sources=sources_of(new))
