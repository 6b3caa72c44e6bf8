"""
What a change takes away of the evidence: recorded messages, and decisions of retry tables.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator

from schemadiff.catalog.error_contract import retry_decisions
from schemadiff.decide import PolicyFinding
from schemadiff.decide.contract_policy import policy_finding
from schemadiff.decide.values import Location
from schemadiff.errors import InputError
from schemadiff.sources.snapshots import Snapshot
from schemadiff.usecases.check.guarded_set import ContractFolder
from schemadiff.usecases.check.proposed_change import GateContext

_SUFFIXES = (".ndjson", ".ndjson.gz")


def evidence_remarks(context: GateContext, folder: ContractFolder) -> Iterator[PolicyFinding]:
    """
    The findings on recorded messages and decisions of the base that the change removes.
    """
    old, new, names = folder.old, folder.new, {now: was for was, now in folder.renamed}
    before = _messages(context, context.old, old.fixture_folder, {})
    removed = sorted(before - _messages(context, context.new, new.fixture_folder, names)) if before else []
    if removed:
        many = "message was" if len(removed) == 1 else "messages were"
        text = f"{len(removed)} recorded {many} removed from {old.fixture_folder}"
        digest = hashlib.sha256("\n".join(removed).encode("utf-8", "surrogatepass")).hexdigest()
        yield _finding(context, old.fixture_folder, text, (old.fixture_folder, digest))
    if old.errors is not None and old.errors.retry_file is not None and new.errors is not None:
        decisions, after = retry_decisions(context.old, old.errors), retry_decisions(context.new, new.errors)
        changed = [each.error_type for each in decisions if each not in after]
        if changed:
            text = f"the retry decisions of {', '.join(changed)} were changed or removed"
            yield _finding(context, new.errors.retry_file or new.name, text, tuple(map(repr, (decisions, after))))


def _finding(context: GateContext, path: str, text: str, about: tuple[str, ...]) -> PolicyFinding:
    place = Location(name=path, pointer="", line=None, column=None)
    return policy_finding(context.options.rule_set, "policy-weakened", text, place=place, about=about)


def _messages(context: GateContext, tree: Snapshot, folder: str, names: dict[str, str]) -> set[str]:
    """
    The recorded messages of the files that differ, each as text; ``names`` are the former names of contracts.
    """
    paths = [path for path in tree.files(folder) if path.endswith(_SUFFIXES) and path in context.changed.paths]
    lines = (line for path in paths for line in _text(tree, path).splitlines() if line.strip())
    return {_message(line, names) for line in lines}


def _message(line: bytes, names: dict[str, str]) -> str:
    try:
        value = json.loads(line)
    except ValueError:
        return line.decode("utf-8", "surrogateescape")
    if isinstance(value, dict):
        value["contract"] = names.get(str(value.get("contract")), value.get("contract"))
    return json.dumps(value, sort_keys=True)


def _text(tree: Snapshot, path: str) -> bytes:
    try:
        data = tree.read(path) or b""
        return gzip.decompress(data) if path.endswith(".gz") else data
    except (InputError, OSError, EOFError, zlib.error):
        return b""
