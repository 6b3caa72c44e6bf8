"""
Lint single schemas.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemadiff.catalog import NO_TAG, UNVERSIONED, Contract
from schemadiff.decide import PolicyFinding
from schemadiff.decide.contract_policy import policy_finding
from schemadiff.decide.lint import lint_findings
from schemadiff.decide.values import Location
from schemadiff.decide.waivers import apply_waivers
from schemadiff.errors import InputError
from schemadiff.options import Options
from schemadiff.report import Report
from schemadiff.schema.document_kind import DocumentKind, kind_of
from schemadiff.usecases.compare import report_of
from schemadiff.workspace import Workspace
from schemadiff.workspace.levels import remark_level, renaming_notes
from schemadiff.workspace.schema_files import data_files, no_schemas, skipped_notes


def lint(workspace: Workspace, paths: tuple[str, ...] = ()) -> Report:
    """
    Report risky patterns in the schemas at some paths, files and folders; without paths, in those of the contracts.
    """
    remarks: list[PolicyFinding] = []
    linted = 0
    kinds: dict[str, DocumentKind] = {}
    options = workspace.options
    for name, path, contract in _named(workspace, paths, kinds) if paths else _versions(workspace):
        linted += 1
        field = options.version_field or (contract.version_field if contract else NO_TAG)
        try:
            root = workspace.load(workspace.tree, path)
            remarks += lint_findings(root, contract=name, version_field=field, rules=options.rule_set)
        except InputError as error:
            remarks.append(unreadable(error, options))
    if not linted:
        raise no_schemas(", ".join(paths) or str(workspace.root), kinds)
    waivers = () if paths else workspace.catalog.waivers
    waived = apply_waivers((), remarks, waivers, as_of=options.day).remarks
    levelled = tuple(remark_level(each, options) for each in waived)
    notes = (*skipped_notes(kinds), *renaming_notes(options))
    return replace(report_of((), options, notes), remarks=levelled, linted=linted)


def _versions(workspace: Workspace) -> Iterator[tuple[str, str, Contract | None]]:
    for contract in workspace.catalog.contracts:
        for version in contract.versions:
            terms = replace(contract, version_field=NO_TAG) if version.name == UNVERSIONED else contract
            yield f"{contract.name}@{version.name}", version.path, terms


def _named(
    workspace: Workspace, paths: tuple[str, ...], kinds: dict[str, DocumentKind]
) -> Iterator[tuple[str, str, Contract | None]]:
    """
    The schemas at some paths; a file that is named is taken for one. What is skipped in folders goes to ``kinds``.
    """
    root = workspace.root.resolve()
    for path in paths:
        named = workspace.root / path
        if not named.exists():
            raise InputError("no such file or folder", name=path)
        full = named.resolve()
        if not full.is_relative_to(root):
            raise InputError("it is outside of this folder", name=path, remedy="Run the command where the schemas are.")
        inside = "" if full == root else full.relative_to(root).as_posix()
        for file in data_files(workspace.tree, inside) if named.is_dir() else [inside]:
            kind = kind_of(workspace.tree, file) if named.is_dir() else DocumentKind.SCHEMA
            if kind is DocumentKind.SCHEMA:
                yield file, file, None
            else:
                kinds[file] = kind


def unreadable(error: InputError, options: Options) -> PolicyFinding:
    """
    The remark on a file that cannot be read.
    """
    place = Location(name=error.name or "", pointer="", line=error.line, column=error.column)
    notes = (error.remedy,) if error.remedy else ()
    return policy_finding(
        options.rule_set, "input-unreadable", error.message, place=place, notes=notes, unreadable=True
    )
