"""
Turn a payload of one version into one of the version before.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from schemadiff.catalog.downgrade import DowngradeRefused, checker, downgrade
from schemadiff.errors import InputError
from schemadiff.instance import Value, dumps, loads
from schemadiff.usecases.graph import required_version
from schemadiff.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class DowngradedPayload:
    """
    A payload in the form of the version before.

    Attributes:
        contract: the contract.
        version: the version that it came from.
        value: the payload.
    """

    contract: str
    version: str
    value: Value

    @property
    def text(self) -> str:
        """
        The payload as JSON.
        """
        return f"{dumps(self.value, indent=2)}\n"


def downgrade_payload(workspace: Workspace, version: str, path: str) -> DowngradedPayload:
    """
    Apply the manifest's steps from a version to the one before it.

    Arguments:
        workspace: the contracts.
        version: the payload's version, as ``contract@version``.
        path: the payload's file, or ``-`` for standard input.

    Raises:
        UsageError: there is no such version, or there are no contracts here.
        InputError: the payload cannot be read, is not valid, or has no form in the version before.
    """
    name, version_name = required_version(version)
    contract = workspace.contract(name)
    value = loads(_read(path), name=path)
    problem = checker(workspace.tree, contract.version(version_name))(value)
    if problem is not None:
        raise InputError(f"it is not a valid {name} {version_name}: {problem}", name=path)
    before = contract.before(version_name)
    check = checker(workspace.tree, before) if before is not None else None
    try:
        lower = downgrade(contract, version_name, value, check=check)
    except DowngradeRefused as refused:
        raise InputError(f"it has no form in the version before: {refused.message}", name=path) from None
    return DowngradedPayload(contract=name, version=version_name, value=lower)


def _read(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name=path) from None
