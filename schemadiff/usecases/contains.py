"""
Whether every instance of one schema is an instance of another.
"""

from __future__ import annotations

import time

from schemadiff.containment import Result, contains_nodes
from schemadiff.options import Options
from schemadiff.report.results import Containment, containment
from schemadiff.runtime.budget import Budget
from schemadiff.schema import Node
from schemadiff.workspace import Workspace, source_of


def check_containment(workspace: Workspace, inner: str, outer: str) -> Containment:
    """
    Decide whether every instance of one schema is an instance of another, with the outline of a proof.

    Arguments:
        workspace: where the words are looked up, with the options; the budget is for loading and proving.
        inner, outer: targets of one schema each, such as a file, ``REV:path`` or ``order@v1``.
    """
    until = time.monotonic() + workspace.options.seconds
    inner_schema, outer_schema = (source_of(word, workspace).load() for word in (inner, outer))
    seconds = max(0.0, until - time.monotonic())
    answer = prove_containment(inner_schema, outer_schema, workspace.options, seconds=seconds, outlined=True)
    return containment(answer, inner=inner, outer=outer)


def prove_containment(
    inner: Node, outer: Node, options: Options, *, seconds: float | None = None, outlined: bool = False
) -> Result:
    """
    Prove or refute that every instance of one schema is an instance of another. No version tag is mapped.

    The emission is ``any`` by default, for the question is about sets; ``seconds`` is what is left of the budget.
    """
    seconds = options.seconds if seconds is None else seconds
    budget = Budget(seconds=seconds) if options.steps is None else Budget(seconds=seconds, steps=options.steps)
    return contains_nodes(
        inner,
        outer,
        emission=options.emission or "any",
        formats=options.asserts_formats,
        budget=budget,
        outlined=outlined,
    )
