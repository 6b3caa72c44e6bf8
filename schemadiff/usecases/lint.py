"""
Lint single schemas.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemadiff.catalog import NO_TAG, UNVERSIONED, Account, Contract, survey
from schemadiff.decide import PolicyFinding
from schemadiff.decide.contract_policy import policy_finding
from schemadiff.decide.lint import lint_findings
from schemadiff.decide.values import Location
from schemadiff.decide.waivers import apply_waivers
from schemadiff.errors import InputError
from schemadiff.keywords import names as kw
from schemadiff.keywords.unsupported import unsupported_dialect
from schemadiff.options import Options
from schemadiff.report import Report
from schemadiff.schema import Node
from schemadiff.schema.document_kind import DocumentKind, kind_of
from schemadiff.usecases.compare import report_of, unreadable
from schemadiff.usecases.files import file_lines
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
            remarks += _unknown_dialect(root, name, options)
        except InputError as error:
            remarks.append(unreadable(error, options))
    if not linted:
        raise no_schemas(", ".join(paths) or str(workspace.root), kinds)
    waivers = () if paths else workspace.catalog.waivers
    waived = apply_waivers((), remarks, waivers, as_of=options.day).remarks
    levelled = tuple(remark_level(each, options) for each in waived)
    found = Account() if paths else _account(workspace)
    notes = (*([found.summary] if found.entries else []), *skipped_notes(kinds), *renaming_notes(options))
    return replace(report_of((), options, notes), remarks=levelled, linted=linted, files=file_lines(found))


def _account(workspace: Workspace) -> Account:
    folder = workspace.catalog.folder
    return survey(workspace.tree, workspace.tree.below(folder), roots=(folder,)).account


def _unknown_dialect(root: Node, name: str, options: Options) -> Iterator[PolicyFinding]:
    unknown = unsupported_dialect(root)
    if unknown is not None:
        declared: Node = unknown.schema
        line, column = declared.document.position((*declared.pointer, kw.SCHEMA)) or (None, None)
        place = Location(name=declared.document.name, pointer="", line=line, column=column)
        text = f"the meta-schema {unknown.detail} is not known"
        yield policy_finding(options.rule_set, "meta-schema-unknown", text, contract=name, place=place)


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
    root = workspace.tree.root.resolve()
    for path in paths:
        named = workspace.root / path
        if not named.exists():
            raise InputError("no such file or folder", name=path)
        full = named.resolve()
        if not full.is_relative_to(root):
            raise InputError(
                "it is outside of this repository", name=path, remedy="Run the command where the schemas are."
            )
        inside = "" if full == root else full.relative_to(root).as_posix()
        for file in data_files(workspace.tree, inside) if named.is_dir() else [inside]:
            kind = kind_of(workspace.tree, file) if named.is_dir() else DocumentKind.SCHEMA
            if kind is DocumentKind.SCHEMA:
                yield file, file, None
            else:
                kinds[file] = kind
