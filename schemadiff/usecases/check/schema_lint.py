"""
Lint findings in the schemas that a change edits.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.catalog import NO_TAG, UNVERSIONED, Catalog, Contract, Version
from schemadiff.decide import PolicyFinding
from schemadiff.decide.lint import lint_findings
from schemadiff.sources.snapshots import Snapshot
from schemadiff.usecases.check.contract_folders import Reach
from schemadiff.usecases.check.proposed_change import GateContext
from schemadiff.usecases.check.schema_reader import SchemaReader


def new_lint_remarks(
    context: GateContext, old: Catalog, new: Catalog, reach: Reach, reader: SchemaReader
) -> Iterator[PolicyFinding]:
    """
    The lint remarks that a change adds.
    """
    before = {(contract.name, version.name): version for contract in old.contracts for version in contract.versions}
    for contract in new.contracts:
        terms = next((each for each in old.contracts if each.name == contract.name), contract)
        for version in contract.versions:
            was = before.get((contract.name, version.name))
            if was is not None and was.path == version.path and not reach.touched(version.path):
                continue
            known: set[str] = set()
            if was is not None:
                known = {each.fingerprint for each in _lint(context, reader, context.old, terms, was)}
            remarks = _lint(context, reader, context.new, terms, version)
            yield from (remark for remark in remarks if remark.fingerprint not in known)


def _lint(
    context: GateContext, reader: SchemaReader, tree: Snapshot, contract: Contract, version: Version
) -> Iterator[PolicyFinding]:
    root = reader.load(tree, version.path)
    if root is None:
        return
    field = context.options.version_field or contract.version_field
    if version.name == UNVERSIONED and field is None:
        field = NO_TAG
    yield from lint_findings(
        root, contract=f"{contract.name}@{version.name}", version_field=field, rules=context.options.rule_set
    )
