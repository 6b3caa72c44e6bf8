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

SECONDS = 30.0
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
    def exit_code(self) -> int:
        """
        0, or 3 where no value was found.
        """
        return 0 if self.values else 3

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
        rows = (
            {
                "name": f"{prefix}-{number}",
                "contract": self.contract,
                "version": self.version,
                "payload": dumps(value),
            }
            for number, value in enumerate(self.values, 1)
        )
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def generate_instances(workspace: Workspace, word: str, count: int, *, valid: bool = True) -> Instances:
    """
    Generate instances of the schema that a word stands for.

    Arguments:
        workspace: where the word is looked up, with the options.
        word: a file, a revision's file or a version that stands for one schema.
        count: how many at most.
        valid: whether the values are instances, or just miss being one.

    Raises:
        UsageError: the word stands for several schemas.
        InputError: the schema cannot be read.
    """
    source = source_of(word, workspace)
    values = tuple(instances_of(source.load(), count, workspace.options, valid=valid))
    return Instances(contract=source.contract, version=source.name, valid=valid, values=values)


def instances_of(node: Node, count: int, options: Options, *, valid: bool = True) -> Iterator[Value]:
    """
    Generate up to ``count`` different values.

    Arguments:
        node: the schema.
        count: how many at most.
        options: formats and the budget, 30 seconds by default.
        valid: as for ``generate_instances``.
    """
    seconds = options.budget if options.budget is not None else SECONDS
    return generate(node, count, valid=valid, formats=options.asserts_formats, budget=Budget(seconds=seconds))
