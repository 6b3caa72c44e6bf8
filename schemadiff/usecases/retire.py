"""
Whether a version of a contract may be retired.
"""

from __future__ import annotations

from schemadiff.catalog import reference
from schemadiff.deployment.queries import Retirement, can_retire
from schemadiff.errors import UsageError
from schemadiff.usecases.graph_query import GraphQuery
from schemadiff.workspace import Workspace


def check_retirement(workspace: Workspace, query: GraphQuery, version: str) -> Retirement:
    """
    Decide whether a version may be retired.

    Arguments:
        workspace: the contracts and services, with the options.
        query: what runs.
        version: as ``contract@version``.

    Raises:
        UsageError: there is no such version, or there are no contracts here.
        InputError: a manifest cannot be read.
    """
    contract, name = required_version(version)
    return can_retire(workspace.catalog, contract, name, as_of=workspace.options.day, fleet=query.fleet)


def required_version(word: str) -> tuple[str, str]:
    """
    Contract and version of a word.

    Raises:
        UsageError: it names no version.
    """
    contract, version = reference(word)
    if version is None:
        raise UsageError(f"{word!r} names no version", remedy="A version is written as CONTRACT@VERSION.")
    return contract, version
