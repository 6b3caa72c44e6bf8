"""
How many recorded messages a change affects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from schemadiff.catalog import Contract
from schemadiff.catalog.fixtures import fixtures
from schemadiff.decide.terms import Usage
from schemadiff.replay.usage import Usage as UsageCount
from schemadiff.replay.usage import usage
from schemadiff.schema import Node
from schemadiff.workspace import Workspace


def recorded_usage(workspace: Workspace) -> Callable[[Contract, str], Usage | None]:
    """
    Count affected messages in the recordings of a workspace.

    Returns:
        A function from a contract and its old version to a function from pairs of schemas to a sentence each; None
        for a contract without recordings here.
    """
    catalog = workspace.catalog
    known = {contract.name for contract in catalog.contracts}

    def usage_of(contract: Contract, version: str) -> Usage | None:
        if contract.name not in known:
            return None

        def sentences(pairs: Sequence[tuple[Node, Node]]) -> list[str]:
            messages = fixtures(workspace.tree, catalog, contract=contract.name, version=version)
            return [_sentence(count) for count in usage(messages, pairs)]

        return sentences

    return usage_of


def _sentence(count: UsageCount) -> str:
    if not count.valid:
        return "No recorded message is valid under the old version, so nothing is known of its use."
    named = f" ({', '.join(count.examples)})" if count.examples else ""
    return f"It touches {count.broken:,} of {count.valid:,} recorded messages{named}."
