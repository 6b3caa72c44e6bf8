"""
What a change takes away of the evidence that a manifest names: recorded messages, and decisions of retry tables.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator

from schemadiff.catalog import Catalog
from schemadiff.catalog.error_contract import retry_decisions
from schemadiff.decide import PolicyFinding
from schemadiff.decide.contract_policy import policy_finding
from schemadiff.decide.values import Location
from schemadiff.errors import InputError
from schemadiff.sources.snapshots import Snapshot
from schemadiff.usecases.check.proposed_change import GateContext

_SUFFIXES = (".ndjson", ".ndjson.gz")


def evidence_remarks(context: GateContext, old: Catalog, new: Catalog) -> Iterator[PolicyFinding]:
    """
    The findings on recorded messages and decisions that a manifest names at the base, and that the change removes.

    Arguments:
        context: both sides of the change.
        old, new: the contracts of both sides.
    """
    if old.fixtures is not None:
        removed = sorted(_lines(context, context.old, old.fixtures) - _lines(context, context.new, new.fixtures))
        if removed:
            many = "message was" if len(removed) == 1 else "messages were"
            text = f"{len(removed)} recorded {many} removed from {old.fixtures}"
            digest = hashlib.sha256(b"\n".join(removed)).hexdigest()
            yield _finding(context, old.fixtures, text, (old.fixtures, digest))
    if old.errors is not None and old.errors.retry_file is not None and new.errors is not None:
        before, after = retry_decisions(context.old, old.errors), retry_decisions(context.new, new.errors)
        changed = [each.error_type for each in before if each not in after]
        if changed:
            text = f"the retry decisions of {', '.join(changed)} were changed or removed"
            yield _finding(context, new.errors.retry_file or new.name, text, tuple(map(repr, (before, after))))


def _finding(context: GateContext, path: str, text: str, about: tuple[str, ...]) -> PolicyFinding:
    place = Location(name=path, pointer="", line=None, column=None)
    return policy_finding(context.options.rule_set, "policy-weakened", text, place=place, about=about)


def _lines(context: GateContext, tree: Snapshot, folder: str | None) -> set[bytes]:
    """
    The recorded messages of the files that differ, a line each.
    """
    if folder is None:
        return set()
    lines: set[bytes] = set()
    for path in tree.files(folder):
        if path.endswith(_SUFFIXES) and path in context.changed.paths:
            lines.update(line for line in _text(tree, path).splitlines() if line.strip())
    return lines


def _text(tree: Snapshot, path: str) -> bytes:
    try:
        data = tree.read(path) or b""
        return gzip.decompress(data) if path.endswith(".gz") else data
    except (InputError, OSError, EOFError, zlib.error):
        return b""
