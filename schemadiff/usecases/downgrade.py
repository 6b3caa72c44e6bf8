"""
Turn a payload of one version into one of the version before.
"""

from __future__ import annotations

import sys
from pathlib import Path

from schemadiff.catalog.downgrade import DowngradeRefused, checker, downgrade
from schemadiff.errors import InputError
from schemadiff.instance import dumps, loads
from schemadiff.usecases.graph import required_version
from schemadiff.workspace import Workspace


def downgrade_payload(workspace: Workspace, version: str, path: str) -> str:
    """
    Apply the steps of the manifest from a version, ``contract@version``, to the one before it, to the payload in a
    file; ``-`` is standard input.

    Returns:
        The payload in the form of the version before, as JSON.
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
        return f"{dumps(downgrade(contract, version_name, value, check=check), indent=2)}\n"
    except DowngradeRefused as refused:
        raise InputError(f"it has no form in the version before: {refused.message}", name=path) from None


def _read(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name=path) from None
