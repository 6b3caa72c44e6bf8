"""
Generate instances of a schema, boundaries first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from schemadiff.containment import generate
from schemadiff.instance import Value, dumps
from schemadiff.options import Options
from schemadiff.runtime.budget import Budget
from schemadiff.schema import Node
from schemadiff.workspace import Workspace, source_of

_SECONDS = 30.0
"""The budget for all instances of a run."""


def generate_instances(
    workspace: Workspace, word: str, count: int, *, valid: bool = True, fixtures: bool = False
) -> list[str]:
    """
    Generate up to ``count`` instances of the schema that a word stands for (a file, a revision's file or a version), or
    values that just miss being one.

    Returns:
        Each as JSON; as a fixture around it where ``fixtures`` says so.
    """
    source = source_of(word, workspace)
    payloads = [dumps(value) for value in instances_of(source.load(), count, workspace.options, valid=valid)]
    if not fixtures:
        return payloads
    prefix = f"generated-{source.name}-{'valid' if valid else 'invalid'}"
    where = {"contract": source.contract, "version": source.name}
    rows = ({"name": f"{prefix}-{at}", **where, "payload": payload} for at, payload in enumerate(payloads, 1))
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def instances_of(node: Node, count: int, options: Options, *, valid: bool = True) -> Iterator[Value]:
    """
    Generate up to ``count`` different values, which are instances of a schema, or just miss being one.
    """
    seconds = options.budget if options.budget is not None else _SECONDS
    return generate(node, count, valid=valid, formats=options.asserts_formats, budget=Budget(seconds=seconds))
