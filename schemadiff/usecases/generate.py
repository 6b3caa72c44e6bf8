"""
Generate instances of a schema, boundaries first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from schemadiff.containment import generate
from schemadiff.instance import Value, dumps
from schemadiff.options import Options
from schemadiff.runtime.budget import Budget
from schemadiff.schema import Node
from schemadiff.workspace import Workspace, source_of

_SECONDS = 30.0
"""The budget for all instances of a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instances:
    """
    Generated values.

    Attributes:
        contract, version: what the schema is called.
        valid: whether the values are instances; otherwise each just misses being one.
        values: the values, exactly.
    """

    contract: str
    version: str
    valid: bool
    values: tuple[Value, ...]

    @property
    def payloads(self) -> str:
        """
        The values as JSON, one a line.
        """
        return "".join(f"{dumps(value)}\n" for value in self.values)

    @property
    def fixtures(self) -> str:
        """
        The values as fixtures, one a line.
        """
        prefix = f"generated-{self.version}-{'valid' if self.valid else 'invalid'}"
        where = {"contract": self.contract, "version": self.version}
        named = ((f"{prefix}-{number}", dumps(value)) for number, value in enumerate(self.values, 1))
        rows = ({"name": name, **where, "payload": payload} for name, payload in named)
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def generate_instances(workspace: Workspace, word: str, count: int, *, valid: bool = True) -> Instances:
    """
    Generate up to ``count`` instances of the schema that a word stands for: a file, a revision's file or a version.
    """
    source = source_of(word, workspace)
    values = tuple(instances_of(source.load(), count, workspace.options, valid=valid))
    return Instances(contract=source.contract, version=source.name, valid=valid, values=values)


def instances_of(node: Node, count: int, options: Options, *, valid: bool = True) -> Iterator[Value]:
    """
    Generate up to ``count`` different values, which are instances of a schema, or just miss being one.
    """
    seconds = options.budget if options.budget is not None else _SECONDS
    return generate(node, count, valid=valid, formats=options.asserts_formats, budget=Budget(seconds=seconds))
