"""
The schemas of a question, and how an instance is changed on its way from one to another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from schemadiff.instance import Pointer, Value, get_at, set_at
from schemadiff.schema import Node


class Retag(NamedTuple):
    """
    The replacement of the version tag of an instance before it is validated under a schema.

    Attributes:
        pointer: the location of the tag.
        swaps: from tags to their replacements.
    """

    pointer: Pointer
    swaps: Mapping[str, str]

    def apply(self, instance: Value) -> Value:
        """
        The instance with its tag replaced, if it has one of ``swaps``.
        """
        try:
            tag = get_at(instance, self.pointer)
        except LookupError:
            return instance
        if isinstance(tag, str) and tag in self.swaps:
            return set_at(instance, self.pointer, self.swaps[tag])
        return instance


class Operand(NamedTuple):
    """
    A schema of a question.

    Attributes:
        node: the schema.
        retag: how instances are changed before they are validated under it; None if they are not.
    """

    node: Node
    retag: Retag | None = None

    def seen(self, instance: Value) -> Value:
        """
        The instance that is validated under the schema.
        """
        return instance if self.retag is None else self.retag.apply(instance)
