"""
Containment and generation for schemas that are given as Python values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemadiff.containment.generation import instances
from schemadiff.containment.operands import Retag
from schemadiff.containment.prover import contains_nodes
from schemadiff.containment.results import Emission, Result
from schemadiff.instance import Value
from schemadiff.keywords import Dialect
from schemadiff.runtime.budget import Budget
from schemadiff.runtime.deep_stack import with_deep_stack
from schemadiff.schema import Node, load_value


def contains(
    *,
    inner: Any,
    outer: Any,
    dialect: Dialect | str | None = None,
    emission: Emission = "any",
    retag: Retag | None = None,
    formats: bool = False,
    budget: Budget | None = None,
) -> Result:
    """
    Whether every instance of one schema is an instance of another.

    Arguments:
        inner, outer: schemas: objects or booleans.
        dialect: of schemas without ``$schema``; 2020-12 by default.
        emission: ``any`` for all instances of ``inner``, ``declared`` for those whose properties and items it declares.
        retag: how an instance of ``inner`` is changed before it is validated under ``outer``.
        formats: whether ``format`` is asserted.
        budget: bounds the search.

    Returns:
        Contained, Refuted with a counter-example, or Unknown with the reason.

    Raises:
        InputError: one of them is not a schema.
        ValueError: no such dialect.
    """
    named = Dialect(dialect) if isinstance(dialect, str) else dialect
    return with_deep_stack(
        lambda: contains_nodes(
            load_value(inner, dialect=named, name="inner"),
            load_value(outer, dialect=named, name="outer"),
            retag=retag,
            emission=emission,
            formats=formats,
            budget=budget,
        )
    )


def generate(
    node: Node,
    n: int,
    *,
    valid: bool = True,
    formats: bool = False,
    budget: Budget | None = None,
) -> Iterator[Value]:
    """
    Up to n different instances of a schema, boundaries first.

    Arguments:
        node: the schema.
        n: how many.
        valid: whether they satisfy it; otherwise each violates it, most of them in one point only.
        formats: whether ``format`` is asserted.
        budget: for all of them; what was found until it ran out is yielded.
    """
    return iter(instances(node, n, valid=valid, formats=formats, budget=budget))
