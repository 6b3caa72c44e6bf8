"""
Containment of schemas that are given as Python values.
"""

from __future__ import annotations

from typing import Any

from schemadiff.containment import Result, contains_nodes
from schemadiff.keywords import Dialect
from schemadiff.runtime.deep_stack import with_deep_stack
from schemadiff.schema import load_value


def contains(*, inner: Any, outer: Any, dialect: Dialect | str | None = None, **options: Any) -> Result:
    named = Dialect(dialect) if isinstance(dialect, str) else dialect
    return with_deep_stack(
        lambda: contains_nodes(
            load_value(inner, dialect=named, name="inner"), load_value(outer, dialect=named, name="outer"), **options
        )
    )
